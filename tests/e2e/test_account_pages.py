"""The pages of an account in a real browser: questions before a deed, and ways back."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.browser import Stage, Tab
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

LOGIN = "/accounts/login/"
DEVICES = "/accounts/devices/"


async def sign_in_here(tab: Tab, username: str, password: str = PASSWORD) -> None:
    await tab.fill_in(login=username, password=password)
    await tab.press("Sign in")


async def test_who_tried_too_often_goes_back_and_then_on_to_where_they_wanted_to_go(
    stage: Stage, server: Server
):
    tab = await stage.tab(server)
    tab.expected = [r"429 \(Too Many Requests\)"]
    await tab.open(f"{LOGIN}?next=/rooms/new/")
    for _ in range(5):
        await sign_in_here(tab, "alice", "not this")
        await expect(tab.page.get_by_role("alert")).to_be_visible()
    await sign_in_here(tab, "alice", "not this")
    await expect(tab.page.get_by_role("heading", name="Please wait a little")).to_be_visible()
    await tab.page.get_by_role("link", name="Back").click()
    await expect(tab.page).to_have_url(f"{server.url}{LOGIN}?next=/rooms/new/")
    await sign_in_here(tab, "bob")
    await expect(tab.page).to_have_url(f"{server.url}/rooms/new/")


async def test_a_question_keeps_the_keyboard_until_it_is_answered(
    stage: Stage, server: Server, alice: Person, room: str
):
    tab = await stage.tab(server, alice)
    for path, name in (
        (DEVICES, "Sign out everywhere"),
        ("/accounts/sessions/", "Sign out"),
        (f"/rooms/{room}/settings/", "Delete room"),
    ):
        await tab.open(path)
        asking = tab.page.locator("main").get_by_role("button", name=name, exact=True).first
        await asking.click()
        dialog = tab.page.locator("dialog:modal")
        await expect(dialog).to_be_visible()
        for _ in range(4):
            await tab.page.keyboard.press("Tab")
            # Beyond the last one is the browser itself.
            assert await tab.page.evaluate(
                "[document.body, ...document.querySelectorAll('dialog:modal *')]"
                ".includes(document.activeElement)"
            )
        await tab.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(asking).to_be_focused()


async def test_a_question_is_asked_without_a_script_too(stage: Stage, server: Server):
    tab = await stage.tab(server, java_script_enabled=False)
    await tab.open(f"{LOGIN}?next={DEVICES}")
    await sign_in_here(tab, "alice")
    await tab.press("Sign out everywhere")
    question = tab.page.get_by_role("dialog")
    await question.get_by_role("button", name="Stay").click()
    await expect(question).to_be_hidden()
    await tab.press("Sign out everywhere")
    await question.get_by_role("button", name="Sign out everywhere").click()
    await expect(tab.page).to_have_url(server.url + LOGIN)


async def test_a_session_is_ended_when_one_has_said_yes(
    stage: Stage, server: Server, alice: Person
):
    tab = await stage.tab(server)
    await tab.open(f"{LOGIN}?next=/accounts/sessions/")
    await sign_in_here(tab, "alice")
    rows = tab.page.locator("main .row")
    await expect(rows).to_have_count(2)
    own = rows.filter(has_text="This one")
    other = rows.filter(has_not_text="This one")
    await other.get_by_role("button", name="End").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(rows).to_have_count(2)
    await other.get_by_role("button", name="End").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name="End").click()
    await expect(rows).to_have_count(1)
    await own.get_by_role("button", name="Sign out").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    await expect(tab.page).to_have_url(server.url + LOGIN)


async def test_a_refused_name_is_mended_where_it_was_typed(
    stage: Stage, server: Server, alice: Person
):
    tab = await stage.tab(server, alice)
    await tab.open(DEVICES)
    await tab.page.get_by_role("button", name="Rename").first.click()
    dialog = tab.page.locator("dialog:modal")
    # It reads from right to left, and could pass for another name.
    await dialog.get_by_label("Name").fill("a\u202eb")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.locator(".error")).to_be_visible()
    await expect(dialog.get_by_label("Name")).to_have_value("a\u202eb")
    await dialog.get_by_label("Name").fill("Kitchen tablet")
    await dialog.get_by_role("button", name="Save").click()
    await expect(tab.page).to_have_url(server.url + DEVICES)
    await expect(tab.page.get_by_role("list", name="Signed in")).to_contain_text("Kitchen tablet")
