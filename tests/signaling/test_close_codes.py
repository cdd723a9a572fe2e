"""The close codes of docs/protocol.md that a client can cause and that no other file shows."""

from __future__ import annotations

import sqlite3

import pytest

from tests.signaling.conftest import Enter
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person
from tests.support.server import Kind


async def test_the_third_bad_frame_closes_with_4400(enter: Enter, alice: Person, room: str):
    socket = await enter(alice, room)
    for _ in range(2):
        await socket.send_raw("not JSON")
        assert (await socket.receive("error"))["code"] == "bad_json"
    await socket.send_raw("not JSON")
    assert await socket.closed() == 4400
    assert socket.kept[-1]["code"] == "bad_json"


async def test_the_third_frame_above_64_kib_closes_with_4413(
    enter: Enter, alice: Person, room: str
):
    socket = await enter(alice, room)
    for _ in range(2):
        await socket.send_raw(" " * (64 * 1024 + 1))
        assert (await socket.receive("error"))["code"] == "frame_too_large"
    await socket.send_raw(" " * (64 * 1024 + 1))
    assert await socket.closed() == 4413


async def test_a_frame_of_64_kib_is_read(enter: Enter, alice: Person, room: str):
    socket = await enter(alice, room)
    frame = '{"type": "ping", "t": 1}'
    await socket.send_raw(frame + " " * (64 * 1024 - len(frame)))
    assert await socket.receive("pong")


async def test_a_flood_closes_with_4429(enter: Enter, alice: Person, room: str):
    socket = await enter(alice, room)
    for number in range(1000):
        await socket.send_raw(f'{{"type":"ping","t":{number}}}')
    assert await socket.closed() == 4429
    assert socket.kept[-1]["code"] == "flooding"


async def test_uvicorn_cuts_a_frame_above_256_kib_with_1009(enter: Enter, alice: Person, room: str):
    if alice.server.kind == "daphne":
        # It has no such bound of its own; ours counts it as one frame too large.
        socket = await enter(alice, room)
        await socket.send_raw(" " * (256 * 1024 + 1))
        assert (await socket.receive("error"))["code"] == "frame_too_large"
        return
    socket = await enter(alice, room)
    await socket.send_raw(" " * (256 * 1024 + 1))
    assert await socket.closed() == 1009


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
async def test_a_fault_of_ours_closes_with_4500(
    enter: Enter, serve: Serve, sign_in: SignIn, kind: Kind
):
    server = serve(kind)
    alice = sign_in(server, "alice")
    slug = alice.make_room()
    socket = await enter(alice, slug)
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        database.execute("ALTER TABLE rooms_participant RENAME TO taken_away")
    await socket.send("join")
    assert await socket.closed() == 4500
    assert socket.kept[-1]["code"] == "internal"
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        database.execute("ALTER TABLE taken_away RENAME TO rooms_participant")
    again = await enter(alice, slug)
    await again.join()
    await again.close()
