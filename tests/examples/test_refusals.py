"""What the example says when it cannot, or may no longer, be in the call: one line."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.examples.program import CALL, start
from tests.support.browser import eventually
from tests.support.people import Person
from tests.support.server import PASSWORD, Server


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--room", "nowhere"], "not_found"),
        (["--username", "dave"], "not_found"),
        (["--username", "nobody"], "invalid_credentials"),
        (["--file", "nothing.mp4"], "nothing.mp4"),
        (["--file", str(CALL)], "Invalid data"),
    ],
)
async def test_what_is_wrong_is_said_in_one_line(
    more: list[str], said: str, server: Server, room: str, tmp_path: Path
):
    program = await start(server, room, *more, home=tmp_path)
    assert said in await only_line(program, 1)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.1:{port}"])
async def test_a_wrong_address_leaves_no_key_behind(
    url: str, server: Server, room: str, tmp_path: Path
):
    program = await start(server, room, "--url", url.format(port=server.port), home=tmp_path)
    assert url.format(port=server.port) in await only_line(program, 1)
    assert keys(tmp_path) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--url", "localhost:8000"], "--url"),
        (["--url", "http://localhost:80x"], "--url"),
        (["--record", "out.xyz"], ".mkv"),
        (["--record", "nowhere/out.mp4"], "nowhere"),
    ],
)
async def test_what_cannot_be_is_said_before_anything_is_done(
    more: list[str], said: str, server: Server, room: str, tmp_path: Path
):
    program = await start(server, room, *more, home=tmp_path)
    assert said in await only_line(program, 2)
    assert keys(tmp_path) == []


@pytest.mark.parametrize(("password", "more"), [("", []), (PASSWORD, ["--otp"])])
async def test_without_a_terminal_nothing_is_asked(
    password: str, more: list[str], server: Server, room: str, tmp_path: Path
):
    program = await start(server, room, *more, home=tmp_path, password=password)
    assert "terminal" in await only_line(program, 2)


async def test_whose_device_is_revoked_hears_why(
    bob: Person, server: Server, room: str, tmp_path: Path
):
    program = await start(server, room, home=tmp_path)
    await inside(bob, room)
    [device] = [one["id"] for one in bob.api("GET", "devices/") if one["kind"] == "client"]
    bob.api("DELETE", f"devices/{device}/")
    assert "signed out or revoked" in await only_line(program, 1)
    again = await start(server, room, home=tmp_path)
    assert "This key was revoked" in await only_line(again, 1)


async def test_who_has_joined_again_with_the_same_key_hears_why(
    bob: Person, server: Server, room: str, tmp_path: Path
):
    first = await start(server, room, home=tmp_path)
    await inside(bob, room)
    second = await start(server, room, home=tmp_path)
    assert "joined_elsewhere" in await only_line(first, 1)
    second.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(second.communicate(), 20) == (b"", b"")
    assert second.returncode == 0


def keys(home: Path) -> list[Path]:
    return list(home.rglob("*.pem"))


async def only_line(program: asyncio.subprocess.Process, status: int) -> str:
    """What it complains of in the end."""
    _, complaints = await asyncio.wait_for(program.communicate(), 20)
    assert (program.returncode, complaints.count(b"\n")) == (status, 1), complaints.decode()
    return complaints.decode()


async def inside(bob: Person, room: str) -> None:
    async def look() -> bool | None:
        seen = await asyncio.to_thread(bob.api, "GET", f"rooms/{room}/")
        return bool(seen["inside"]) or None

    await eventually(look, 20, "the example is in the call")
