"""A room's settings in a real browser, from the first choice to the end of the account."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.browser import Stage, Tab
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

EVIL = "<img src=x onerror=alert(1)>"


async def save(tab: Tab, section: str) -> None:
    await tab.page.locator(section).get_by_role("button", name="Save changes").click()
    await expect(tab.page.get_by_text("Saved.")).to_be_visible()


async def choose(tab: Tab, name: str, deed: str) -> None:
    """By the keyboard alone, in the menu of this member and its question."""
    keys = tab.page.keyboard
    await tab.page.get_by_label(f"Options for {name}", exact=True).focus()
    await keys.press("Enter")
    await (
        tab.page.locator(".more[open]").get_by_role("button", name=deed, exact=True).press("Enter")
    )
    await expect(tab.page.locator("dialog:modal")).to_be_visible()
    await expect(tab.page.locator(".more[open]")).to_have_count(0)
    # What is safe is in focus, and the deed stands before it.
    await keys.press("Shift+Tab")
    await keys.press("Enter")


async def test_one_stays_at_the_part_that_one_saved_without_a_script_too(
    stage: Stage, server: Server, alice: Person, room: str
):
    phone = {"width": 390, "height": 844}
    tab = await stage.tab(server, java_script_enabled=False, viewport=phone)
    await tab.open(f"/accounts/login/?next=/rooms/{room}/settings/")
    await tab.fill_in(login=alice.username, password=PASSWORD)
    await tab.press("Sign in")
    chat = tab.page.locator("#chat")
    await chat.get_by_role("button", name="Save changes").click()
    await expect(chat.get_by_role("status")).to_have_text("Saved.")
    await expect(chat.get_by_role("status")).to_be_in_viewport()
    await expect(chat).to_be_focused()

    first = tab.page.locator("#room")
    await first.get_by_label("Name").fill("  ")
    await first.get_by_role("button", name="Save changes").click()
    await expect(first.get_by_role("alert")).to_contain_text("Nothing was changed yet.")
    for said in (first.get_by_role("alert"), first.get_by_text("Fill this in.")):
        await expect(said).to_be_in_viewport()
    await expect(first).to_be_focused()
    await expect(chat.get_by_role("status")).to_have_count(0)


async def test_alice_runs_her_room_hands_it_over_and_deletes_her_account(
    stage: Stage, server: Server, alice: Person, bob: Person, charlie: Person, room: str
):
    alice.bring(charlie, slug=room)
    charlie.post_form("/accounts/profile/", {"display_name": EVIL})
    settings = f"/rooms/{room}/settings/"
    tab = await stage.tab(server, alice)
    await tab.open(settings)

    # Somebody else locks the room while this page stands open.
    await tab.page.get_by_label("Whoever has the link may knock").check()
    await tab.page.get_by_label("Hide addresses").check()
    server.shell("from rooms.models import Room; Room.objects.update(locked=True)")
    await save(tab, "#entry")
    seen = alice.api("GET", f"rooms/{room}/")
    assert (seen["access"], seen["hides_addresses"], seen["locked"]) == ("knock", True, True)
    await tab.page.get_by_label("Keep messages").select_option("For the call")
    await save(tab, "#chat")
    await expect(tab.page.get_by_label("The room's link", exact=True)).to_have_value(seen["url"])

    # A name is text wherever it stands, and a menu lets go of the keyboard.
    await choose(tab, EVIL, "Ban")
    banned = tab.page.locator("#banned")
    await expect(banned.get_by_text(EVIL, exact=True)).to_be_visible()
    await banned.get_by_role("button", name="Lift the ban").click()
    await expect(banned).to_have_count(0)
    summary = tab.page.get_by_label("Options for Bob", exact=True)
    await summary.click()
    await tab.page.keyboard.press("Escape")
    await expect(tab.page.locator(".more[open]")).to_have_count(0)
    await expect(summary).to_be_focused()

    await tab.press("Renew link")
    await tab.page.locator("dialog:modal").get_by_role("button", name="Renew link").click()
    await expect(tab.page.get_by_text("The room has a new link.")).to_be_visible()
    await choose(tab, "Bob", "Hand over the room")
    await expect(tab.page.get_by_text("owns the room now")).to_be_visible()
    await expect(tab.page.get_by_label("Whoever has the link may knock")).to_have_count(0)

    await tab.open("/accounts/profile/")
    await tab.page.get_by_role("link", name="Delete account").click()
    await tab.fill_in(password=PASSWORD)
    await tab.press("Go on")
    await tab.press("Delete my account")
    heading = tab.page.get_by_role("heading", name="Your account is deleted")
    await expect(heading).to_be_visible()
    [left] = bob.api("GET", "rooms/")
    members = bob.api("GET", f"rooms/{left['slug']}/members/")
    assert [member["name"] for member in members] == ["Bob"]
