"""What people in a call see of one another."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, Tab, eventually
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server

# Where the sound of the only other person is: what has come, and how long it has played.
HEARD = """
() => {
  const { readyState, currentTime, muted } = document.querySelector("[data-peer] audio") ?? {};
  return { readyState, currentTime, muted };
}
"""


async def test_four_people_see_and_hear_each_other_in_all_twelve_directions(gather: Gather):
    tabs = await gather("Alice", "Bob", "Charlie", "Dave")
    directions = await asyncio.gather(*(tab.everyone_moves(within=40) for tab in tabs))
    assert sum(map(len, directions)) == 12


async def test_who_leaves_is_gone_for_the_others_and_finds_the_way_out(gather: Gather):
    alice, bob, charlie = await gather("Alice", "Bob", "Charlie")
    await bob.leave()
    await alice.sees("Charlie")
    await charlie.sees("Alice")
    await alice.everyone_moves()


async def test_mute_and_camera_off_are_seen_by_others_and_come_back(gather: Gather):
    alice, bob = await gather("Alice", "Bob")
    tile = alice.tile("Bob")

    await bob.press("Mute")
    await expect(tile).to_contain_text("Muted")
    await bob.press("Unmute")
    await expect(tile).not_to_contain_text("Muted")

    await bob.press("Stop video")
    await expect(tile).to_contain_text("Camera off")
    await bob.press("Start video")
    await expect(tile).not_to_contain_text("Camera off")
    await alice.everyone_moves()


async def test_a_reloaded_page_comes_back_as_a_new_peer_that_is_still_muted(gather: Gather):
    alice, bob = await gather("Alice", "Bob")
    before = await alice.peers()
    await bob.press("Mute")

    await bob.page.reload()
    # The browser gives camera and microphone without asking, so that no button is needed.
    await expect(bob.button("Leave").first).to_be_visible()

    await expect(bob.button("Unmute").first).to_be_visible()
    await alice.sees("Bob")
    assert await alice.peers() != before, "a page that was loaded anew is a new peer"
    await expect(alice.tile("Bob")).to_contain_text("Muted")
    await bob.press("Unmute")
    await alice.everyone_moves()
    await bob.everyone_moves()


async def test_who_joins_with_the_camera_off_is_heard(
    stage: Stage, server: Server, alice: Person, room: str, sign_in: SignIn
):
    bob = sign_in(server, "bob")
    alice.bring(bob, slug=room)
    alices, bobs = [await stage.tab(server, person) for person in (alice, bob)]
    await alices.join(room)
    await bobs.open(f"/r/{room}/")
    await bobs.press("Stop video")
    await bobs.press("Join")
    await alices.sees("Bob")
    await expect(alices.tile("Bob")).to_contain_text("Camera off")

    first = await eventually(lambda: playing(alices), 15, "Bob's sound plays")
    await eventually(lambda: playing(alices, since=first), 5, "Bob's sound goes on")


async def playing(tab: Tab, since: float = 0) -> float | None:
    """How long the sound of the other has played, once that is longer than before."""
    heard = await tab.page.evaluate(HEARD)
    if heard.get("muted") or heard.get("readyState", 0) < 3:
        return None
    played: float = heard["currentTime"]
    return played if played > since else None
