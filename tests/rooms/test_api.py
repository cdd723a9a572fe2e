"""The API of rooms, members and invitations: what it gives, and each way in which it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from rooms import actions
from rooms.models import CAPACITY_DEFAULT, Membership, Role, Room

from .conftest import statements

NOWHERE = "no-such-room-anywhere0"


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    text = "" if body is None else json.dumps(body)
    return client.generic(method, path, text, content_type="application/json")


def fields(response: Any) -> set[str]:
    body = response.json()
    assert response.status_code == 400, body
    assert body["code"] == "invalid"
    assert all(isinstance(said, str) for errors in body["fields"].values() for said in errors)
    return set(body["fields"])


# --- Rooms


def test_my_rooms_say_who_is_inside(browser, room, alice, bob, seat):
    seat(room, bob)
    response = browser(alice).get("/api/rooms/")
    assert response.json() == [
        {
            "slug": room.slug,
            "name": "Garden",
            "capacity": CAPACITY_DEFAULT,
            "locked": False,
            "access": "members",
            "hides_addresses": False,
            "has_chat": True,
            "chat_days": 30,
            "role": "owner",
            "url": f"{settings.PARLEY_URL}/r/{room.slug}/",
            "inside": [{"user": bob.pk, "name": "Bob"}],
        }
    ]
    assert browser(bob).get(f"/api/rooms/{room.slug}/").json()["role"] == "member"


def test_a_room_can_be_made_locked(browser, alice):
    body = {"name": "Den", "locked": True}
    made = browser(alice).post("/api/rooms/", body, content_type="application/json")
    assert (made.status_code, made.json()["locked"]) == (201, True)


def test_managers_lock_a_room_and_end_its_call(browser, room, alice, bob, seat):
    taken = seat(room, bob)
    path = f"/api/rooms/{room.slug}/"
    change = {"locked": True}
    refused = browser(bob).patch(path, change, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert browser(bob).delete(f"{path}call/").status_code == 403
    owner = browser(alice)
    assert owner.patch(path, change, content_type="application/json").json()["locked"] is True
    assert owner.delete(f"{path}call/").status_code == 204
    taken.refresh_from_db()
    assert taken.leave_reason == "ended"


def test_a_stranger_has_no_rooms(browser, room, charlie):
    assert browser(charlie).get("/api/rooms/").json() == []


def test_the_number_of_queries_does_not_grow_with_the_rooms(
    browser, room, alice, bob, charlie, seat
):
    client = browser(alice)
    with statements() as few:
        client.get("/api/rooms/")
    for number in range(5):
        another = actions.create_room(name=f"Room {number}", by=alice)
        Membership.objects.create(room=another, user=bob)
        for person in (alice, bob):
            seat(another, person)
    with statements() as many:
        assert len(client.get("/api/rooms/").json()) == 6
    assert len(many) == len(few)


def test_making_a_room(browser, charlie):
    response = send(browser(charlie), "POST", "/api/rooms/", {"name": "  Den ", "capacity": 3})
    assert response.status_code == 201
    made = response.json()
    assert (made["name"], made["capacity"], made["role"], made["inside"]) == ("Den", 3, "owner", [])
    assert Membership.objects.get(user=charlie).room.slug == made["slug"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": None}, "name"),
        ({"name": ["Den"]}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "a\u2066b"}, "name"),
        ({"name": "Den", "capacity": 1}, "capacity"),
        ({"name": "Den", "capacity": 9}, "capacity"),
        ({"name": "Den", "capacity": "many"}, "capacity"),
        ({"name": "Den", "capacity": 10**30}, "capacity"),
        ({"name": "x" * 10_000}, "name"),
        ({"name": "Den", "access": "everybody"}, "access"),
        ({"name": "Den", "access": None}, "access"),
        ({"name": "Den", "locked": "yes"}, "locked"),
        ({"name": "Den", "hides_addresses": 1}, "hides_addresses"),
        ({"name": "Den", "has_chat": None}, "has_chat"),
        ({"name": "Den", "chat_days": -1}, "chat_days"),
        ({"name": "Den", "chat_days": 366}, "chat_days"),
        ({"name": "Den", "chat_days": "30"}, "chat_days"),
        ({"name": "Den", "colour": "red"}, "colour"),
        ({"name": "Den", "slug": "den"}, "slug"),
    ],
)
def test_a_room_is_refused_with_the_field_at_fault(browser, charlie, body, field):
    assert fields(send(browser(charlie), "POST", "/api/rooms/", body)) == {field}
    assert not Room.objects.exists()


def test_a_list_is_no_room(browser, charlie):
    response = send(browser(charlie), "POST", "/api/rooms/", [1])
    assert response.status_code == 400
    assert response.json().keys() == {"code", "detail"}


def test_changing_a_room(browser, room, alice):
    client, path = browser(alice), f"/api/rooms/{room.slug}/"
    assert send(client, "PATCH", path, {"capacity": 8}).json()["capacity"] == 8
    assert send(client, "PATCH", path, {"name": "Orchard"}).json()["name"] == "Orchard"
    assert send(client, "PATCH", path, {}).status_code == 200
    assert fields(send(client, "PATCH", path, {"name": ""})) == {"name"}
    room.refresh_from_db()
    assert (room.name, room.capacity) == ("Orchard", 8)


# --- Members


def test_members_with_the_owner_first(browser, room, bob, moderator):
    members = browser(bob).get(f"/api/rooms/{room.slug}/members/").json()
    assert [member["role"] for member in members] == ["owner", "moderator", "member"]
    assert members[2] == {"user": bob.pk, "name": "Bob", "username": "bob", "role": "member"}


def test_giving_a_role(browser, room, alice, bob):
    path = f"/api/rooms/{room.slug}/members/{bob.pk}/"
    response = send(browser(alice), "PATCH", path, {"role": "moderator"})
    assert response.json()["role"] == "moderator"
    assert room.memberships.get(user=bob).role == Role.MODERATOR


@pytest.mark.parametrize("role", ["owner", "emperor", "", None, 7, ["member"]])
def test_a_role_that_is_not_given(browser, room, alice, bob, role):
    path = f"/api/rooms/{room.slug}/members/{bob.pk}/"
    assert fields(send(browser(alice), "PATCH", path, {"role": role})) == {"role"}


def test_removing_a_member(browser, room, alice, bob):
    path = f"/api/rooms/{room.slug}/members/{bob.pk}/"
    assert browser(alice).delete(path).status_code == 204
    assert browser(bob).get(f"/api/rooms/{room.slug}/").status_code == 404
    assert browser(alice).delete(path).status_code == 404


def test_leaving(browser, room, bob):
    path = f"/api/rooms/{room.slug}/members/{bob.pk}/"
    assert browser(bob).delete(path).status_code == 204
    assert not room.memberships.filter(user=bob).exists()


def test_an_owner_does_not_leave(browser, room, alice):
    response = browser(alice).delete(f"/api/rooms/{room.slug}/members/{alice.pk}/")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_what_a_member_may_not_do(browser, room, alice, bob):
    client, path = browser(bob), f"/api/rooms/{room.slug}/"
    for method, address, body in [
        ("PATCH", path, {"name": "Mine"}),
        ("PATCH", f"{path}members/{bob.pk}/", {"role": "moderator"}),
        ("DELETE", f"{path}members/{alice.pk}/", None),
        ("GET", f"{path}invitations/", None),
        ("POST", f"{path}invitations/", {}),
    ]:
        response = send(client, method, address, body)
        assert response.status_code == 403, (method, address)
        assert response.json()["code"] == "permission_denied"


def test_somebody_who_is_not_a_member_is_not_found(browser, room, alice, charlie):
    for number in (charlie.pk, 10**6, 10**40):
        path = f"/api/rooms/{room.slug}/members/{number}/"
        assert send(browser(alice), "PATCH", path, {"role": "member"}).status_code == 404
        assert browser(alice).delete(path).status_code == 404
