"""One socket's way out. Senders never wait for a receiver: who reads too slowly harms only itself.

As a rule the server takes a message at once, and then there is neither a task nor a wait: `put`
takes one synchronous step of the socket's `send`. Only when that step suspends (the transport
exerts back-pressure) does a task go on from there, with a bounded queue behind it.
"""

from __future__ import annotations

import asyncio
import types
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from typing import Any

Message = dict[str, Any]
Step = Generator[Any, Any, None]

QUEUE_FRAMES = 256
QUEUE_CHARACTERS = 1024 * 1024
BLOCKED_AT_MOST = 5.0
LAST_WORD = 1.0
TOO_SLOW = 4410


@types.coroutine
def _resumed(step: Step, waiting_on: Any) -> Generator[Any, Any, None]:
    """Goes on with a coroutine that has already taken its first step, which a Task cannot do."""
    try:
        yield waiting_on
        yield from step
    finally:
        step.close()


class Outbox:
    """Puts messages out in order; `cut` is called when the socket must be given up.

    `send` is the ASGI `send` of the socket. After `close` nothing more goes out.
    """

    def __init__(
        self, send: Callable[[Message], Awaitable[None]], *, cut: Callable[[], object]
    ) -> None:
        self._send = send
        self._cut = cut
        self._queue: deque[Message] = deque()
        self._queued = 0
        self._writer: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self.closed = False
        self.was_cut = False

    def put(self, text: str) -> None:
        """Sends a text frame, or keeps it for when the reader reads again."""
        if self.closed:
            return
        if self._writer is None:
            self._step({"type": "websocket.send", "text": text})
            return
        self._queue.append({"type": "websocket.send", "text": text})
        self._queued += len(text)
        if len(self._queue) > QUEUE_FRAMES or self._queued > QUEUE_CHARACTERS:
            self._give_up()

    def close(self, code: int) -> None:
        """Closes behind what was put before; a reader that does not take it in 1 s is cut."""
        if self.closed:
            return
        self.closed = True
        message = {"type": "websocket.close", "code": int(code)}
        if self._writer is None:
            self._step(message)
        else:
            self._queue.append(message)
            self._set_alarm(LAST_WORD, self._cut_now)

    def stop(self) -> None:
        """The socket is gone: lets go of whatever still waits for it."""
        self.closed = True
        self._queue.clear()
        self._cancel_alarm()
        if self._writer is not None:
            self._writer.cancel()

    def _step(self, message: Message) -> None:
        step = self._send(message).__await__()
        try:
            waiting_on = step.send(None)
        except StopIteration:
            return
        except (OSError, RuntimeError):
            # The server has closed this socket; its own receive loop is about to hear of it.
            self.closed = True
            return
        self._writer = asyncio.get_running_loop().create_task(self._drain(step, waiting_on))
        self._set_alarm(BLOCKED_AT_MOST, self._give_up)

    async def _drain(self, step: Step, waiting_on: Any) -> None:
        try:
            await _resumed(step, waiting_on)
            while self._queue:
                if not self.closed:
                    self._set_alarm(BLOCKED_AT_MOST, self._give_up)
                message = self._queue.popleft()
                self._queued -= len(message.get("text", ""))
                await self._send(message)
        except (OSError, RuntimeError):
            self.closed = True
        finally:
            self._writer = None
            self._cancel_alarm()

    def _give_up(self) -> None:
        """The reader is too slow: what it missed is lost, and it is told so if it still listens."""
        self._queue.clear()
        self._queued = 0
        self.close(TOO_SLOW)

    def _cut_now(self) -> None:
        self.was_cut = True
        self.stop()
        self._cut()

    def _set_alarm(self, seconds: float, action: Callable[[], None]) -> None:
        self._cancel_alarm()
        self._alarm = asyncio.get_running_loop().call_later(seconds, action)

    def _cancel_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
