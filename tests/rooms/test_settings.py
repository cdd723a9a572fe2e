"""The settings page: each section changes what it shows, for whoever may, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from rooms import actions
from rooms.models import Access, Membership, Role, Room

EVIL = "<img src=x onerror=alert(1)>"


def path(room: Room, section: str = "settings/") -> str:
    return f"/rooms/{room.slug}/{section}"


def filled(form: Any) -> dict[str, str]:
    """What a browser posts of a form that nobody has touched."""
    values: dict[str, str] = {}
    for bound in form:
        before = bound.value()
        values[bound.html_initial_name] = str(before)
        if before is not False:
            values[bound.html_name] = str(before)
    return values


@pytest.fixture
def page(browser, room, alice) -> Client:
    client: Client = browser(alice)
    return client


def test_the_owner_says_who_may_enter(page, room):
    page.post(path(room, "entry/"), {"access": "open", "hides_addresses": "on"})
    room.refresh_from_db()
    assert (room.access, room.hides_addresses) == (Access.OPEN, True)


def test_each_choice_says_what_the_link_does(page, room):
    text = page.get(path(room)).text
    assert "The room&#x27;s link alone lets nobody in." in text
    assert "The link is what leads here" in text
    assert "The link is what lets in" in text


@pytest.mark.parametrize("access", ["", "everybody", "OPEN", None])
def test_a_choice_that_is_none_is_refused(page, room, access):
    chosen = {"access": access} if access is not None else {}
    response = page.post(path(room, "entry/"), chosen)
    assert response.context["entry_form"].errors == {"access": ["Choose one of these."]}
    room.refresh_from_db()
    assert room.access == Access.MEMBERS


def test_the_owner_says_how_long_messages_are_kept(page, room):
    page.post(path(room, "chat/"), {"chat_days": "0", "initial-has_chat": "True"})
    room.refresh_from_db()
    assert (room.has_chat, room.chat_days) == (False, 0)
    page.post(path(room, "chat/"), {"has_chat": "on", "chat_days": "365"})
    room.refresh_from_db()
    assert (room.has_chat, room.chat_days) == (True, 365)


@pytest.mark.parametrize("days", ["", "-1", "2", "366", "many", "9" * 40])
def test_another_number_of_days_is_refused(page, room, days):
    response = page.post(path(room, "chat/"), {"has_chat": "on", "chat_days": days})
    assert list(response.context["chat_form"].errors) == ["chat_days"]
    room.refresh_from_db()
    assert room.chat_days == 30


def test_days_that_the_api_has_set_stay_a_choice(page, room):
    Room.objects.update(chat_days=14)
    form = page.get(path(room)).context["chat_form"]
    assert [days for days, _ in form.fields["chat_days"].choices] == [0, 1, 7, 14, 30, 90, 365]
    page.post(path(room, "chat/"), filled(form) | {"has_chat": ""})
    room.refresh_from_db()
    assert (room.has_chat, room.chat_days) == (False, 14)


def test_the_lock_is_a_button_that_says_what_it_does(page, room):
    assert "Lock room" in page.get(path(room)).text
    for _ in range(2):
        page.post(path(room, "lock/"), {"locked": "true"})
        room.refresh_from_db()
        assert room.locked
    assert "Unlock room" in page.get(path(room)).text
    page.post(path(room, "lock/"), {"locked": "false"})
    room.refresh_from_db()
    assert not room.locked


def test_a_page_that_was_left_open_undoes_nothing(page, room, owner):
    stale = page.get(path(room)).context
    actions.configure_room(
        room,
        by=owner,
        name="Orchard",
        locked=True,
        access=Access.KNOCK,
        hides_addresses=True,
        has_chat=False,
        chat_days=7,
    )
    page.post(path(room), filled(stale["room_form"]) | {"capacity": "3"})
    page.post(path(room, "entry/"), filled(stale["entry_form"]))
    page.post(path(room, "chat/"), filled(stale["chat_form"]) | {"chat_days": "90"})
    now = Room.objects.get()
    assert (now.name, now.capacity, now.locked) == ("Orchard", 3, True)
    assert (now.access, now.hides_addresses) == (Access.KNOCK, True)
    assert (now.has_chat, now.chat_days) == (False, 90)


def test_the_page_brings_along_what_stood_there(page, room):
    text = page.get(path(room)).text
    for name, value in [("name", "Garden"), ("access", "members"), ("hides_addresses", "False")]:
        assert f'type="hidden" name="initial-{name}" value="{value}"' in text


def test_a_moderator_is_offered_what_they_may_choose(browser, room, moderator):
    client = browser(moderator.user)
    context = client.get(path(room)).context
    assert {"room_form", "invitation_form", "banned"} <= context.keys()
    assert not {"entry_form", "chat_form"} & context.keys()
    assert client.post(path(room), {"name": "Orchard", "capacity": "4"}).status_code == 302
    assert client.post(path(room, "lock/"), {"locked": "true"}).status_code == 302
    for section, chosen in [
        ("entry/", {"access": "open"}),
        ("chat/", {"chat_days": "0"}),
        ("link/", {}),
        ("close/", {}),
    ]:
        assert client.post(path(room, section), chosen).status_code == 403
    now = Room.objects.get()
    assert (now.name, now.locked, now.access, now.chat_days) == ("Orchard", True, "members", 30)


@pytest.mark.parametrize("access", Access)
def test_whoever_may_not_choose_reads_what_was_chosen(browser, room, bob, access):
    Room.objects.update(access=access, hides_addresses=True, locked=True)
    text = browser(bob).get(path(room)).text
    assert f"<b>{access.label}</b>" in text
    assert "The owner chooses this." in text
    assert "Addresses are hidden" in text
    assert "Lock room" not in text
    assert "Renew" not in text


def test_a_new_link_takes_the_old_ones_place(page, room):
    old = path(room)
    answer = page.post(path(room, "link/"))
    room.refresh_from_db()
    assert answer.url == f"{path(room)}#link"
    assert path(room) != old
    assert page.get(old).status_code == 404
    assert room.url in page.get(path(room)).text


def test_the_link_stays_while_somebody_is_inside(page, room, bob, seat):
    seat(room, bob)
    answer = page.post(path(room, "link/"), follow=True)
    assert "Somebody is inside" in answer.text
    assert Room.objects.get().slug == room.slug


def test_a_server_without_a_relay_says_what_hiding_would_do(page, room, settings):
    settings.TURN_URLS = []
    assert "This server has no relay." in page.get(path(room)).text
    settings.TURN_URLS = ["turn:relay.example.org"]
    assert "This server has no relay." not in page.get(path(room)).text


def test_handing_the_room_over(page, room, alice, bob):
    assert f'popovertarget="owner-{bob.pk}"' in page.get(path(room)).text
    answer = page.post(path(room, f"members/{bob.pk}/owner/"), follow=True)
    assert "<bdi>Bob</bdi> owns the room now." in answer.text
    assert room.memberships.get(user=bob).role == Role.OWNER
    assert room.memberships.get(user=alice).role == Role.MODERATOR
    assert page.post(path(room, f"members/{alice.pk}/owner/")).status_code == 403


def test_a_guest_is_no_heir_and_may_be_made_a_member(page, room, charlie):
    Membership.objects.create(room=room, user=charlie, role=Role.GUEST)
    response = page.get(path(room))
    assert "Here until the call is over" in response.text
    assert response.context["member_count"] == 2
    assert page.post(path(room, f"members/{charlie.pk}/owner/")).status_code == 403
    page.post(path(room, f"members/{charlie.pk}/role/"), {"role": "member"})
    assert room.memberships.get(user=charlie).role == Role.MEMBER


def test_banning_and_lifting_the_ban(page, browser, room, bob):
    page.post(path(room, f"members/{bob.pk}/ban/"))
    assert browser(bob).get(path(room)).status_code == 404
    banned = page.get(path(room)).context
    assert [row.place.user for row in banned["banned"]] == [bob]
    assert bob not in [row.place.user for row in banned["members"]]
    for deed in ("role/", "remove/", "ban/", "owner/"):
        assert page.post(path(room, f"members/{bob.pk}/{deed}")).status_code == 404
    page.post(path(room, f"bans/{bob.pk}/lift/"))
    assert not room.memberships.filter(user=bob).exists()
    assert page.post(path(room, f"bans/{bob.pk}/lift/")).status_code == 404


def test_nobody_lifts_their_own_ban(browser, room, member):
    member.banned_at = timezone.now()
    member.save()
    assert browser(member.user).post(path(room, f"bans/{member.user_id}/lift/")).status_code == 404
    assert room.memberships.banned().exists()


@pytest.mark.parametrize("name", [EVIL, "</title><script>", "=cmd()", "\u05e9\u05dc\u05d5\u05dd"])
def test_names_are_text_on_every_page(page, room, bob, name):
    Room.objects.update(name=name)
    User.objects.filter(pk=bob.pk).update(display_name=name)
    other = User.objects.create_user("dave", display_name=name)
    Membership.objects.create(room=room, user=other, banned_at=timezone.now())
    page.post(path(room, f"members/{bob.pk}/role/"), {"role": "moderator"})
    for text in (page.get(path(room)).text, page.get("/").text):
        assert f"<bdi>{escape(name)}</bdi>" in text
        assert EVIL not in text
        assert "<script>" not in text


@pytest.mark.parametrize("name", ["x" * 10_000, "a\u202eb", "\u2066a", " "])
def test_a_name_that_would_break_the_page_is_refused(page, room, name):
    response = page.post(path(room), {"name": name, "capacity": "6"})
    assert list(response.context["room_form"].errors) == ["name"]
    assert Room.objects.get().name == "Garden"
