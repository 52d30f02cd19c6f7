"""The console's socket. Its session comes by cookie, which is why the consumer checks the Origin."""

from channels.sessions import CookieMiddleware
from django.urls import URLPattern, path

from console.consumers import ConsoleConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/console/", CookieMiddleware(ConsoleConsumer.as_asgi())),
]
