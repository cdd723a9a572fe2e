"""One of the others: who makes the connection, and what is done when it breaks.

The rules are those of docs/protocol.md, section 6. Of each pair the later arrival makes the
connections, each with an id of its own. A page may restart ICE (RFC 8445, 2.4) at any time;
aiortc cannot, so each offer is answered with a fresh RTCPeerConnection. Its new fingerprint
begins a new DTLS association under the same id (RFC 8842, 3), which Chromium takes.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

from aiortc import RTCSessionDescription

from parley_client.link import Link
from parley_client.signaling import Frame, Signaling

UP_WITHIN = 10.0
MOST_ATTEMPTS = 6
MOST_EARLY = 64

MakeLink = Callable[[str], Link]


class Peer:
    """The connection to one peer; everything about it happens in the order in which it was told."""

    def __init__(self, id: str, name: str, *, later: bool, make: MakeLink, line: Signaling) -> None:
        self.id, self.name = id, name
        self.link: Link | None = None
        # Whether their socket is there; signals to a peer that is away are lost.
        self.reachable = True
        self._later = later
        self._make = make
        self._line = line
        self._inbox: asyncio.Queue[Frame] = asyncio.Queue()
        self._early: list[Frame] = []
        self._attempts = 0
        self._deadline = time.monotonic() + UP_WITHIN

    def tell(self, frame: Frame) -> None:
        self._inbox.put_nowait(frame)

    def recover(self) -> None:
        """Both sockets are back: what works is left alone, the rest gets a new connection."""
        self.reachable = True
        self._attempts = 0
        self.tell({"type": "mend"})

    async def run(self) -> None:
        """Until it is cancelled, or chokes on what the other end says, which ends no other pair."""
        try:
            while True:
                await self.handle(await self._next())
        finally:
            await self._drop()

    async def _next(self) -> Frame:
        """What is next to do; a connection that does not come up is one such thing."""
        try:
            async with asyncio.timeout(max(0.1, self._deadline - time.monotonic())):
                return await self._inbox.get()
        except TimeoutError:
            self._deadline = time.monotonic() + UP_WITHIN
            return {"type": "mend"}

    async def handle(self, frame: Frame) -> None:
        id, data = frame.get("connection", ""), frame.get("data", {})
        ours = self.link is not None and self.link.id == id
        match frame["type"]:
            case "mend":
                await self._mend()
            # Only the later arrival makes connections; what belongs to an old one is dropped.
            case "offer" if ours or not self._later or self.link is None:
                await self._answer(id, data["sdp"])
            case "answer" if ours and self.link:
                await self.link.accept(data["sdp"])
                await self._add_early()
            case "ice" if ours and self.link and self.link.is_agreed:
                await self.link.add_candidate(data)
            case "ice":
                self._early = [*self._early, frame][-MOST_EARLY:]

    async def _mend(self) -> None:
        """A new connection, where that is ours to make; the earlier arrival waits for an offer."""
        if self.link is not None and self.link.is_up:
            self._attempts = 0
            return
        heard = self.reachable and self._line.is_open
        if not heard or not self._later or self._attempts == MOST_ATTEMPTS:
            return
        self._attempts += 1
        link = await self._replace(secrets.token_hex(8))
        await self._describe(link, await link.offer())

    async def _answer(self, id: str, sdp: str) -> None:
        link = await self._replace(id)
        await self._describe(link, await link.answer(sdp))
        await self._add_early()

    async def _describe(self, link: Link, description: RTCSessionDescription) -> None:
        # aiortc gathers before it returns: all our candidates are in the description.
        data: dict[str, Any] = {"type": description.type, "sdp": description.sdp}
        await self._line.send(description.type, to=self.id, connection=link.id, data=data)

    async def _add_early(self) -> None:
        """Candidates that came before the description they belong to."""
        early, self._early = self._early, []
        for frame in early:
            if self.link is not None and frame.get("connection", "") == self.link.id:
                await self.link.add_candidate(frame["data"])

    async def _replace(self, id: str) -> Link:
        await self._drop()
        self._deadline = time.monotonic() + UP_WITHIN
        self.link = link = self._make(id)

        def mend_when_failed() -> None:
            if link.pc.connectionState == "failed":
                self.tell({"type": "mend"})

        link.pc.on("connectionstatechange", mend_when_failed)
        return link

    async def _drop(self) -> None:
        if self.link is not None:
            await self.link.close()
            self.link = None
