"""A seat in the call of a room, with a connection to everyone else who has one."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from parley_client.link import Link
from parley_client.media import Studio
from parley_client.peer import Peer
from parley_client.recorder import Received
from parley_client.signaling import Frame, Signaling

logger = logging.getLogger(__name__)

SHOWN = {"audio": True, "video": True, "screen": False, "hand": False}


@dataclass
class Seat:
    """Someone else's, with what we hold of them."""

    peer: Peer
    received: Received
    task: asyncio.Task[None]


class Call:
    """Carries out what the server says: who is there, who is away, who has signals for us."""

    def __init__(self, signaling: Signaling, studio: Studio, record: Path | None = None) -> None:
        self.signaling = signaling
        self._studio = studio
        self._record = record
        self._recordings = 0
        self._servers: list[dict[str, Any]] = []
        self.seated = False
        self.seats: dict[str, Seat] = {}

    async def run(self) -> None:
        """Until the server says that it is over (Closed), or until it is cancelled."""
        try:
            async for frame in self.signaling.frames():
                await self._handle(frame)
        finally:
            await self.signaling.leave()
            await self._keep_only(set())

    async def _handle(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                # A new seat begins from nothing.
                await self._keep_only(set())
                self.seated = False
                self._servers = frame["iceServers"]
                await self.signaling.send("join", state=SHOWN)
            case "joined":
                await self._take_stock(frame["peers"])
            case "peer-joined" if self.seated:
                self._meet(frame, later=False)
            case "peer-left":
                await self._keep_only(self.seats.keys() - {frame["peer"]})
            case "peer-away" if seat := self.seats.get(frame["peer"]):
                seat.peer.reachable = False
            case "peer-back" if seat := self.seats.get(frame["peer"]):
                seat.peer.recover()
            case "offer" | "answer" | "ice" if seat := self.seats.get(frame["from"]):
                seat.peer.tell(frame)
            case "ice-servers":
                # For the connections to come; aiortc gathers once.
                self._servers = frame["iceServers"]

    async def _take_stock(self, others: list[Frame]) -> None:
        """The snapshot: who is in the first one came before us, and awaits our offer."""
        await self._keep_only({other["peer"] for other in others})
        for other in others:
            known = self.seats.get(other["peer"])
            seat = known or self._meet(other, later=not self.seated)
            if other["away"]:
                seat.peer.reachable = False
            elif known or not self.seated:
                seat.peer.recover()
        if self.seated:
            await self.signaling.send("state", **SHOWN)
        self.seated = True

    def _meet(self, other: Frame, later: bool) -> Seat:
        received = Received(self._next_recording())
        peer = Peer(
            other["peer"],
            other["name"],
            later=later,
            make=partial(self._link, received),
            line=self.signaling,
        )
        seat = Seat(peer, received, asyncio.create_task(peer.run(), name=peer.name))
        seat.task.add_done_callback(tell_why)
        self.seats[other["peer"]] = seat
        return seat

    def _link(self, received: Received, id: str) -> Link:
        return Link(id, self._servers, self._studio.tracks(), received.take)

    async def _keep_only(self, ids: set[str]) -> None:
        for id in self.seats.keys() - ids:
            seat = self.seats.pop(id)
            seat.task.cancel()
            await asyncio.wait([seat.task])
            await asyncio.to_thread(seat.received.close)

    def _next_recording(self) -> Path | None:
        """`out.mp4` for the first of the others, `out-2.mp4` for the second, ..."""
        self._recordings += 1
        if self._record is None or self._recordings == 1:
            return self._record
        return self._record.with_stem(f"{self._record.stem}-{self._recordings}")


def tell_why(task: asyncio.Task[None]) -> None:
    """A connection ends by being cancelled; whatever else ended it is worth a line."""
    if not task.cancelled() and (error := task.exception()):
        logger.warning("The connection to %s has ended: %r", task.get_name(), error)
