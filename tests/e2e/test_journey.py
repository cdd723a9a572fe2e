"""From nothing to a call, through the pages that people see."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.browser import Stage, Tab
from tests.support.server import PASSWORD, Server


async def sign_up(tab: Tab, username: str) -> None:
    await tab.fill_in(username=username, email=f"{username}@example.org")
    await tab.fill_in(password1=PASSWORD, password2=PASSWORD)
    await tab.page.locator("main form [type=submit]").click()


async def make_room(tab: Tab, name: str) -> str:
    """Makes a room and a link to it; the link."""
    await tab.open("/rooms/new/")
    await tab.fill_in(name=name)
    await tab.page.locator("main form [type=submit]").click()
    await tab.press("New link")
    return await tab.page.get_by_label("Your new link").input_value()


async def test_two_people_meet_from_sign_up_to_the_call(stage: Stage, server: Server):
    # Not the cast, who have accounts already.
    host, guest = await stage.tab(server), await stage.tab(server)
    await host.open("/accounts/signup/")
    await sign_up(host, "host")
    await expect(host.page).to_have_url(f"{server.url}/")
    link = await make_room(host, "Book club")
    await host.page.get_by_role("link", name="Open room").click()
    await host.press("Join")

    # The link leads who has no account through making one, and back to the room.
    await guest.open(link)
    await guest.page.get_by_role("link", name="Make an account").click()
    await sign_up(guest, "guest")
    await guest.page.wait_for_url(host.page.url)
    await guest.press("Join")

    await host.sees("guest")
    await guest.sees("host")
    await host.everyone_moves()
    await guest.everyone_moves()
