"""Uvicorn's WebSocket protocol, for clients that mean harm.

It does not wait for a reader that never reads: a transport closes once its buffer is empty, and
such a reader sees to it that it never is. And it bounds the frames that no application sees:
pings, pongs, continuations, and whatever comes after the close.
"""

import socket
import struct
import time

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from signaling.limits import Bucket

LAST_WORDS = 5.0
UNSEEN_BURST, UNSEEN_REFILL = 1000, 20
# The kernel, too, forgets what was not read, and says so to the other side (RST).
FORGET = struct.pack("ii", 1, 0)


class SocketProtocol(WebSocketsSansIOProtocol):
    unseen: Bucket | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # What is no handshake at all is otherwise neither answered nor closed.
            self.reset()

    def handle_text(self, event: Frame) -> None:
        if not self.close_sent or self.bearable():
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        if not self.close_sent or self.bearable():
            super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        if self.bearable():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        if self.bearable():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self.bearable():
            super().handle_pong(event)

    def bearable(self) -> bool:
        """Whether one more such frame is; a socket that sends too many is cut."""
        if self.transport.is_closing():
            return False
        now = time.monotonic()
        self.unseen = self.unseen or Bucket(UNSEEN_BURST, UNSEEN_REFILL, now)
        if self.unseen.take(1, now):
            return True
        self.reset()
        return False

    async def run_asgi(self) -> None:
        await super().run_asgi()
        if self.writable.is_set():
            self.loop.call_later(LAST_WORDS, self.reset)
        else:
            self.reset()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.loop.call_later(LAST_WORDS, self.reset)

    def reset(self) -> None:
        if not self.disconnected:
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, FORGET)
            self.transport.abort()
