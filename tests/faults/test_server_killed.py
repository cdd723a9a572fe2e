"""Nothing that happens to the server ends a running call."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import expect

from tests.support.browser import Received, Stage, Tab, eventually
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person
from tests.support.server import Database, Server

# A browser says so in its console when nobody listens; that is the fault itself.
NOBODY_LISTENS = [r"ERR_CONNECTION_REFUSED", r"WebSocket connection to .* failed"]


@pytest.fixture
def server(serve: Serve, database: Database) -> Server:
    return serve(database=database)


async def watch(tab: Tab, seconds: int) -> None:
    """Frames rise in every second, and nobody is shown as having left."""
    began = time.monotonic()
    before = await tab.received()
    while (passed := time.monotonic() - began) < seconds:
        await asyncio.sleep(1)
        now = await tab.received()
        assert now.keys() == before.keys(), f"someone left after {passed:.0f} s"
        assert still(before, now) == [], f"no frame after {passed:.0f} s"
        before = now


def still(before: Received, now: Received) -> list[str]:
    return [row["name"] for peer, row in now.items() if row["frames"] <= before[peer]["frames"]]


async def enter(stage: Stage, server: Server, people: list[Person], slug: str) -> list[Tab]:
    tabs = [await stage.tab(server, person) for person in people]
    for tab in tabs:
        tab.expected = NOBODY_LISTENS
        await tab.join(slug)
    for tab in tabs:
        await tab.everyone_moves()
    return tabs


@pytest.mark.parametrize(("database", "down"), [("postgres", 10), ("sqlite", 45)])
async def test_a_call_goes_on_while_the_server_is_down(
    down: int, stage: Stage, server: Server, alice: Person, bob: Person, room: str, sign_in: SignIn
):
    tabs = await enter(stage, server, [alice, bob], room)
    first, second = tabs
    facts = [(await tab.peers(), await tab.offers(), await tab.connections()) for tab in tabs]

    server.kill()
    await asyncio.gather(*(watch(tab, down) for tab in tabs))
    server.start()

    # Signaling is back by itself: what one does reaches the other.
    await second.press("Mute")
    await expect(first.tile("Bob")).to_contain_text("Muted", timeout=30_000)
    assert facts == [
        (await tab.peers(), await tab.offers(), await tab.connections()) for tab in tabs
    ]
    await asyncio.gather(*(watch(tab, 3) for tab in tabs))

    charlie = sign_in(server, "charlie")
    alice.bring(charlie, slug=room)
    third = await stage.tab(server, charlie)
    await third.join(room)
    await third.sees("Alice", "Bob")

    async def all_seen() -> bool | None:
        return len(await first.peers()) == len(await second.peers()) == 2 or None

    await eventually(all_seen, 10, "Charlie is seen by both")
