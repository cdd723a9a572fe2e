"""The door of a room: strangers knock, and whoever moderates lets them in or does not."""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator, expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, Tab
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server

WAITS = "Someone inside can let you in; you do not need to press anything."
LONG_AGO = """
from rooms.models import Knock
from django.utils import timezone
Knock.objects.exclude(end="").update(ended_at=timezone.now() - timezone.timedelta(minutes=2))
"""


def notice(tab: Tab) -> Locator:
    return tab.page.locator(".knocking")


async def open_door(alice: Person, room: str, **chosen: object) -> None:
    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"access": "knock", **chosen})


async def ask(tab: Tab, room: str) -> None:
    await tab.open(f"/r/{room}/")
    await tab.press("Ask to join")
    await waits(tab)


async def waits(tab: Tab) -> None:
    await expect(tab.page.get_by_text(WAITS)).to_be_visible()


async def test_a_stranger_knocks_waits_through_reloads_and_is_let_in_as_they_chose_to_be(
    stage: Stage, server: Server, alice: Person, charlie: Person, room: str
):
    await open_door(alice, room)
    alices, charlies = [await stage.tab(server, person) for person in (alice, charlie)]
    await alices.join(room)
    await charlies.open(f"/r/{room}/")
    await charlies.press("Stop video")
    await charlies.press("Ask to join")
    await waits(charlies)
    await expect(charlies.page.get_by_text("Alice")).to_have_count(0)
    await expect(charlies.button("Stop waiting")).to_be_focused()

    await expect(notice(alices)).to_contain_text("Charlie wants to come in")
    told = alices.page.locator("#call > [role=status]")
    await expect(told).to_have_text("Charlie wants to come in.")
    await expect(alices.page.locator("[data-opens=people] .badge")).to_have_text("1 waiting")

    await charlies.page.reload()
    await waits(charlies)
    await alices.page.reload()
    await expect(notice(alices)).to_contain_text("Charlie wants to come in")
    assert len(await asyncio.to_thread(alice.api, "GET", f"rooms/{room}/knocks/")) == 1

    await alices.button("Let in Charlie").focus()
    await alices.page.keyboard.press("Enter")
    await alices.sees("Charlie")
    await charlies.sees("Alice")
    await expect(notice(alices)).to_have_count(0)
    await expect(charlies.button("Start video").first).to_be_visible()
    await expect(charlies.button("Mute").first).to_be_visible()
    await charlies.everyone_moves()
    await alices.page.locator("[data-opens=people]").click()
    await expect(alices.page.locator(".people")).to_contain_text("Guest · Camera off")


async def test_who_is_not_let_in_hears_when_to_ask_again_and_after_three_times_not_to(
    stage: Stage, server: Server, alice: Person, charlie: Person, room: str
):
    await open_door(alice, room)
    alices, charlies = [await stage.tab(server, person) for person in (alice, charlie)]
    await alices.join(room)
    await ask(charlies, room)
    await expect(notice(alices)).to_be_visible()
    await charlies.press("Stop waiting")
    await expect(charlies.page.get_by_text("You stopped waiting.")).to_be_visible()
    await expect(notice(alices)).to_have_count(0)
    await charlies.press("Ask again")

    again = charlies.button("Ask again")
    for _ in range(2):
        await waits(charlies)
        await alices.press("Not now: Charlie")
        await expect(
            charlies.page.get_by_text("You can ask again in a minute at the latest")
        ).to_be_visible()
        await expect(again).to_be_disabled()
        # The notice took its button along; the keyboard has not lost its place.
        await expect(alices.page.locator("[data-opens=people]")).to_be_focused()
        await charlies.page.reload()
        await charlies.press("Ask to join")
        await expect(again).to_be_disabled()
        await asyncio.to_thread(server.shell, LONG_AGO)
        await charlies.page.reload()
        await charlies.press("Ask to join")

    await waits(charlies)
    await alices.press("Not now: Charlie")
    await expect(charlies.page.get_by_text("Not in this call.")).to_be_visible()
    await asyncio.to_thread(server.shell, LONG_AGO)
    await charlies.page.reload()
    await charlies.press("Ask to join")
    await expect(charlies.page.get_by_text("Not in this call.")).to_be_visible()
    await expect(again).to_be_disabled()


async def test_a_member_made_moderator_answers_the_door_at_once_as_far_as_there_are_places(
    gather: Gather, stage: Stage, server: Server, alice: Person, room: str, sign_in: SignIn
):
    alices, bobs = await gather("Alice", "Bob")
    await open_door(alice, room, capacity=3)
    charlies, daves = [
        await stage.tab(server, await asyncio.to_thread(sign_in, server, name))
        for name in ("charlie", "dave")
    ]
    await ask(charlies, room)
    await ask(daves, room)
    await expect(notice(alices)).to_contain_text("Charlie and Dave want to come in")
    await expect(notice(bobs)).to_have_count(0)

    await alices.tile("Bob").hover()
    await alices.press("Options for Bob")
    await alices.page.get_by_role("menuitem", name="Make moderator").click()
    await expect(notice(bobs)).to_contain_text("Charlie and Dave want to come in")
    await bobs.press("See all")
    await bobs.press("Let in Charlie")
    await bobs.sees("Alice", "Charlie")

    bobs.expected = ["409"]
    await bobs.press("Let in Dave")
    await expect(bobs.page.get_by_role("alert")).to_contain_text("Every place is taken.")
    await waits(daves)
    await bobs.press("Not now: Dave")
    await expect(daves.page.get_by_text("You were not let in.")).to_be_visible()

    await bobs.press("Lock room")
    await expect(bobs.page.locator(".bar-lock")).to_be_attached()
    await daves.page.reload()
    await expect(daves.page.get_by_text("ask whoever sent you the link")).to_be_visible()
    await expect(daves.button("Join")).to_have_count(0)
    await bobs.press("Unlock room")
    await expect(bobs.page.locator(".bar-lock")).to_have_count(0)
    await daves.press("Try again")
    await expect(daves.button("Ask to join")).to_be_visible()


async def test_an_open_room_takes_whoever_has_the_link_as_a_guest_who_may_be_kept(
    stage: Stage, server: Server, alice: Person, charlie: Person, room: str
):
    await open_door(alice, room, access="open")
    alices, charlies = [await stage.tab(server, person) for person in (alice, charlie)]
    await alices.join(room)
    await charlies.open(f"/r/{room}/")
    await expect(charlies.page.get_by_text("Alice is inside")).to_be_visible()
    await charlies.press("Join")
    await charlies.sees("Alice")

    await alices.page.locator("[data-opens=people]").click()
    row = alices.page.locator(".people li", has_text="Charlie")
    await expect(row).to_contain_text("Guest")
    dots = row.get_by_role("button", name="Options for Charlie")
    await dots.click()
    await alices.page.keyboard.press("Escape")
    await expect(dots).to_be_focused()
    await dots.click()
    await alices.page.get_by_role("menuitem", name="Let stay as member").click()
    await expect(row).to_contain_text("Member")
    told = charlies.page.locator("#call > [role=status]")
    await expect(told).to_have_text("You are a member now.")
