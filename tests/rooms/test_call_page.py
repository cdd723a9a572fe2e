"""What the call page is given to begin with, by who opens it and what they find at the door."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from accounts.models import User
from rooms import door, moderation
from rooms.models import Access, Membership, Role, Room
from tests.rooms.conftest import SignIn


@pytest.fixture
def page(browser: SignIn, room: Room) -> Any:
    def open_page(user: User) -> dict[str, Any]:
        answer = browser(user).get(f"/r/{room.slug}/")
        assert answer.status_code == 200
        return given(answer.text)

    return open_page


def given(markup: str) -> dict[str, Any]:
    """What the page has from the server."""
    text = re.findall(r'<script id="page"[^>]*>(.*?)</script>', markup)[0]
    read: dict[str, Any] = json.loads(text)
    return read


def opened(room: Room, access: Access, **fields: object) -> None:
    Room.objects.filter(pk=room.pk).update(access=access, **fields)


def test_each_is_told_where_the_room_is_and_a_member_where_its_settings_are(
    page, room, alice, bob, charlie
):
    opened(room, Access.OPEN)
    urls = [page(user)["urls"] for user in (alice, bob, charlie)]
    assert {each["api"] for each in urls} == {f"/api/rooms/{room.slug}/"}
    settings = f"/rooms/{room.slug}/settings/"
    assert [each["settings"] for each in urls] == [settings, settings, None]


def test_a_member_is_told_what_the_room_is_like_and_who_is_inside(page, room, alice, bob, seat):
    seat(room, alice)
    read = page(bob)
    assert read["room"] == {
        "slug": room.slug,
        "name": "Garden",
        "capacity": 6,
        "locked": False,
        "access": "members",
        "hides_addresses": False,
        "has_chat": True,
    }
    assert read["self"] == {
        "user": bob.pk,
        "name": "Bob",
        "role": "member",
        "hides_address": False,
    }
    assert [person["name"] for person in read["inside"]] == ["Alice"]
    assert (read["entry"], read["waiting"]) == ("open", False)


def test_who_must_knock_is_told_the_rooms_name_alone(page, room, alice, charlie, seat):
    opened(room, Access.KNOCK)
    seat(room, alice)
    read = page(charlie)
    assert read["room"] == {"slug": room.slug, "name": "Garden"}
    assert (read["self"]["role"], read["inside"]) == ("stranger", [])
    assert (read["entry"], read["waiting"]) == ("knock", False)
    door.knock(room, charlie)
    assert page(charlie)["waiting"] is True
    door.withdraw(room, charlie)
    assert page(charlie)["waiting"] is False


def test_the_page_says_that_the_room_is_locked(page, room, alice, bob, charlie):
    opened(room, Access.OPEN, locked=True)
    assert page(charlie)["entry"] == page(bob)["entry"] == "locked"
    assert page(charlie)["inside"] == []
    assert page(alice)["entry"] == "open"


def test_who_was_taken_out_of_the_call_must_knock_at_an_open_room_too(
    page, room, alice, charlie, owner, seat
):
    opened(room, Access.OPEN)
    seat(room, alice)
    guest = Membership.objects.create(room=room, user=charlie, role="guest")
    assert page(charlie)["entry"] == "open"
    moderation.remove(guest, by=owner)
    assert page(charlie)["entry"] == "knock"


@pytest.mark.parametrize("standing", [Role.MEMBER, Role.GUEST])
def test_the_own_seat_is_not_among_the_others_where_join_takes_it(
    browser, page, room, bob, seat, standing
):
    Membership.objects.filter(user=bob).update(role=standing)
    there = seat(room, bob)
    read = page(bob)
    if standing == Role.GUEST:
        assert (read["displaced"], read["inside"]) == (str(there.pk), [])
    else:
        assert (read["displaced"], len(read["inside"])) == (None, 1)
    assert read["elsewhere"] is None


def test_the_seat_of_this_browser_is_said_to_be_its_own(browser, room, bob, seat):
    client = browser(bob)
    there = seat(room, bob)
    session = client.session
    session["device"] = str(there.device_id)
    session.save()
    read = given(client.get(f"/r/{room.slug}/").text)
    assert (read["elsewhere"], read["displaced"], read["inside"]) == (str(there.pk), None, [])


@pytest.mark.parametrize("access", Access)
def test_who_is_banned_finds_no_room(browser, room, charlie, owner, access):
    place = Membership.objects.create(room=room, user=charlie)
    moderation.ban(place, by=owner)
    opened(room, access)
    answers = [browser(charlie).get(f"/r/{slug}/") for slug in (room.slug, "A" * 22)]
    assert [answer.status_code for answer in answers] == [404, 404]
