"""Passkeys and codes in a real browser: Chromium's own virtual authenticator, a computed code."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.browser import Stage, Tab
from tests.support.codes import app_code
from tests.support.passkeys import PAGES, Authenticator
from tests.support.server import PASSWORD, Server

LOGIN = "/accounts/login/"

NEW_PASSKEY = "Add passkey"
USE = "Use a passkey"


async def is_at(tab: Tab, path: str) -> None:
    await expect(tab.page).to_have_url(tab.server.url + path)


async def with_password(tab: Tab, leads_to: str) -> None:
    await tab.open(f"{LOGIN}?next=/rooms/new/")
    await tab.fill_in(login="alice", password=PASSWORD)
    await tab.press("Sign in")
    await is_at(tab, leads_to)


async def sign_out(tab: Tab) -> None:
    await tab.press("Account menu")
    await tab.press("Sign out")
    await is_at(tab, LOGIN)


async def prove(tab: Tab, path: str) -> None:
    """The password once more, on the way to a page."""
    await tab.open(f"/accounts/reauthenticate/?next={path}")
    await tab.fill_in(password=PASSWORD)
    await tab.press("Go on")
    await is_at(tab, path)


async def add_passkey(tab: Tab) -> None:
    await with_password(tab, "/rooms/new/")
    await prove(tab, f"{PAGES}webauthn/add/")
    await tab.press(NEW_PASSKEY)
    # The first one brings recovery codes along.
    await is_at(tab, f"{PAGES}recovery-codes/")
    await expect(tab.page.locator(".codes li")).to_have_count(10)


async def says(tab: Tab, sentence: str) -> None:
    await expect(tab.page.get_by_role("alert")).to_have_text(sentence)


async def test_a_passkey_signs_in_alone_and_shows_again_who_one_is(stage: Stage, server: Server):
    tab = await stage.tab(server)
    authenticator = await Authenticator.of(tab)
    await add_passkey(tab)
    assert await authenticator.count() == 1
    await sign_out(tab)

    await tab.open(f"{LOGIN}?next=/rooms/new/")
    await tab.press(USE)
    await is_at(tab, "/rooms/new/")

    await tab.open("/accounts/reauthenticate/?next=/accounts/devices/")
    await tab.page.get_by_role("link", name="Use a passkey instead").click()
    await tab.press(USE)
    await is_at(tab, "/accounts/devices/")

    await tab.open(f"{PAGES}webauthn/")
    await expect(tab.page.locator("main .row")).to_contain_text("last used just now")


async def test_with_a_passkey_the_password_alone_lets_nobody_in(stage: Stage, server: Server):
    tab = await stage.tab(server)
    await Authenticator.of(tab)
    await add_passkey(tab)
    await sign_out(tab)
    await with_password(tab, f"{PAGES}authenticate/")
    await tab.open("/")
    await is_at(tab, f"{PAGES}authenticate/")
    await tab.press(USE)
    await is_at(tab, "/rooms/new/")


async def test_a_passkey_that_is_removed_is_asked_for_no_more(stage: Stage, server: Server):
    tab = await stage.tab(server)
    await Authenticator.of(tab)
    await add_passkey(tab)
    await tab.open(f"{PAGES}webauthn/")
    await tab.page.get_by_role("link", name="Remove").click()
    await tab.press("Remove passkey")
    await is_at(tab, f"{PAGES}webauthn/")
    await expect(tab.page.locator("main")).to_contain_text("You have no passkeys.")
    await sign_out(tab)
    await tab.open(f"{LOGIN}?next=/rooms/new/")
    await tab.press(USE)
    # The browser still holds it; the server does not know it any more.
    await is_at(tab, f"{LOGIN}?next=%2Frooms%2Fnew%2F")
    sentence = "Parley does not know this passkey. Sign in with your password."
    await expect(tab.page.get_by_role("status")).to_have_text(sentence)
    await tab.fill_in(login="alice", password=PASSWORD)
    await tab.press("Sign in")
    await is_at(tab, "/rooms/new/")


async def test_what_goes_wrong_with_a_passkey_is_said_in_a_sentence(stage: Stage, server: Server):
    tab = await stage.tab(server)
    authenticator = await Authenticator.of(tab)
    await add_passkey(tab)
    await tab.open(f"{PAGES}webauthn/add/")
    await tab.press(NEW_PASSKEY)
    await says(tab, "There is a passkey of yours on this already. Use another device or key.")
    await sign_out(tab)
    await authenticator.recognises(False)
    await tab.press(USE)
    await says(tab, "No passkey was used. Press the button to try again.")
    await expect(tab.button(USE)).to_be_focused()
    await authenticator.recognises(True)
    await tab.press(USE)
    await is_at(tab, "/")


async def test_a_server_that_is_away_is_no_fault_of_the_passkey(stage: Stage, server: Server):
    tab = await stage.tab(server)
    tab.expected.append("ERR_CONNECTION_REFUSED")
    await tab.open(LOGIN)
    server.stop()
    await tab.press(USE)
    await says(tab, "The server did not answer. Try again.")


@pytest.mark.parametrize(
    ("browser", "sentence"),
    [
        (
            "delete PublicKeyCredential.parseRequestOptionsFromJSON;",
            "This browser is too old to use passkeys here. Use another way, or a newer browser.",
        ),
        (
            "Object.defineProperty(window, 'isSecureContext', { value: false });"
            " delete window.PublicKeyCredential;",
            "Passkeys work only at the secure address of this Parley. Open that one.",
        ),
    ],
)
async def test_where_there_are_no_passkeys_one_is_told_why(
    stage: Stage, server: Server, browser: str, sentence: str
):
    tab = await stage.tab(server)
    await tab.context.add_init_script(browser)
    await tab.open(LOGIN)
    await tab.press(USE)
    await says(tab, sentence)


async def test_a_server_that_says_nothing_is_given_up(stage: Stage, server: Server):
    tab = await stage.tab(server)
    await tab.open(LOGIN)
    with server.suspended():
        await tab.press(USE)
        await expect(tab.page.get_by_role("alert")).to_be_visible()
        await says(tab, "The server did not answer. Try again.")


async def test_without_a_script_a_passkey_is_no_button_to_press(stage: Stage, server: Server):
    tab = await stage.tab(server, java_script_enabled=False)
    await tab.open(LOGIN)
    await expect(tab.button(USE)).to_be_disabled()


async def test_a_code_of_an_app_is_asked_for_after_the_password(stage: Stage, server: Server):
    tab = await stage.tab(server)
    await with_password(tab, "/rooms/new/")
    await prove(tab, f"{PAGES}totp/activate/")
    secret = await tab.page.locator(".secret").inner_text()
    await tab.press("Copy the key")
    await expect(tab.button("Copied")).to_be_visible()
    assert await tab.page.evaluate("navigator.clipboard.readText()") == secret
    await tab.fill_in(code=app_code(secret))
    await tab.press("Turn on")
    await is_at(tab, f"{PAGES}recovery-codes/")
    await sign_out(tab)
    await with_password(tab, f"{PAGES}authenticate/")
    await tab.fill_in(code=app_code(secret))
    await tab.press("Sign in")
    await is_at(tab, "/rooms/new/")


async def test_the_page_of_devices_ends_one_and_then_all(stage: Stage, server: Server):
    here, elsewhere = await stage.tab(server), await stage.tab(server)
    for tab in (here, elsewhere):
        await with_password(tab, "/rooms/new/")
    await here.press("Account menu")
    await here.page.get_by_role("link", name="Devices").click()
    await is_at(here, "/accounts/devices/")
    rows = here.page.get_by_role("list", name="Signed in").get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await rows.nth(1).get_by_role("button", name="Revoke").first.click()
    await here.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(rows).to_have_count(1)
    await elsewhere.open("/rooms/new/")
    await expect(elsewhere.page).to_have_url(f"{server.url}{LOGIN}?next=/rooms/new/")

    await here.press("Sign out everywhere")
    await here.page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await is_at(here, LOGIN)
    await expect(here.page.get_by_role("status")).to_have_text("You are signed out everywhere.")
