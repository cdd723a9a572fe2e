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
    erin, frank = await stage.tab(server), await stage.tab(server)
    await erin.open("/accounts/signup/")
    await sign_up(erin, "erin")
    await expect(erin.page).to_have_url(f"{server.url}/")
    link = await make_room(erin, "Book club")
    await erin.page.get_by_role("link", name="Open room").click()
    await erin.press("Join")

    # The link leads who has no account through making one, and back to the room.
    await frank.open(link)
    await frank.page.get_by_role("link", name="Make an account").click()
    await sign_up(frank, "frank")
    await frank.page.wait_for_url(erin.page.url)
    await frank.press("Join")

    await erin.sees("frank")
    await frank.sees("erin")
    await erin.everyone_moves()
    await frank.everyone_moves()
