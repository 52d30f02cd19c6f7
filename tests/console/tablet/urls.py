"""Addresses for the tablet's tests: the page alone."""

from django.urls import include, path

urlpatterns = [path("tablet/", include("console.tablet_urls"))]
