"""Addresses of the tablet page; included under `tablet/`."""

from django.urls import path

from console import tablet, tablet_demo

app_name = "tablet"

urlpatterns = [
    path("", tablet.shell, name="shell"),
    path("sw.js", tablet.service_worker, name="service-worker"),
    path("manifest.webmanifest", tablet.manifest, name="manifest"),
    path("demo/products", tablet_demo.products, name="demo-products"),
    path("demo/scene", tablet_demo.scene, name="demo-scene"),
]
