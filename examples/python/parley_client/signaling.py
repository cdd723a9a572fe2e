"""The socket of a room, `parley.v1`: opened with a ticket, and opened again when it is lost.

docs/protocol.md says it all: sections 2 (opening), 7 (losing the connection), 9 (close codes).
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from parley_client.api import ApiError, Parley

Frame = dict[str, Any]

PROTOCOL = Subprotocol("parley.v1")
# After these one does not come back by oneself.
FINAL = {1000, 1009, 4400, 4403, 4404, 4409, 4413, 4423}
# An attempt, ticket and handshake together, is given up after this.
ATTEMPT = 5
# A server that does not answer keeps nobody from leaving.
LEAVING = 2
# How long to wait at most between two attempts: with a seat to lose, and without.
SEATED, UNSEATED = 4.0, 30.0


class Closed(Exception):
    """The server has closed for good; `code` is one of section 9."""

    def __init__(self, code: int | None, error: Frame) -> None:
        self.code = code
        self.error: str = error.get("code", "")
        super().__init__(f"{error.get('detail', 'The socket was closed.')} ({code})")


class Signaling:
    """One device's line to one room."""

    def __init__(self, parley: Parley, slug: str) -> None:
        self._parley = parley
        self._slug = slug
        self._socket: ClientConnection | None = None
        # The seat, once it is ours: what a new socket goes back to.
        self._seat: str | None = None
        self._offered = ""

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    async def frames(self) -> AsyncIterator[Frame]:
        """Every frame of the server, over as many sockets as it takes. Raises Closed, ApiError."""
        bound = 0.5
        while True:
            if await self._open():
                async for frame in self._read():
                    if frame["type"] == "joined":
                        bound = 0.5
                    yield frame
            # Full jitter: a server that comes back is not greeted by all its clients at once.
            await asyncio.sleep(random.uniform(0, bound))  # noqa: S311 - no secret
            bound = min(2 * bound, SEATED if self._seat else UNSEATED)

    async def send(self, kind: str, **fields: object) -> None:
        """What cannot be sent now is not kept: the snapshot after a resume heals the rest."""
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(json.dumps({"type": kind, **fields}))

    async def leave(self) -> None:
        """Gives up the seat now; the server answers by closing the socket."""
        await self.send("leave")
        if self._socket is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._socket.wait_closed(), LEAVING)

    async def _open(self) -> bool:
        """Whether a socket is open; a reason that will not pass is raised."""
        try:
            async with asyncio.timeout(ATTEMPT):
                ticket = await self._parley.ticket(self._slug, resume=self._seat)
                self._socket = await connect(
                    ticket.url,
                    subprotocols=[PROTOCOL, Subprotocol(f"parley.ticket.{ticket.secret}")],
                    additional_headers={"DPoP": ticket.proof},
                    # A network that has gone says nothing: pings find out (RFC 6455, 5.5.2).
                    ping_interval=5,
                    ping_timeout=5,
                )
            return True
        except ApiError as refusal:
            if refusal.code == "seat_gone":
                # The seat has ended: join anew, as a new peer.
                self._seat = None
            elif refusal.status < 500 and refusal.code != "too_many_requests":
                raise
        except (TimeoutError, OSError, httpx.TransportError, InvalidHandshake):
            pass
        return False

    async def _read(self) -> AsyncIterator[Frame]:
        """The frames of this socket, until it is lost."""
        assert self._socket is not None
        socket, error = self._socket, Frame()
        with suppress(ConnectionClosed):
            async for text in socket:
                frame: Frame = json.loads(text)
                match frame["type"]:
                    case "welcome":
                        self._seat, self._offered = None, frame["self"]["peer"]
                    case "joined":
                        self._seat = self._offered
                    case "error":
                        error = frame
                yield frame
        self._socket = None
        if socket.close_code in FINAL:
            raise Closed(socket.close_code, error)
