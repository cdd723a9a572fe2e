"""Candidates relayed a second on one core, beside the way that Channels' own tutorial goes.

The baseline tells the whole group and lets every consumer keep what is for itself. Both get the
same frames at the ASGI boundary, in one process, between two peers of a room of four; no more
than 32 are on their way at once. Rounds are interleaved, so that whatever else the machine does
hits both alike.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

# Settles the environment before Django's settings are read.
from tests.support import environment  # isort: skip  # noqa: F401

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from signaling.consumers import RoomConsumer
from signaling.limits import SocketLimits
from signaling.messages import CANDIDATES_PER_GENERATION, CallInfo, MediaState
from signaling.outbox import Outbox
from signaling.peers import Member, Socket
from signaling.session import Session
from signaling.worker import worker
from tests.support.client import frame

ROUNDS = 5
SECONDS = 1.0
PEERS = ("alice", "bob", "charlie", "dave")
ON_THE_WAY = 32

Message = dict[str, Any]
OFFER = json.dumps({**frame("offer"), "to": "bob"})
CANDIDATE = json.dumps({**frame("ice"), "to": "bob"})


class Lines:
    """The sockets of the room: Alice sends, Bob's arrivals let her send on."""

    def __init__(self) -> None:
        self.until = time.perf_counter() + SECONDS
        self.arrived = self.sent = 0
        self.free = asyncio.Semaphore(ON_THE_WAY)
        self.over = asyncio.Event()

    async def alice_sends(self) -> Message:
        if time.perf_counter() > self.until:
            self.over.set()
            return {"type": "websocket.disconnect", "code": 1001}
        await self.free.acquire()
        self.sent += 1
        # A description begins each generation; it is not counted.
        text = CANDIDATE if self.sent % CANDIDATES_PER_GENERATION else OFFER
        return {"type": "websocket.receive", "text": text}

    async def bob_hears(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            self.arrived += '"ice"' in message["text"]
            self.free.release()

    async def silence(self) -> Message:
        await self.over.wait()
        return {"type": "websocket.disconnect", "code": 1001}

    async def nobody(self, message: Message) -> None:
        pass

    def of(self, peer: str) -> tuple[Callable[[], Awaitable[Message]], Any]:
        receive = self.alice_sends if peer == "alice" else self.silence
        return receive, self.bob_hears if peer == "bob" else self.nobody


class Tutorial(AsyncJsonWebsocketConsumer):
    """As one writes it first."""

    def __init__(self, peer: str) -> None:
        super().__init__()
        self.peer = peer

    async def connect(self) -> None:
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def receive_json(self, content: Message, **_: Any) -> None:
        said = {"type": "signal", "from": self.peer, "content": content}
        await self.channel_layer.group_send("room", said)

    async def signal(self, event: Message) -> None:
        if event["content"]["to"] == self.peer:
            await self.send_json({**event["content"], "from": event["from"]})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("room", self.channel_name)


async def tutorial(lines: Lines) -> None:
    async def serve(peer: str) -> None:
        receive, send = lines.of(peer)
        opened = False

        async def from_connect() -> Message:
            nonlocal opened
            if not opened:
                opened = True
                return {"type": "websocket.connect"}
            return await receive()

        application: Any = Tutorial.as_asgi(peer=peer)
        await application({"type": "websocket"}, from_connect, send)

    await asyncio.gather(*map(serve, reversed(PEERS)))


async def parley(lines: Lines) -> None:
    members = [Member(peer, "room", 0, peer, "member", peer, 0) for peer in PEERS]
    call = CallInfo(id=1, started_at="")
    consumers = []
    for member in members:
        receive, send = lines.of(member.peer)
        consumer = RoomConsumer({"url_route": {"kwargs": {"slug": "room"}}}, receive)
        consumer.outbox = Outbox(send, cut=lambda: None)
        consumer.socket = Socket(member, consumer.outbox)
        consumer.session = Session(
            member.peer,
            standing=lambda peer: worker.hub.standing("room", peer),
            now=time.monotonic(),
            limits=SocketLimits(10**9, 10**9, 10**12),
            seated=True,
        )
        worker.hub.connect(consumer.socket)
        worker.hub.join(consumer.socket, members, call, MediaState())
        consumers.append(consumer)
    await asyncio.gather(*(consumer.converse() for consumer in consumers))
    for consumer in consumers:
        worker.hub.disconnect(consumer.socket)


def a_second(way: Callable[[Lines], Awaitable[None]]) -> float:
    async def run() -> float:
        lines = Lines()
        await way(lines)
        return lines.arrived / SECONDS

    return asyncio.run(run())


def row(name: str, values: list[float]) -> str:
    return f"{name:<34}{statistics.median(values):>8.0f}   ({min(values):.0f} to {max(values):.0f})"


def main() -> None:
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(a_second(tutorial))
        ours.append(a_second(parley))
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    print("candidates relayed a second")
    print(row("to the group, and each one filters", theirs))
    print(row("by Parley", ours))
    print(f"ratio {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
