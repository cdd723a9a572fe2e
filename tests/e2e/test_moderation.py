"""What the owner and moderators do to a room from inside, and what the others see of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import JSHandle, Locator, expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, Tab, eventually
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server

HERE = Path(__file__).parent
IGNORING, STAYING, CONNECTION, VOICE, ARRIVED = [
    (HERE / f"{name}.js").read_text()
    for name in ("ignoring", "staying", "connection", "voice", "arrived")
]
# A microphone that is on adds a hundred times as much in a second.
FAINTEST = 0.001
SENDS_SOUND = """() => {
  const standing = seen.connections.filter((one) => one.connectionState === "connected");
  if (standing.length === 0) return null;
  return standing
    .flatMap((one) => one.getSenders())
    .some(({ track }) => track?.kind === "audio" && track.enabled);
}"""

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


async def does(tab: Tab, name: str, deed: str) -> None:
    """Out of the menu on somebody's tile, by keyboard alone."""
    await tab.tile(name).get_by_role("button", name=f"Options for {name}").focus()
    await tab.page.keyboard.press("Enter")
    item = tab.page.get_by_role("menuitem", name=deed, exact=True)
    while not await item.evaluate("item => item === document.activeElement"):
        await tab.page.keyboard.press("ArrowDown")
    await tab.page.keyboard.press("Enter")


async def confirms(tab: Tab, question: str, answer: str) -> None:
    dialog = tab.page.get_by_role("dialog", name=question)
    await dialog.get_by_role("button", name=answer, exact=True).click()


async def connection(tab: Tab, name: str) -> JSHandle:
    return await tab.page.evaluate_handle(CONNECTION, name)


async def voice(tab: Tab, name: str) -> dict[str, Any]:
    heard: dict[str, Any] = await tab.page.evaluate(VOICE, [await connection(tab, name), name])
    return heard


async def after_packets(tab: Tab, name: str, count: int) -> dict[str, Any]:
    """What is known when they have sent so much more; fifty make a second."""
    before = await voice(tab, name)

    async def sent() -> dict[str, Any] | None:
        now = await voice(tab, name)
        return now if now["packets"] >= before["packets"] + count else None

    return await eventually(sent, 20, f"{name} goes on sending")


async def is_silent(tab: Tab, name: str) -> None:
    """A second after the hold: they send, as much as ever, and nothing of it is played."""
    before = await after_packets(tab, name, 50)
    now = await after_packets(tab, name, 150)
    assert not before["plays"], f"nothing of {name} is played"
    assert now["energy"] - before["energy"] < FAINTEST, f"nothing of {name} is heard"


async def is_heard(tab: Tab, name: str) -> None:
    before = await voice(tab, name)

    async def heard() -> bool | None:
        now = await voice(tab, name)
        return (now["plays"] and now["energy"] - before["energy"] > FAINTEST) or None

    await eventually(heard, 20, f"{name} is heard")


async def sends_sound(tab: Tab) -> bool:
    """To whoever is connected: as long as nobody is, there is nothing to be seen of it."""

    async def known() -> bool | None:
        sends: bool | None = await tab.page.evaluate(SENDS_SOUND)
        return sends

    return await eventually(known, 15, "somebody is connected")


async def moves(link: JSHandle) -> None:
    async def arrived() -> bool | None:
        return (await link.evaluate(ARRIVED))["pictures"] > 0 or None

    await eventually(arrived, 15, "pictures come over the connection")


async def is_closed(link: JSHandle) -> None:
    """Within the three seconds that are promised."""

    async def closed() -> bool | None:
        return (await link.evaluate(ARRIVED))["closed"] or None

    await eventually(closed, 3, "the connection is closed")


async def pictures(links: list[JSHandle]) -> list[int]:
    return [(await link.evaluate(ARRIVED))["pictures"] for link in links]


async def finds_no_room(person: Person, room: str, peer: str | None) -> None:
    for method, path, body in (
        ("POST", "tickets/", {}),
        ("POST", "tickets/", {"resume": peer}),
        ("GET", "ice-servers/", None),
    ):
        answer = await asyncio.to_thread(person.call_api, method, f"rooms/{room}/{path}", body)
        assert answer.status_code == 404, f"{method} {path}"


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
    await expect(bobs.button("Join")).to_have_count(0)
    await bobs.press("Try again")
    await expect(bobs.page.get_by_text("Alice is inside")).to_be_visible()
    await expect(bobs.page.get_by_text(OUT)).to_be_visible()

    await alices.press("Unlock room")
    await expect(bar_lock(alices)).to_have_count(0)
    await hears(alices, "The room is unlocked.")
    await hears(bobs, "The room is unlocked: you can come in.")
    await bobs.press("Join")
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


async def test_who_is_muted_stays_silent_for_all_whatever_their_page_does(gather: Gather):
    alice, bob, charlie = await gather("Alice", "Bob", "Charlie")
    await bob.page.evaluate(IGNORING)
    for tab in (alice, charlie):
        await is_heard(tab, "Bob")

    await does(alice, "Bob", "Mute")
    for tab in (alice, charlie):
        await expect(tab.tile("Bob").locator(".held")).to_be_visible()
        await is_silent(tab, "Bob")
    await expect(bob.button("Mute").first).to_be_visible()

    await charlie.page.reload()
    await charlie.sees("Alice", "Bob")
    await is_silent(charlie, "Bob")

    await does(alice, "Bob", "Allow to speak")
    for tab in (alice, charlie):
        await is_heard(tab, "Bob")
        await expect(tab.tile("Bob").locator(".held")).to_have_count(0)


async def test_who_is_muted_is_told_and_speaks_again_only_by_a_press_of_their_own(gather: Gather):
    alice, bob = await gather("Alice", "Bob")
    await does(alice, "Bob", "Mute")
    held = bob.button("A moderator has muted you")
    await expect(held).to_be_disabled()
    await expect(bob.page.get_by_text("Raise your hand when you want to speak.")).to_be_visible()
    assert not await sends_sound(bob)
    await bob.page.keyboard.press("m")
    await expect(held).to_be_disabled()

    await bob.page.reload()
    await expect(held).to_be_disabled()
    await does(alice, "Bob", "Allow to speak")
    await expect(bob.page.get_by_text("You may speak again.")).to_be_visible()
    assert not await sends_sound(bob)
    await bob.press("Unmute")
    await expect(bob.page.get_by_text("You may speak again.")).to_have_count(0)
    await is_heard(alice, "Bob")


async def test_who_is_removed_or_banned_is_gone_for_all_whatever_their_page_does(
    stage: Stage, server: Server, alice: Person, bob: Person, room: str, sign_in: SignIn
):
    people = [alice, bob, *(sign_in(server, name) for name in ("charlie", "dave"))]
    alice.bring(*people[2:], slug=room)
    tabs = [await stage.tab(server, person) for person in people]
    for tab in tabs:
        await tab.join(room)
    alices, bobs, charlies, daves = tabs
    await alices.sees("Bob", "Charlie", "Dave")
    await alices.everyone_moves()
    for tab in (bobs, charlies):
        await tab.page.evaluate(STAYING)

    for tab, person, name, deed in (
        (bobs, people[1], "Bob", "Remove"),
        (charlies, people[2], "Charlie", "Ban"),
    ):
        peer = await alices.tile(name).get_attribute("data-peer")
        links = [await connection(other, name) for other in (alices, daves)]
        await asyncio.gather(*(moves(link) for link in links))
        await does(alices, name, deed)
        await confirms(alices, f"{deed} {name}?", deed)
        await asyncio.gather(*(is_closed(link) for link in links))
        await expect(tab.page.get_by_role("heading", name="from this room")).to_be_visible()
        await finds_no_room(person, room, peer)
        await daves.everyone_moves()
        seen = await pictures(links)
        await daves.everyone_moves()
        assert await pictures(links) == seen

    await alices.sees("Dave")
    await alices.everyone_moves()


async def test_the_owner_leaves_hands_over_and_the_room_goes_on(gather: Gather):
    alice, bob, charlie = await gather("Alice", "Bob", "Charlie")
    await alice.leave()
    for tab, other in ((bob, "Charlie"), (charlie, "Bob")):
        await tab.sees(other)
    await bob.everyone_moves()
    await alice.press("Rejoin")
    await alice.sees("Bob", "Charlie")

    await bob.page.locator("[data-opens=people]").click()
    await expect(bob.button("End call for all")).to_have_count(0)
    await does(alice, "Bob", "Hand over the room")
    await confirms(alice, "Hand the room over to Bob?", "Hand over")
    await hears(bob, "You own this room now.")
    await expect(bob.button("End call for all")).to_be_visible()
    await expect(bob.button("Options for Alice").first).to_be_attached()
    await expect(alice.button("Options for Bob")).to_have_count(0)
    await alice.leave()
    await bob.sees("Charlie")
    await does(bob, "Charlie", "Mute")
    await expect(charlie.button("A moderator has muted you")).to_be_disabled()
