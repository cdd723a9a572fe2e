"""What a call leaves behind: both ends say how it was, and members can look it up."""

from __future__ import annotations

import asyncio
import csv

from playwright.async_api import expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, eventually
from tests.support.people import Person
from tests.support.server import Server

HALVES = "from rooms.models import ConnectionReport; print(ConnectionReport.objects.count())"

# From half an hour before midnight in UTC to half an hour after it.
LATE_CALL = """
import datetime as dt
from accounts.models import User
from rooms.models import Participant, Room, Worker
began = dt.datetime(2026, 1, 6, 23, 30, tzinfo=dt.UTC)
ended = began + dt.timedelta(hours=1)
call = Room.objects.get().calls.create(started_at=began, ended_at=ended)
Participant.objects.create(
    call=call,
    user=User.objects.get(username="alice"),
    worker=Worker.objects.create(pk="gone", started_at=began, seen_at=ended),
    joined_at=began,
    left_at=ended,
    leave_reason="left",
)
"""


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


async def test_times_and_days_are_those_of_the_readers_own_clock(
    stage: Stage, server: Server, alice: Person, room: str
):
    await asyncio.to_thread(server.shell, LATE_CALL)
    tab = await stage.tab(server, alice, timezone_id="Asia/Kolkata", locale="de-DE")
    await tab.open(f"/rooms/{room}/history/")
    call = tab.page.get_by_role("region", name="Mittwoch, 7. Januar 2026")
    head = call.locator(".call-head p")
    await expect(head).to_have_text("05:00 to 06:00")
    await expect(head.locator("time").first).to_have_attribute(
        "title", "Mittwoch, 7. Januar 2026 um 05:00:00 GMT+5:30"
    )
    # A voice that reads the page in English must not read these so.
    await expect(head.locator("time").first).to_have_attribute("lang", "de-DE")
    await expect(head.locator("time").first).to_have_attribute("dir", "auto")
    await expect(call.locator(".timeline-label").first).to_have_attribute("lang", "de-DE")
    listed = tab.page.get_by_role("navigation", name="Calls").get_by_role("link")
    await expect(listed).to_contain_text(["Mi., 7. Jan. 2026"])
    # The picture says the same as the table below it.
    labels = call.locator(".timeline-label")
    await expect(labels).to_have_text(["05:00", "05:15", "05:30", "05:45", "06:00"])
    came, left, *_ = await call.get_by_role("row", name="Alice").get_by_role("cell").all()
    await expect(came).to_have_text("05:00")
    await expect(left).to_have_text("06:00")
