"""The sockets."""

from typing import Any

from django.urls import path, re_path

from signaling.consumers import no_such_socket, room_socket

# django-stubs knows of views alone.
websocket_urlpatterns: list[Any] = [
    path("ws/rooms/<str:slug>/", room_socket),  # type: ignore[arg-type]
    re_path("", no_such_socket),  # type: ignore[arg-type]
]
