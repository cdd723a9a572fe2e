"""What the owner and moderators do to a room from inside, and what the others see of it."""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator, expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, Tab
from tests.support.people import Person
from tests.support.server import Server

OUT = "This room is locked: to come in, ask someone inside to unlock it."


def bar_lock(tab: Tab) -> Locator:
    return tab.page.locator(".bar").get_by_text("This room is locked")


async def from_panel(tab: Tab, deed: str) -> None:
    """Presses it under People, which stays open."""
    await tab.page.locator("[data-opens=people]").click()
    await tab.press(deed)


async def hears(tab: Tab, news: str) -> None:
    await expect(tab.page.locator("#call > [role=status]")).to_have_text(news)


async def ends(tab: Tab, title: str) -> None:
    await expect(tab.page.get_by_role("heading", name=title)).to_be_visible()


async def test_a_locked_room_keeps_a_member_out_until_it_is_unlocked(
    stage: Stage, server: Server, alice: Person, bob: Person, room: str
):
    alices, bobs = [await stage.tab(server, person) for person in (alice, bob)]
    await alices.join(room)
    await bobs.open(f"/r/{room}/")
    await expect(bobs.page.get_by_text("Alice is inside")).to_be_visible()
    await expect(bobs.page.get_by_text(OUT)).to_have_count(0)

    await from_panel(alices, "Lock room")
    await expect(bobs.page.get_by_text(OUT)).to_be_visible()
    await expect(bar_lock(alices)).to_be_attached()
    await hears(alices, "The room is locked: nobody new comes in.")
    await bobs.press("Join")
    await ends(bobs, "This room is locked")

    await alices.press("Unlock room")
    await expect(bar_lock(alices)).to_have_count(0)
    await hears(alices, "The room is unlocked.")
    await bobs.press("Try again")
    await bobs.sees("Alice")


async def test_who_is_inside_a_locked_room_may_load_the_page_anew(gather: Gather):
    alice, bob = await gather("Alice", "Bob")
    await from_panel(alice, "Lock room")
    await expect(bar_lock(bob)).to_be_attached()
    before = await alice.peers()

    await bob.page.reload()
    await bob.sees("Alice")
    await expect(bar_lock(bob)).to_be_attached()
    await alice.sees("Bob")
    assert await alice.peers() != before, "a page that was loaded anew is a new peer"

    await bob.leave()
    await expect(bob.page.get_by_text("The room is locked: to come back")).to_be_visible()
    await bob.press("Rejoin")
    await ends(bob, "This room is locked")


async def test_the_lock_lets_its_owner_in(stage: Stage, server: Server, alice: Person, room: str):
    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"locked": True})
    tab = await stage.tab(server, alice)
    await tab.open(f"/r/{room}/")
    await expect(tab.page.get_by_text("nobody new comes in, but you can")).to_be_visible()
    await tab.press("Join")
    await expect(bar_lock(tab)).to_be_attached()


async def test_a_call_is_ended_for_all_when_its_owner_says_so_twice(gather: Gather):
    alice, bob = await gather("Alice", "Bob")
    await bob.page.locator("[data-opens=people]").click()
    await expect(bob.page.locator(".people")).to_be_visible()
    await expect(bob.button("End call for all")).to_have_count(0)
    await expect(bob.button("Lock room")).to_have_count(0)

    await from_panel(alice, "End call for all")
    question = alice.page.get_by_role("dialog", name="End the call for all?")
    await alice.page.keyboard.press("Escape")
    await expect(question).to_be_hidden()
    await expect(alice.button("End call for all")).to_be_focused()
    await bob.sees("Alice")

    await alice.press("End call for all")
    await question.get_by_role("button", name="End call for all").click()
    for tab in (alice, bob):
        await ends(tab, "The call has ended")


async def test_a_deed_that_the_server_did_not_hear_of_changes_nothing_and_is_said(
    stage: Stage, server: Server, alice: Person, room: str
):
    tab = await stage.tab(server, alice)
    tab.expected = [r"net::ERR_CONNECTION_REFUSED"]
    await tab.join(room)
    await tab.page.route(f"**/api/rooms/{room}/", lambda route: route.abort("connectionrefused"))
    await from_panel(tab, "Lock room")
    await expect(tab.page.get_by_role("alert")).to_contain_text("The server did not answer.")
    await expect(bar_lock(tab)).to_have_count(0)

    await tab.page.unroute(f"**/api/rooms/{room}/")
    await tab.press("Lock room")
    await expect(bar_lock(tab)).to_be_attached()
    await expect(tab.page.get_by_text("The server did not answer.")).to_have_count(0)
