"""What people type is text wherever it is shown, or it is cut or refused; it is never markup."""

from __future__ import annotations

import asyncio
import csv
import io
from html.parser import HTMLParser
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core import mail
from django.urls import reverse
from playwright.async_api import expect

from accounts.models import User
from rooms import chat
from rooms.models import Access, Room
from rooms.policy import Standing
from tests.attacks.outcomes import whole
from tests.attacks.scene import Scene, browser_of
from tests.support.browser import Stage, Tab
from tests.support.fixtures import SignIn
from tests.support.ports import until
from tests.support.server import Server

MARKUP = "<img src=x onerror=alert(1)>"
FORMULA = '=cmd|" /C calc"!A0'
SHOWN = [MARKUP, FORMULA, '"><script>alert(1)</script>', "'-alert(1)-'", "{{ 7*7 }}", "</title>"]
REFUSED = ["a\u202egpj", "a\u2066b", "a\nb", "a\x00b", "x" * 10_000]


class Page(HTMLParser):
    """What a browser would make of a page: its text, and whatever in it could run."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.text = ""
        self.alive: list[str] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        inert = values.get("type") == "application/json" or "src" in values
        handlers = [name for name in values if name.startswith("on")]
        if handlers or (tag == "script" and not inert) or values.get("src") == "x":
            self.alive.append(self.get_starttag_text() or tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(params=SHOWN)
def named(db: None, request: pytest.FixtureRequest) -> Scene:
    """Everyone and everything is called so."""
    scene = Scene(Access.KNOCK)
    User.objects.update(display_name=request.param)
    Room.objects.update(name=request.param)
    chat.write(scene.room.pk, scene.actors[Standing.MEMBER], "m2", request.param)
    return scene


def test_pages_of_a_room_show_names_as_text(named):
    name = Room.objects.get().name
    client = browser_of(named.actors[Standing.OWNER])
    slug = named.room.slug
    named.end_call()
    for path in ("/", f"/r/{slug}/", f"/rooms/{slug}/settings/", f"/rooms/{slug}/history/"):
        page = Page(client.get(path))
        assert not page.alive, path
        assert name in page.text, path


def test_what_the_pages_say_of_a_deed_has_names_as_text(named):
    client, slug = browser_of(named.actors[Standing.OWNER]), named.room.slug
    someone = named.others[Standing.MEMBER].pk
    path = f"/rooms/{slug}/members/{someone}"
    for deed, form in ((f"{path}/role/", {"role": "moderator"}), (f"{path}/ban/", {})):
        assert client.post(deed, form).status_code == 302
        assert not Page(client.get(f"/rooms/{slug}/settings/")).alive


def test_the_admin_shows_names_as_text_or_cut(named):
    admin = User.objects.create_superuser("admin", display_name=Room.objects.get().name)
    client = browser_of(admin)
    rows = {
        "room": named.room.pk,
        "membership": named.room.memberships.first().pk,
        "participant": named.call.participants.first().pk,
        "call": named.call.pk,
        "invitation": named.invitation.pk,
        "knock": named.knock.pk,
        "auditentry": named.room.record.first().pk,
    }
    for model, row in rows.items():
        listed = Page(client.get(reverse(f"admin:rooms_{model}_changelist")))
        opened = client.get(reverse(f"admin:rooms_{model}_change", args=[row]))
        assert opened.status_code == 200, model
        assert not (listed.alive or Page(opened).alive), model
    action = {"action": "end_the_call", "_selected_action": named.room.pk, "sure": "yes"}
    assert not Page(client.post("/admin/rooms/room/", action, follow=True)).alive
    assert not Page(client.get(reverse("admin:accounts_user_changelist"))).alive


def test_no_cell_of_the_export_begins_a_formula(named):
    client = browser_of(named.actors[Standing.OWNER])
    named.end_call()
    response = client.post(f"/rooms/{named.room.slug}/history.csv")
    text = async_to_sync(whole)(response).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(Room.objects.get().name in cell for cell in cells)
    assert response["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response["Content-Disposition"]


def test_a_mail_is_plain_text_with_one_line_for_a_subject(
    named, django_capture_on_commit_callbacks
):
    owner = named.actors[Standing.OWNER]
    User.objects.filter(pk=owner.pk).update(email="alice@example.org")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        browser_of(None).post("/accounts/password/reset/", {"email": "alice@example.org"})
    until(lambda: bool(mail.outbox), 5, "the mail is sent")
    [message] = mail.outbox
    assert message.content_subtype == "plain"
    assert not getattr(message, "alternatives", [])
    assert "\n" not in message.subject


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_hides_turns_or_floods_is_refused_everywhere(db, name):
    scene = Scene()
    owner = scene.actors[Standing.OWNER]
    client, slug = browser_of(owner), scene.room.slug
    answers = [
        client.patch(f"/api/rooms/{slug}/", {"name": name}, "application/json"),
        client.post("/api/rooms/", {"name": name}, "application/json"),
        client.post(f"/rooms/{slug}/settings/", {"name": name, "capacity": "4"}),
        client.post("/rooms/new/", {"name": name}),
        client.post("/accounts/profile/", {"display_name": name}),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 200, 200, 200]
    owner.refresh_from_db()
    assert (Room.objects.get().name, owner.display_name) == (scene.room.name, "Owner-Acts")


def test_a_flood_of_chat_is_refused(db):
    scene = Scene()
    for text in ("x" * 10_000, "\u202e", "a\x00b"):
        with pytest.raises(chat.BadText):
            chat.write(scene.room.pk, scene.actors[Standing.MEMBER], "m", text)


# --- in the browser ---

SEEN = "[...document.querySelectorAll('img[src=x], script:not([src]):not([type])')].length"


async def test_names_of_markup_are_text_in_the_call_at_the_door_and_in_the_lists(
    stage: Stage, server: Server, sign_in: SignIn
):
    people = [sign_in(server, name) for name in ("alice", "bob", "charlie")]
    names = [MARKUP, FORMULA, '"><script>alert(1)</script>']
    for person, name in zip(people, names, strict=True):
        form = {"display_name": name}
        assert (await asyncio.to_thread(person.post_form, "/accounts/profile/", form)).is_redirect
    alice, bob, charlie = people
    room = alice.make_room(MARKUP, access="knock")
    alice.bring(bob, slug=room)
    size = {"width": 1280, "height": 800}
    tabs = [await stage.tab(server, person, viewport=size) for person in people]
    alices, bobs, charlies = tabs
    for tab in tabs:
        tab.page.on("dialog", lambda dialog: tab.complaints.append(dialog.message))  # noqa: B023
    await alices.join(room)
    await bobs.join(room)

    await expect(alices.tile(FORMULA)).to_be_visible()
    await charlies.open(f"/r/{room}/")
    await expect(charlies.page.get_by_role("heading", name=MARKUP)).to_be_visible()
    await charlies.press("Ask to join")
    # A notice cuts what is long.
    await expect(alices.page.get_by_text(names[2][:20]).last).to_be_visible()
    await alices.page.locator("[data-opens=people]").click()
    for name in names:
        await expect(alices.page.locator(".panel").get_by_text(name).first).to_be_visible()
    await look_around(alices, room, tabs)


async def look_around(tab: Tab, room: str, tabs: list[Tab]) -> None:
    assert [await one.page.evaluate(SEEN) for one in tabs] == [0] * len(tabs)
    for path in ("/", f"/rooms/{room}/settings/", f"/rooms/{room}/history/"):
        await tab.open(path)
        await expect(tab.page.locator("main").get_by_text(MARKUP).first).to_be_visible()
        assert await tab.page.evaluate(SEEN) == 0
