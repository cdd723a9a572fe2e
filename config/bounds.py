"""What one HTTP request may take: bytes of its body, and seconds of a hung database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

BODY_BYTES = 1024 * 1024
API_DEADLINE = 3.0
# Whoever asks these must hear in time, above all when the database does not answer.
IN_TIME = ("/api/", "/readyz")

# Answers that came too late, until their threads are done with them.
_abandoned: set[asyncio.Task[None]] = set()


def bounded(app: Application) -> Application:
    """Refuses a body above 1 MiB (413) before anything of it is kept.

    Django spools a body before any view, size check or CSRF check sees the request.
    """

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        # What has more digits is larger; a length that is no number never comes this far.
        if len(length) > 7 or int(length) > BODY_BYTES:
            return await _refuse(send, 413, "too_large", "This request is too large.")
        seen = 0

        async def receive_bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            # A body without a length that grows too long is cut off like a lost connection.
            return message if seen <= BODY_BYTES else {"type": "http.disconnect"}

        await app(scope, receive_bounded, send)

    return application


def in_time(app: Application) -> Application:
    """Answers the API with 503 when a stopped database keeps a view from answering in 3 s.

    The deadline is the event loop's: the thread that hangs cannot be reached from here, and not
    even cancelling would return before it does.
    """

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(IN_TIME):
            return await app(scope, receive, send)
        started = late = False

        async def send_in_time(message: Message) -> None:
            nonlocal started
            if not late:
                started = True
                await send(message)

        answering = asyncio.ensure_future(app(scope, receive, send_in_time))
        done, _ = await asyncio.wait({answering}, timeout=API_DEADLINE)
        if done or started:
            return await answering
        late = True
        _abandoned.add(answering)
        answering.add_done_callback(_forget)
        await _refuse(send, 503, "unavailable", "The server is busy. Try again in a moment.")

    return application


def _forget(task: asyncio.Task[None]) -> None:
    """Nobody waits for it any more; what it raises has been logged by Django."""
    _abandoned.discard(task)
    if not task.cancelled():
        task.exception()


async def _refuse(send: Send, status: int, code: str, detail: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"3"))
    body = json.dumps({"code": code, "detail": detail}).encode()
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
