"""The protocol asks little: a plain page that knows only `{type, to, data}` completes a call."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.browser import Stage, Tab
from tests.support.people import Person
from tests.support.server import Server

PLAIN_PAGE = Path(__file__).with_name("plain_page.js").read_text()


async def test_two_plain_pages_complete_a_call(
    stage: Stage, server: Server, alice: Person, bob: Person, room: str
):
    async def call(tab: Tab, person: Person) -> int:
        # Any address of ours lends its origin; none of our scripts takes part.
        await tab.open("/healthz")
        given = await asyncio.to_thread(person.ticket, room)
        frames: int = await tab.page.evaluate(PLAIN_PAGE, given)
        return frames

    people = (alice, bob)
    tabs = [await stage.tab(server, person) for person in people]
    async with asyncio.timeout(30):
        decoded = await asyncio.gather(*map(call, tabs, people))
    assert all(frames > 10 for frames in decoded)
