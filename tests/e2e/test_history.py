"""What a call leaves behind: both ends say how it was, and members can look it up."""

from __future__ import annotations

import asyncio
import csv

from playwright.async_api import expect

from tests.e2e.conftest import Gather
from tests.support.browser import eventually
from tests.support.server import Server

HALVES = "from rooms.models import ConnectionReport; print(ConnectionReport.objects.count())"


async def test_a_call_is_looked_up_afterwards(gather: Gather, server: Server, room: str):
    alice, bob = await gather("Alice", "Bob")
    await alice.everyone_moves()

    # One page is closed, the other hangs up: both say how the connection was.
    await bob.open("/")
    await alice.sees()
    await alice.leave()

    async def both_halves() -> bool | None:
        return (await asyncio.to_thread(server.shell, HALVES)).strip() == "2" or None

    await eventually(both_halves, 15, "both ends have reported")

    history = f"/rooms/{room}/history/"
    await alice.open(history)
    pair = alice.page.get_by_role("list", name="Connections").get_by_role("listitem")
    await expect(pair).to_contain_text("Alice and Bob")
    await expect(pair).to_contain_text("Direct")
    await expect(pair).to_contain_text("Straight from one to the other: nothing to do.")
    people = alice.page.get_by_role("table", name="People")
    await expect(people.get_by_role("row", name="Bob")).to_contain_text("Left")
    await expect(alice.page.get_by_role("img", name="Who was there when")).to_be_visible()

    async with alice.page.expect_download() as download:
        await alice.page.get_by_role("button", name="Download as CSV").click()
    written = await asyncio.to_thread((await (await download.value).path()).read_text, "utf-8-sig")
    rows = list(csv.DictReader(written.splitlines()))
    said = {row["Name"]: (row["How they left"], row["Connections"]) for row in rows}
    assert said == {"Alice": ("Left", "Bob: Direct"), "Bob": ("Left", "Alice: Direct")}

    await alice.open(history)
    record = alice.page.get_by_role("table", name="Who did what")
    await expect(record).to_contain_text("Exported the history")
    await bob.open(history)
    await expect(bob.page.get_by_role("heading", name="Connections")).to_be_visible()
    await expect(bob.page.get_by_role("table", name="Who did what")).to_have_count(0)
    await expect(bob.page.get_by_role("button", name="Download as CSV")).to_have_count(0)
