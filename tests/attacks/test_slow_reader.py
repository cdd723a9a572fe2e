"""Someone who stops reading harms nobody else: not their calls, and not the server's memory."""

from __future__ import annotations

import asyncio
import base64
import os
import select
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.support.client import Client
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person
from tests.support.server import Server

MIB = 1024 * 1024
FLOOD = [44_000] * 2_000
NO_LIMITS = {
    "PARLEY_FRAME_BURST": "1000000",
    "PARLEY_FRAME_REFILL": "1000000",
    "PARLEY_FRAME_BYTES": str(1024 * MIB),
}


@contextmanager
def joined_and_deaf(person: Person, slug: str) -> Iterator[socket.socket]:
    """A TCP connection that shakes hands, joins, and reads nothing any more."""
    ticket = person.ticket(slug)
    path = ticket["url"].split(str(person.server.port), 1)[1]
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{person.server.port}",
        f"Origin: {person.server.url}",
        f"Cookie: {person.cookie_header}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        f"Sec-WebSocket-Protocol: parley.v1, parley.ticket.{ticket['ticket']}",
    ]
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", person.server.port))
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        assert connection.recv(12) == b"HTTP/1.1 101"
        join = b'{"type":"join"}'
        connection.sendall(struct.pack("!BBI", 0x81, 0x80 | len(join), 0) + join)
        yield connection


async def cut(connection: socket.socket, within: float) -> bool:
    """Whether the server gives the connection up, seen without reading from it."""
    poll = select.poll()
    poll.register(connection, 0)
    return bool(await asyncio.to_thread(poll.poll, within * 1000))


def unread(connection: socket.socket) -> int:
    """The bytes that the kernel keeps for it on the server's side."""
    ours, theirs = connection.getpeername()[1], connection.getsockname()[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        if (int(local[-4:], 16), int(remote[-4:], 16)) == (ours, theirs):
            return int(queues.split(":")[0], 16)
    raise LookupError("the server has no such connection")


@asynccontextmanager
async def listening(client: Client) -> AsyncIterator[None]:
    """Reads whatever comes for somebody who only sends."""

    async def listen() -> None:
        async for _ in client.socket:
            pass

    task = asyncio.create_task(listen())
    yield
    task.cancel()


def offer_of(size: int) -> dict[str, str]:
    return {"type": "offer", "sdp": "v" * size}


async def flood(sender: Client, to: str) -> None:
    for size in FLOOD:
        await sender.send("offer", to=to, data=offer_of(size))


async def relay(sender: Client, receiver: Client, done: asyncio.Event) -> list[float]:
    """How long each candidate takes from one to the other, until it is over."""
    took: list[float] = []
    while not done.is_set():
        began = time.monotonic()
        await sender.send("ice", to=receiver.peer, connection=str(len(took)))
        await receiver.receive("ice", connection=str(len(took)))
        took.append(time.monotonic() - began)
        if len(took) % 60 == 0:
            await sender.send("offer", to=receiver.peer)
        await asyncio.sleep(0.005)
    return took


async def most_memory(server: Server, done: asyncio.Event) -> int:
    most = server.memory
    while not done.is_set():
        most = max(most, server.memory)
        await asyncio.sleep(0.01)
    return most


async def enter(person: Person, slug: str) -> Client:
    client = await Client.open(person, slug)
    await client.join()
    return client


async def test_a_reader_that_stops_reading_is_cut_and_nobody_else_notices(
    serve: Serve, sign_in: SignIn
):
    server = serve(**NO_LIMITS)
    alice, bob, charlie, dave = (
        sign_in(server, name) for name in ("alice", "bob", "charlie", "dave")
    )
    room = alice.make_room()
    alice.bring(bob, charlie, dave, slug=room)
    sender = await enter(alice, room)
    first, second = await enter(charlie, room), await enter(dave, room)
    # What the server needs for frames of this size it has before; the rest is what piles up.
    for size in FLOOD[:50]:
        await sender.send("offer", to=second.peer, data=offer_of(size))
        await second.receive("offer")
    before = server.memory

    with joined_and_deaf(bob, room) as deaf:
        slow = await sender.receive("peer-joined", name="Bob")
        began = time.monotonic()
        done = asyncio.Event()
        async with listening(sender):
            watched = asyncio.create_task(most_memory(server, done))
            relayed = asyncio.create_task(relay(first, second, done))
            await flood(sender, slow["peer"])
            assert await cut(deaf, within=15)
            after = time.monotonic() - began
            done.set()
            grown, took = await watched - before, sorted(await relayed)
    assert await first.receive("peer-away", peer=slow["peer"])
    assert after < 15
    assert grown < 5 * MIB
    assert len(took) > 20 and took[int(len(took) * 0.99)] < 0.25
    print(f"{after:.1f} s, {grown / MIB:.1f} MiB, p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms")
    for client in (sender, first, second):
        await client.close()


async def test_a_reader_that_stopped_reading_does_not_outlive_its_right_to_be_here(
    serve: Serve, sign_in: SignIn
):
    server = serve(**NO_LIMITS)
    alice, bob = sign_in(server, "alice"), sign_in(server, "bob")
    room = alice.make_room()
    alice.bring(bob, slug=room)
    sender = await enter(alice, room)
    with joined_and_deaf(bob, room) as deaf:
        slow = await sender.receive("peer-joined", name="Bob")
        full = -1
        # Until the kernel takes no more: the rest waits in the server, which is not alarmed yet.
        while unread(deaf) > full:
            full = unread(deaf)
            await sender.send("offer", to=slow["peer"], data=offer_of(20_000))
            await sender.settle()
        alice.api("DELETE", f"rooms/{room}/members/{slow['user']}/")
        assert await cut(deaf, within=15)
    assert [frame["type"] for frame in await sender.settle()] == ["peer-left"]
    await sender.close()
