"""Whoever cannot be in a call reads why, and what to do next."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, Tab
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server

ONLY = Path(__file__).with_name("only.js").read_text()


async def in_admin(admin: Person, listing: str, action: str, search: str) -> None:
    """Ticks the one row that the search finds, runs an action on it, and is sure."""
    path = f"/admin/rooms/{listing}/"
    page = await asyncio.to_thread(admin.http.get, path, params={"q": search})
    [row] = re.findall(r'name="_selected_action" value="(\d+)"', page.text)
    form = {"action": action, "_selected_action": row, "sure": "Yes"}
    assert (await asyncio.to_thread(admin.post_form, path, form)).status_code == 302


async def reads(tab: Tab, title: str, next_step: str) -> None:
    await expect(tab.page.get_by_role("heading", name=title)).to_be_visible()
    step = tab.page.get_by_role("button", name=next_step)
    await expect(step.or_(tab.page.get_by_role("link", name=next_step)).first).to_be_visible()


async def test_who_is_removed_in_django_admin_is_out_within_two_seconds(
    gather: Gather, server: Server, sign_in: SignIn
):
    alice, bob, charlie = await gather("Alice", "Bob", "Charlie")
    admin = await asyncio.to_thread(sign_in, server, "admin")
    others = [(alice, "Charlie"), (charlie, "Alice")]
    await in_admin(admin, "membership", "remove", "bob")
    # Seen by the pages themselves: `expect` looks ever more rarely.
    async with asyncio.timeout(2):
        await asyncio.gather(*(one.page.evaluate(ONLY, name) for one, name in others))
    await reads(bob, "You were removed from this room", "Back to rooms")
    # The others have hung up: of the two connections each had, one is left.
    for tab in (alice, charlie):
        open_ones = "seen.connections.filter((one) => one.connectionState === 'connected').length"
        assert await tab.page.evaluate(open_ones) == 1


async def test_a_call_that_was_ended_says_so_to_all(
    gather: Gather, server: Server, sign_in: SignIn
):
    tabs = await gather("Alice", "Bob")
    admin = await asyncio.to_thread(sign_in, server, "admin")
    await in_admin(admin, "room", "end_the_call", "Kitchen")
    for tab in tabs:
        await reads(tab, "The call has ended", "Rejoin")


async def test_a_full_room_says_so_and_lets_one_try_again(
    stage: Stage, server: Server, alice: Person, bob: Person, charlie: Person
):
    small = alice.make_room(capacity=2)
    alice.bring(bob, charlie, slug=small)
    inside = [await stage.tab(server, person) for person in (alice, bob)]
    for tab in inside:
        await tab.join(small)
    late = await stage.tab(server, charlie)
    await late.open(f"/r/{small}/")
    await late.press("Join")
    await reads(late, "This room is full", "Try again")
    await inside[1].leave()
    await late.press("Try again")
    await late.sees("Alice")


async def test_a_room_that_is_not_ones_own_is_not_there(
    stage: Stage, server: Server, charlie: Person, room: str
):
    tab = await stage.tab(server, charlie)
    tab.expected = [r"404 \(Not Found\)"]
    await tab.open(f"/r/{room}/")
    ours = await tab.page.content()
    await tab.open(f"/r/{'A' * len(room)}/")
    assert await tab.page.content() == ours
    await expect(tab.page.get_by_role("heading")).to_be_visible()


async def test_one_can_join_without_a_camera(
    stage: Stage, server: Server, alice: Person, bob: Person, room: str
):
    seeing, blind = await stage.tab(server, alice), await stage.tab(server, bob, permissions=[])
    await seeing.join(room)
    await blind.context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));"
    )
    await blind.open(f"/r/{room}/")
    await expect(blind.page.get_by_text(re.compile("blocking|may not use"))).to_be_visible()
    await blind.press("Join")
    await blind.sees("Alice")
    await expect(seeing.tile("Bob")).to_contain_text("Camera off")
    await expect(seeing.tile("Bob")).to_contain_text("Muted")
