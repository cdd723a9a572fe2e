"""HTTP goes to Django, sockets to signaling."""

import asyncio
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

# Only after Django is set up may its models be imported.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from signaling.routing import websocket_urlpatterns  # noqa: E402

API_DEADLINE = 3.0
UNAVAILABLE = b'{"code":"unavailable","detail":"The server is busy. Try again in a moment."}'


# Answers that came too late, until their threads are done with them.
_abandoned: set[asyncio.Task[None]] = set()


def _forget(task: asyncio.Task[None]) -> None:
    """Nobody waits for it any more; what it raises has been logged by Django."""
    _abandoned.discard(task)
    if not task.cancelled():
        task.exception()


async def http_in_time(scope: Any, receive: Any, send: Any) -> None:
    """Answers the API with 503 when a stopped database keeps a view from answering in 3 s.

    The deadline is the event loop's: the thread that hangs cannot be reached from here, and not
    even cancelling would return before it does.
    """
    if not scope["path"].startswith("/api/"):
        return await http(scope, receive, send)
    started = late = False

    async def send_in_time(message: Any) -> None:
        nonlocal started
        if not late:
            started = True
            await send(message)

    answering = asyncio.create_task(http(scope, receive, send_in_time))
    done, _ = await asyncio.wait({answering}, timeout=API_DEADLINE)
    if done or started:
        return await answering
    late = True
    _abandoned.add(answering)
    answering.add_done_callback(_forget)
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"3")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": UNAVAILABLE})


application = ProtocolTypeRouter(
    {"http": http_in_time, "websocket": URLRouter(websocket_urlpatterns)}
)
