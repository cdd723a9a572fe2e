"""The Python example in real calls: with Chromium in both roles, and as a user runs it."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from parley_client import DeviceKey, Parley, Signaling
from parley_client.call import Call, Seat
from parley_client.media import Studio
from tests.examples.program import start
from tests.support.browser import Stage, Tab, eventually
from tests.support.fixtures import Serve
from tests.support.people import Person
from tests.support.server import PASSWORD, Server
from tests.support.turn import Relay

# As if another tab were in front, or this one again.
HIDE = """
(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


@asynccontextmanager
async def example(
    server: Server, room: str, folder: Path, username: str = "bob"
) -> AsyncIterator[Call]:
    """Someone, by the example, in the call until the block ends."""
    key = DeviceKey.kept_in(folder / "key.pem")
    async with Parley(server.url, key) as parley:
        await parley.sign_in(username, PASSWORD)
        studio = Studio()
        call = Call(Signaling(parley, room), studio, folder / "heard.mp4")
        running = asyncio.create_task(call.run())
        try:
            yield call
        finally:
            running.cancel()
            await asyncio.wait([running])
            studio.close()


async def alone(call: Call) -> Seat:
    """The only other one in the example's call, once they are connected."""

    async def look() -> Seat | None:
        seats = list(call.seats.values())
        up = [seat for seat in seats if seat.peer.link is not None and seat.peer.link.is_up]
        return up[0] if len(seats) == 1 and up else None

    return await eventually(look, 20, "the example is connected to one other")


async def more_pictures(seat: Seat) -> None:
    before = seat.received.pictures

    async def look() -> bool | None:
        return seat.received.pictures > before + 10 or None

    await eventually(look, 20, "the example decodes pictures")


def assert_a_film_with_sound(path: Path) -> None:
    """Real pictures: not of one colour, and not all the same; sound with energy in it."""
    with av.open(str(path)) as film:
        pictures = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
    with av.open(str(path)) as film:
        sound = np.concatenate([frame.to_ndarray().ravel() for frame in film.decode(audio=0)])
    assert len(pictures) > 10
    assert np.std(pictures[-1]) > 10, "all of one colour"
    assert np.abs(pictures[-1].astype(int) - pictures[len(pictures) // 2]).mean() > 0.05, (
        "it stands"
    )
    assert np.abs(sound).max() > 0.01, "silence"


@pytest.fixture
def server(serve: Serve, relay: Relay) -> Server:
    """With a relay, which aiortc needs where a machine has no network but `lo`."""
    return serve(**relay.settings)


@pytest.fixture
async def tab(stage: Stage, server: Server, alice: Person) -> Tab:
    """Alice's browser."""
    return await stage.tab(server, alice)


@pytest.mark.parametrize("first", ["page", "example"])
async def test_the_example_and_a_page_see_and_hear_each_other(
    first: str, tab: Tab, server: Server, room: str, tmp_path: Path
):
    if first == "page":
        await tab.join(room)
    async with example(server, room, tmp_path) as call:
        await seated(call)
        if first == "example":
            await tab.join(room)
        seat = await alone(call)
        await tab.everyone_moves()
        await more_pictures(seat)
    # It has left at once, and its film is whole.
    await tab.sees()
    assert_a_film_with_sound(tmp_path / "heard.mp4")


@pytest.mark.parametrize("first", ["page", "example"])
async def test_an_ice_restart_by_the_page_is_answered(
    first: str, tab: Tab, server: Server, room: str, tmp_path: Path
):
    if first == "page":
        await tab.join(room)
    async with example(server, room, tmp_path) as call:
        await seated(call)
        if first == "example":
            await tab.join(room)
        before = (await alone(call)).peer.link
        await tab.everyone_moves()

        await tab.page.evaluate("seen.connections.at(-1).restartIce()")

        async def look() -> bool | None:
            return (await alone(call)).peer.link is not before or None

        await eventually(look, 20, "the restart was answered with a new connection")
        assert await tab.connections() == 1, "the page goes on with the one that it has"
        await tab.everyone_moves()
        await more_pictures(await alone(call))


async def test_a_crash_of_the_server_leaves_the_connection_alone(
    tab: Tab, server: Server, room: str, tmp_path: Path
):
    tab.expected.append("ERR_CONNECTION_REFUSED|WebSocket")
    await tab.join(room)
    async with example(server, room, tmp_path) as call:
        seat = await alone(call)
        link = seat.peer.link
        server.kill()
        await line_is(call, open=False)
        await asyncio.to_thread(server.start)
        await line_is(call, open=True)
        await tab.everyone_moves()
        assert (await alone(call)).peer.link is link
        await more_pictures(seat)


async def test_who_is_not_looked_at_sends_no_picture(
    tab: Tab, server: Server, room: str, tmp_path: Path
):
    await tab.join(room)
    async with example(server, room, tmp_path) as call:
        await alone(call)
        await tab.everyone_moves()
        before = -1

        async def stands() -> bool | None:
            nonlocal before
            [bob] = (await tab.received()).values()
            last, before = before, bob["frames"]
            return last == before or None

        await tab.page.evaluate(HIDE, True)
        await eventually(stands, 10, "no more pictures come")
        await tab.page.evaluate(HIDE, False)
        await tab.everyone_moves()


async def test_two_examples_see_each_other(server: Server, room: str, tmp_path: Path):
    async with example(server, room, tmp_path / "bob") as bobs:
        await seated(bobs)
        async with example(server, room, tmp_path / "alice", "alice") as alices:
            for call in (bobs, alices):
                await more_pictures(await alone(call))

        async def look() -> bool | None:
            return not bobs.seats or None

        await eventually(look, 10, "Bob's has heard that Alice's has left")
    assert_a_film_with_sound(tmp_path / "bob" / "heard.mp4")


async def test_it_runs_as_a_user_runs_it(tab: Tab, server: Server, room: str, tmp_path: Path):
    await tab.join(room)
    film = tmp_path / "film.mp4"
    program = await start(server, room, "--record", film, "--seconds", "8", home=tmp_path)
    await tab.sees("Bob")
    await tab.everyone_moves()
    printed, complaints = await asyncio.wait_for(program.communicate(), 40)
    assert (program.returncode, complaints) == (0, b"")
    await tab.sees()
    last = printed.decode().splitlines()[-1]
    said = re.fullmatch(
        r"Alice  rtt [\d?]+ ms  loss [\d.]+%  in (\d+) kbit/s  out (\d+) kbit/s  pictures (\d+)",
        last,
    )
    assert said, printed
    assert all(int(figure) > 10 for figure in said.groups()), last
    assert_a_film_with_sound(film)


async def test_it_leaves_at_ctrl_c(tab: Tab, server: Server, room: str, tmp_path: Path):
    await tab.join(room)
    program = await start(server, room, home=tmp_path)
    await tab.sees("Bob")
    program.send_signal(signal.SIGINT)
    _, complaints = await asyncio.wait_for(program.communicate(), 20)
    assert (program.returncode, complaints) == (0, b"")
    await tab.sees()


async def test_it_sends_a_file(tab: Tab, server: Server, room: str, tmp_path: Path):
    clip = tmp_path / "clip.mp4"
    white_clip(clip)
    await tab.join(room)
    program = await start(server, room, "--file", clip, home=tmp_path)
    await tab.sees("Bob")
    [bob] = (await tab.everyone_moves()).values()
    assert bob["luma"] > 200, "the clip is white, the test picture is not"
    program.send_signal(signal.SIGINT)
    await asyncio.wait_for(program.communicate(), 20)


async def test_with_two_others_both_get_its_pictures(
    alice: Person, charlie: Person, server: Server, room: str, tmp_path: Path
):
    alice.bring(charlie, slug=room)
    link = f"{server.url}/r/{room}/"
    programs = [
        await start(server, link, "--username", name, "--seconds", "12", home=tmp_path)
        for name in ("alice", "bob", "charlie")
    ]
    outputs = await asyncio.wait_for(asyncio.gather(*(one.communicate() for one in programs)), 60)
    assert [one.returncode for one in programs] == [0, 0, 0], outputs
    for printed, complaints in outputs:
        assert complaints == b""
        said = re.findall(r"^(\w+) .* pictures (\d+)$", printed.decode(), re.MULTILINE)
        # A second of them and more, from each of the other two.
        assert len({name for name, pictures in said if int(pictures) > 15}) == 2, printed


def white_clip(path: Path) -> None:
    """Two seconds of white, without sound."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _ in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 255, np.uint8))
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


async def line_is(call: Call, *, open: bool) -> None:
    async def look() -> bool | None:
        return call.signaling.is_open == open or None

    await eventually(look, 20, f"the example's socket is {'there' if open else 'gone'}")


async def seated(call: Call) -> None:
    async def look() -> bool | None:
        return call.seated or None

    await eventually(look, 10, "the example has its seat")
