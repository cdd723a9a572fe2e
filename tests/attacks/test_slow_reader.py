"""Someone who stops reading harms nobody else: not their calls, and not the server's memory."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import select
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.support.client import Client, frame
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person
from tests.support.server import Server

pytestmark = pytest.mark.alone

MIB = 1024 * 1024
NO_LIMITS = {
    "PARLEY_FRAME_BURST": "1000000",
    "PARLEY_FRAME_REFILL": "1000000",
    "PARLEY_FRAME_BYTES": str(1024 * MIB),
}


def text(frame: dict[str, Any]) -> bytes:
    """As a WebSocket frame with a 16-bit length (RFC 6455, section 5.2); its mask is nought."""
    payload = json.dumps(frame).encode().ljust(126)
    return struct.pack("!BBHI", 0x81, 0xFE, len(payload), 0) + payload


@contextmanager
def joined(person: Person, slug: str) -> Iterator[socket.socket]:
    """A bare TCP connection that shakes hands and joins; whatever follows is left to the test."""
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
        connection.sendall(text(frame("join")))
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


def offer_of(size: int, to: str) -> dict[str, Any]:
    return frame("offer", to=to, data={"type": "offer", "sdp": "v" * size})


def flood(connection: socket.socket, to: str) -> None:
    """Sends 88 MB as fast as the server takes them; what it answers is read and forgotten."""

    def listen() -> None:
        while connection.recv(65_536):
            pass

    listener = Thread(target=listen)
    listener.start()
    offer = text(offer_of(44_000, to))
    for _ in range(2_000):
        connection.sendall(offer)
    connection.shutdown(socket.SHUT_WR)
    listener.join()


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
    first, second = await enter(charlie, room), await enter(dave, room)
    # What the server needs for frames of this size it has before; the rest is what piles up.
    for _ in range(50):
        await first.send_raw(json.dumps(offer_of(44_000, second.peer)))
        await second.receive("offer")
    before = server.memory

    with joined(alice, room) as loud, joined(bob, room) as deaf:
        slow = await first.receive("peer-joined", name="Bob")
        began = time.monotonic()
        done = asyncio.Event()
        watched = asyncio.create_task(most_memory(server, done))
        relayed = asyncio.create_task(relay(first, second, done))
        flooding = asyncio.create_task(asyncio.to_thread(flood, loud, slow["peer"]))
        assert await cut(deaf, within=15)
        after = time.monotonic() - began
        await flooding
        done.set()
        grown, took = await watched - before, sorted(await relayed)
    assert await first.receive("peer-away", peer=slow["peer"])
    p99 = took[int(len(took) * 0.99)]
    print(f"cut after {after:.1f} s, {grown / MIB:.1f} MiB, p99 {p99 * 1000:.0f} ms of {len(took)}")
    assert grown < 5 * MIB
    assert len(took) > 20 and p99 < 0.25
    for client in (first, second):
        await client.close()


async def test_a_reader_that_stopped_reading_does_not_outlive_its_right_to_be_here(
    serve: Serve, sign_in: SignIn
):
    server = serve(**NO_LIMITS)
    alice, bob = sign_in(server, "alice"), sign_in(server, "bob")
    room = alice.make_room()
    alice.bring(bob, slug=room)
    sender = await enter(alice, room)
    with joined(bob, room) as deaf:
        slow = await sender.receive("peer-joined", name="Bob")
        full = -1
        # Until the kernel takes no more: the rest waits in the server, which is not alarmed yet.
        while unread(deaf) > full:
            full = unread(deaf)
            await sender.send_raw(json.dumps(offer_of(20_000, slow["peer"])))
            await sender.settle()
        alice.api("DELETE", f"rooms/{room}/members/{slow['user']}/")
        assert await cut(deaf, within=15)
    assert [one["type"] for one in await sender.settle()] == ["peer-left"]
    await sender.close()
