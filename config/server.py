"""Uvicorn's WebSocket protocol that does not wait for a reader that never reads.

A transport closes once its buffer is empty, and such a reader sees to it that it never is.
"""

import socket
import struct

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LAST_WORDS = 5.0
# The kernel, too, forgets what was not read, and says so to the other side (RST).
FORGET = struct.pack("ii", 1, 0)


class SocketProtocol(WebSocketsSansIOProtocol):
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
