"""A browser has a key of its own, and whoever lost it comes back into the call by a short path."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, Response, Route, expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, Tab
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

WAY_IN = re.compile("/api/(devices|rooms/[^/]+/tickets)/")
DEVICES = "/api/devices/"
# What the console says of these replies; the page knows what to make of them.
UNAUTHORIZED, FORBIDDEN = r"401 \(Unauthorized\)", r"403 \(Forbidden\)"
CONFLICT = r"409 \(Conflict\)"

FORGET_KEYS = """
() => new Promise((resolve, reject) => {
  const deletion = indexedDB.deleteDatabase("parley");
  deletion.onsuccess = resolve;
  deletion.onblocked = deletion.onerror = reject;
})
"""
NO_CRYPTOGRAPHY = "Object.defineProperty(crypto, 'subtle', { value: undefined });"
OTHER_KEY = """
from accounts.models import Device
Device.objects.filter(user__username="alice").update(thumbprint="x" * 43)
"""
AN_HOUR_LATE = "const now = Date.now; Date.now = () => now() - 3600e3;"


@pytest.fixture
async def bobs(stage: Stage, server: Server, bob: Person, room: str) -> Tab:
    """Bob, who is in the call already."""
    tab = await stage.tab(server, bob)
    await tab.join(room)
    return tab


async def sign_in_here(tab: Tab, username: str) -> None:
    await tab.fill_in(login=username, password=PASSWORD)
    await tab.press("Sign in")


async def confirm_who_one_is(tab: Tab) -> None:
    await expect(tab.page).to_have_url(re.compile("/accounts/reauthenticate/"))
    await tab.fill_in(password=PASSWORD)
    await tab.press("Go on")


async def both_see_and_hear(alice: Tab, bob: Tab) -> None:
    await expect(alice.button("Leave").first).to_be_visible()
    await bob.sees("Alice")
    await alice.sees("Bob")
    await asyncio.gather(alice.everyone_moves(), bob.everyone_moves())


def devices_of(person: Person) -> list[dict[str, Any]]:
    devices: list[dict[str, Any]] = person.api("GET", "devices/")
    return devices


def ways_in(page: Page) -> list[str]:
    """What the page asks the API from now on, to be known and to have a socket."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if WAY_IN.search(one.url) else None)
    return asked


async def test_a_known_browser_has_its_ticket_for_one_request(
    stage: Stage, server: Server, alice: Person, room: str
):
    tab = await stage.tab(server, alice)
    asked = ways_in(tab.page)
    await tab.join(room)
    assert asked == [f"{server.url}/api/rooms/{room}/tickets/"]


async def test_a_second_browser_needs_the_password_and_nothing_more(
    stage: Stage, server: Server, bobs: Tab, room: str
):
    # Another browser in which nobody is signed in: the link to the room leads through the door.
    second = await stage.tab(server)
    await second.open(f"/r/{room}/")
    asked = ways_in(second.page)
    await sign_in_here(second, "alice")
    await second.press("Join")
    await both_see_and_hear(second, bobs)
    assert asked == [server.url + DEVICES, f"{server.url}/api/rooms/{room}/tickets/"]


async def test_a_browser_that_lost_its_key_asks_for_the_password_and_is_back_in_the_call(
    stage: Stage, server: Server, alice: Person, bobs: Tab, room: str
):
    tab = await stage.tab(server, alice)
    await tab.join(room)
    tab.expected = [FORBIDDEN]
    await tab.page.evaluate(FORGET_KEYS)
    await tab.page.reload()
    await confirm_who_one_is(tab)
    # By itself, without another press.
    await both_see_and_hear(tab, bobs)


async def test_who_opens_a_room_with_a_lost_key_is_asked_at_once(
    stage: Stage, server: Server, alice: Person, bobs: Tab, room: str
):
    tab = await stage.tab(server, alice)
    tab.expected = [FORBIDDEN]
    await tab.page.evaluate(FORGET_KEYS)
    await tab.open(f"/r/{room}/")
    await confirm_who_one_is(tab)
    await tab.press("Join")
    await both_see_and_hear(tab, bobs)


async def test_a_browser_that_lost_its_key_says_so_where_devices_are(
    stage: Stage, server: Server, alice: Person
):
    tab = await stage.tab(server, alice)
    tab.expected = [FORBIDDEN]
    await tab.open("/accounts/devices/")
    notice = tab.page.get_by_text("This browser has lost its key")
    await expect(notice).to_be_hidden()
    await tab.page.evaluate(FORGET_KEYS)
    await tab.page.reload()
    await expect(notice).to_be_visible()
    await tab.page.get_by_role("link", name="Confirm that it is you").click()
    await tab.fill_in(password=PASSWORD)
    async with tab.page.expect_response(lambda reply: reply.status == 201):
        await tab.press("Go on")
    await expect(tab.page).to_have_url(f"{server.url}/accounts/devices/")
    await expect(notice).to_be_hidden()


async def test_a_revoked_browser_signs_in_anew_and_is_back_in_the_call(
    stage: Stage, server: Server, alice: Person, bobs: Tab, room: str, sign_in: SignIn
):
    tab = await stage.tab(server, alice)
    await tab.join(room)
    tab.expected = [UNAUTHORIZED, CONFLICT]

    elsewhere = await asyncio.to_thread(sign_in, server, "alice")
    [lost] = [one for one in devices_of(elsewhere) if one["thumbprint"] == alice.key.thumbprint]
    await asyncio.to_thread(elsewhere.api, "DELETE", f"devices/{lost['id']}/")
    await expect(tab.page.get_by_role("heading", name="You are signed out")).to_be_visible()

    await tab.page.get_by_role("link", name="Sign in").click()
    await sign_in_here(tab, "alice")
    await both_see_and_hear(tab, bobs)
    [now] = [one for one in devices_of(elsewhere) if not one["ended_at"] and not one["current"]]
    assert now["thumbprint"] not in {None, alice.key.thumbprint}


async def test_a_copied_session_cookie_gets_no_device_and_no_ticket(
    stage: Stage, server: Server, alice: Person, room: str
):
    thief = await stage.tab(server)
    thief.expected = [FORBIDDEN]
    await thief.context.add_cookies(alice.browser_cookies)  # type: ignore[arg-type]
    before = devices_of(alice)
    sockets: list[str] = []
    thief.page.on("websocket", lambda socket: sockets.append(socket.url))
    asked = ways_in(thief.page)

    await thief.open(f"/r/{room}/")
    # All that is left is a password, which was not copied.
    await expect(thief.page).to_have_url(re.compile("/accounts/reauthenticate/"))
    reply = await registration(thief.page, server)
    assert (reply.status, (await reply.json())["code"]) == (403, "fresh_sign_in")

    assert not [url for url in asked if url.endswith("/tickets/")]
    assert sockets == []
    kept = ("id", "thumbprint", "ended_at", "revoked_at")
    assert [[one[it] for it in kept] for one in devices_of(alice)] == [
        [one[it] for it in kept] for one in before
    ]


async def test_two_new_tabs_have_one_key(stage: Stage, server: Server):
    tab = await stage.tab(server)
    # Signed in without a page of ours: no script of it has run.
    login = f"{server.url}/accounts/login/"
    await tab.context.request.get(login)
    [token] = [one["value"] for one in await tab.context.cookies() if one["name"] == "csrf"]
    await tab.context.request.post(
        login,
        form={"login": "dave", "password": PASSWORD, "csrfmiddlewaretoken": token},
        headers={"Referer": login},
        max_redirects=0,
    )

    # Both pages come before either of them has said its key.
    both = asyncio.Barrier(2)

    async def hold(route: Route) -> None:
        await both.wait()
        await route.continue_()

    await tab.context.route(f"**{DEVICES}", hold)
    pages = [tab.page, await tab.context.new_page()]
    replies = await asyncio.gather(*(registration(page, server) for page in pages))
    assert sorted(reply.status for reply in replies) == [200, 201]
    shown = {reply.request.headers["dpop"].partition(".")[0] for reply in replies}
    assert len(shown) == 1, "the head of a proof holds the key"
    await tab.context.unroute_all()
    own = await tab.page.evaluate("fetch('/api/devices/').then((reply) => reply.json())")
    assert len(own) == 1


async def registration(page: Page, server: Server) -> Response:
    """What the server says to a page that has just been opened, and to none before it."""
    opened = f"{server.url}/rooms/new/"

    def is_meant(reply: Response) -> bool:
        return reply.url.endswith(DEVICES) and reply.request.headers.get("referer") == opened

    async with page.expect_response(is_meant) as reply:
        await page.goto(opened)
    return await reply.value


async def test_a_browser_whose_clock_is_wrong_comes_in_all_the_same(
    stage: Stage, server: Server, alice: Person, room: str
):
    tab = await stage.tab(server, alice)
    tab.expected = [UNAUTHORIZED]
    await tab.context.add_init_script(AN_HOUR_LATE)
    await tab.join(room)


async def test_an_address_without_cryptography_says_which_address_has_it(
    stage: Stage, server: Server, alice: Person, room: str
):
    tab = await stage.tab(server, alice)
    await tab.context.add_init_script(NO_CRYPTOGRAPHY)
    await tab.open(f"/r/{room}/")
    await expect(tab.page.get_by_role("heading", name="not secure")).to_be_visible()
    await expect(tab.page.get_by_text("https, or localhost")).to_be_visible()


async def test_who_is_asked_in_the_middle_of_a_call_is_told_first_and_comes_back(gather: Gather):
    alice, bob = await gather("Alice", "Bob")
    alice.expected = [FORBIDDEN]
    await asyncio.to_thread(alice.server.shell, OTHER_KEY)
    # Back from a gap in the network the page needs another socket.
    await alice.context.set_offline(True)
    await alice.context.set_offline(False)

    await expect(alice.page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    await expect(alice.page).to_have_url(re.compile("/r/"))
    await alice.page.get_by_role("link", name="Confirm that it is you").click()
    await confirm_who_one_is(alice)
    await both_see_and_hear(alice, bob)


async def test_a_call_outlives_a_key_that_another_tab_has_replaced(gather: Gather):
    """The page in the call finds the new key where all tabs keep it."""
    alice, bob = await gather("Alice", "Bob")
    alice.expected = [FORBIDDEN, CONFLICT]
    await alice.page.evaluate(FORGET_KEYS)
    other = Tab(alice.server, alice.context, await alice.context.new_page())
    await other.open("/accounts/reauthenticate/?next=/rooms/new/")
    await other.page.locator("[name=password]").fill(PASSWORD)
    async with other.page.expect_response(lambda reply: reply.status == 201):
        await other.press("Go on")
    await both_see_and_hear(alice, bob)
