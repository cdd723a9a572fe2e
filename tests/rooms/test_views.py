"""The pages of a room, as its owner, a member and a stranger find them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rooms import actions
from rooms.models import Membership, Role, Room

from .conftest import headers_of, statements

NOWHERE = "no-such-room-anywhere0"


def test_the_number_of_queries_does_not_grow(browser, room, alice, bob, seat):
    client, settings_page = browser(alice), f"/rooms/{room.slug}/settings/"
    with statements() as few:
        client.get("/")
        client.get(settings_page)
    for number in range(5):
        another = actions.create_room(name=f"Room {number}", by=alice)
        seat(another, alice)
        guest = type(bob).objects.create_user(f"guest{number}")
        guest_place = Membership.objects.create(room=room, user=guest)
        seat(room, guest_place.user)
        actions.invite(room, by=room.memberships.get(user=alice))
    with statements() as many:
        client.get("/")
        client.get(settings_page)
    assert len(many) == len(few)


def test_a_new_room_leads_to_its_invitations(browser, charlie):
    client = browser(charlie)
    assert client.get("/rooms/new/").status_code == 200
    response = client.post("/rooms/new/", {"name": " Den "})
    made = Room.objects.get()
    assert made.name == "Den"
    assert response.url == f"/rooms/{made.slug}/settings/"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb", "a\u202eb", "a\u0000b"])
def test_a_name_that_is_refused_says_so(browser, charlie, name):
    response = browser(charlie).post("/rooms/new/", {"name": name})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["name"]
    assert not Room.objects.exists()


def test_an_owner_changes_the_settings(browser, room, alice):
    client, path = browser(alice), f"/rooms/{room.slug}/settings/"
    assert client.post(path, {"name": "Orchard", "capacity": 4}).url == f"{path}#room"
    room.refresh_from_db()
    assert (room.name, room.capacity) == ("Orchard", 4)


@pytest.mark.parametrize("capacity", ["-1", "1", "9", "many", "9" * 30])
def test_settings_that_are_refused_change_nothing(browser, room, alice, capacity):
    response = browser(alice).post(
        f"/rooms/{room.slug}/settings/", {"name": "Orchard", "capacity": capacity}
    )
    assert response.context["form"].errors == {"capacity": ["Choose 2 to 8."]}
    assert response.context["room"].name == "Garden"


def test_a_member_sees_the_members_and_manages_nothing(browser, room, bob):
    actions.invite(room, by=room.memberships.get(role=Role.OWNER))
    response = browser(bob).get(f"/rooms/{room.slug}/settings/")
    assert [row.place.user.name for row in response.context["members"]] == ["Alice", "Bob"]
    forms = {"room_form", "entry_form", "chat_form", "invitation_form", "invitations", "banned"}
    assert not any(name in response.context for name in forms)
    assert not any(row.may_remove or row.may_ban for row in response.context["members"])


def test_a_moderator_may_remove_members_alone(browser, room, moderator):
    response = browser(moderator.user).get(f"/rooms/{room.slug}/settings/")
    removable = [row.place.user.name for row in response.context["members"] if row.may_remove]
    assert removable == ["Bob"]


def test_roles_are_set_and_members_removed(browser, room, alice, bob):
    client, path = browser(alice), f"/rooms/{room.slug}/members/{bob.pk}/"
    client.post(f"{path}role/", {"role": "moderator"})
    assert room.memberships.get(user=bob).role == Role.MODERATOR
    assert client.post(f"{path}role/", {"role": "owner"}).status_code == 403
    client.post(f"{path}remove/")
    assert not room.memberships.filter(user=bob).exists()
    assert client.post(f"{path}remove/").status_code == 404


def test_leaving_and_closing(browser, room, alice, bob):
    assert browser(bob).post(f"/rooms/{room.slug}/leave/").url == "/"
    assert browser(bob).get(f"/rooms/{room.slug}/settings/").status_code == 404
    assert browser(alice).post(f"/rooms/{room.slug}/close/").url == "/"
    assert not Room.objects.exists()


def test_who_removes_themselves_leaves(browser, room, bob, seat):
    taken = seat(room, bob)
    answer = browser(bob).post(f"/rooms/{room.slug}/members/{bob.pk}/remove/", follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "You have left <bdi>Garden</bdi>." in answer.text
    taken.refresh_from_db()
    assert taken.leave_reason == "left"


MANAGED: list[tuple[str, dict[str, Any]]] = [
    ("settings/", {"name": "Mine", "capacity": 4}),
    ("settings/", {"name": ""}),
    ("entry/", {"access": "open"}),
    ("entry/", {"access": "nonsense"}),
    ("lock/", {"locked": "true"}),
    ("link/", {}),
    ("chat/", {"chat_days": "0"}),
    ("members/{bob}/role/", {"role": "moderator"}),
    ("members/{alice}/owner/", {}),
    ("members/{alice}/remove/", {}),
    ("members/{alice}/ban/", {}),
    ("invitations/", {}),
    ("invitations/", {"max_uses": "0"}),
    ("invitations/{link}/revoke/", {}),
    ("close/", {}),
]


def address(path: str, slug: str, room: Room) -> str:
    people = {member.user.username: member.user_id for member in room.memberships.all()}
    link = room.invitations.first()
    return f"/rooms/{slug}/" + path.format(link=link.pk if link else 1, **people)


@pytest.mark.parametrize(("path", "data"), MANAGED)
def test_a_member_is_refused(browser, room, bob, path, data):
    actions.invite(room, by=room.memberships.get(role=Role.OWNER))
    response = browser(bob).post(address(path, room.slug, room), data)
    assert response.status_code == 403
    assert room.memberships.standing().count() == 2
    assert room.invitations.open().count() == 1
    assert Room.objects.get().slug == room.slug


READ: list[tuple[str, str, dict[str, Any]]] = [
    ("get", "settings/", {}),
    ("get", "entry/", {}),
    ("get", "chat/", {}),
    ("get", "invitations/", {}),
    ("post", "bans/1/lift/", {}),
    ("post", "leave/", {}),
    *(("post", path, data) for path, data in MANAGED),
]


@pytest.mark.parametrize(("method", "path", "data"), READ)
def test_a_stranger_sees_what_is_not_there(browser, room, charlie, method, path, data):
    client, seen = browser(charlie), []
    for slug in (room.slug, NOWHERE):
        with statements(slug) as ran:
            response = getattr(client, method)(address(path, slug, room), data)
        seen.append((response.status_code, response.content, headers_of(response), ran))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404


@pytest.mark.parametrize(("method", "path", "data"), READ)
def test_who_is_not_signed_in_is_sent_to_the_door(room, method, path, data):
    client = Client(HTTP_HOST="localhost:8000")
    response = getattr(client, method)(address(path, room.slug, room), data)
    assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")


def test_a_guest_finds_the_settings_as_little_as_a_stranger(browser, room, charlie):
    seen = []
    for _ in range(2):
        response = browser(charlie).get(f"/rooms/{room.slug}/settings/")
        seen.append((response.status_code, response.content, headers_of(response)))
        Membership.objects.get_or_create(room=room, user=charlie, role=Role.GUEST)
    assert seen[0] == seen[1]
    assert seen[0][0] == 404
    assert browser(charlie).post(f"/rooms/{room.slug}/leave/").url == "/"


@pytest.mark.parametrize("path", ["role/", "remove/", "ban/", "owner/"])
def test_deeds_are_posted(browser, room, alice, bob, path):
    assert browser(alice).get(f"/rooms/{room.slug}/members/{bob.pk}/{path}").status_code == 405
