"""The API of what is done to people: roles, holds, bans, knocks, the owner, the link."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms import actions, chat, door
from rooms.models import Access, Act, AuditEntry, Hold, Membership, Role, Room

from .conftest import statements
from .test_api import fields, send


@pytest.fixture
def api(browser, room, alice) -> Any:
    """Calls the room's API: as Alice, or as whoever is named."""
    clients: dict[int, Client] = {}

    def call(method: str, path: str, body: Any = None, *, by: User = alice) -> Any:
        client = clients.setdefault(by.pk, browser(by))
        return send(client, method, f"/api/rooms/{room.slug}/{path}", body)

    return call


@pytest.fixture
def guest(room, charlie) -> Membership:
    return Membership.objects.create(room=room, user=charlie, role=Role.GUEST)


@pytest.fixture
def waiting(room, charlie) -> User:
    """Charlie stands at the door and has knocked."""
    Room.objects.update(access=Access.KNOCK)
    door.knock(room, charlie)
    user: User = charlie
    return user


def acts() -> list[str]:
    return [entry.act for entry in AuditEntry.objects.exclude(act=Act.MAKE).order_by("pk")]


# --- What may be chosen


def test_the_owner_chooses_all_of_it(api, room):
    chosen = {"access": "open", "hides_addresses": True, "has_chat": False, "chat_days": 14}
    answer = api("PATCH", "", chosen)
    assert answer.status_code == 200
    assert answer.json().items() >= chosen.items()


@pytest.mark.parametrize(
    "chosen",
    [{"access": "open"}, {"hides_addresses": True}, {"has_chat": False}, {"chat_days": 0}],
)
def test_a_moderator_does_not_choose_for_the_owner(api, room, moderator, chosen):
    both = chosen | {"name": "Orchard"}
    assert api("PATCH", "", both, by=moderator.user).status_code == 403
    assert Room.objects.get().name == "Garden"
    assert api("PATCH", "", {"name": "Orchard"}, by=moderator.user).status_code == 200


def test_a_new_link(api, browser, room, alice, bob):
    answer = api("POST", "link/")
    assert answer.status_code == 200
    assert answer.json()["slug"] != room.slug
    assert api("GET", "").status_code == 404
    assert [one["slug"] for one in browser(bob).get("/api/rooms/").json()] == [
        answer.json()["slug"]
    ]


def test_the_link_stays_while_somebody_is_inside(api, room, bob, seat):
    seat(room, bob)
    answer = api("POST", "link/")
    assert (answer.status_code, answer.json()["code"]) == (409, "call_running")
    assert api("POST", "link/", by=bob).status_code == 403


# --- Members


def test_a_guest_reads_the_room_and_not_its_members(api, guest):
    assert api("GET", "", by=guest.user).json()["role"] == "guest"
    for path in ("members/", "bans/", "knocks/", "invitations/"):
        assert api("GET", path, by=guest.user).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "members/{}/", {"role": "member"}),
        ("DELETE", "members/{}/", None),
        ("PUT", "owner/", {"user": None}),
        ("PUT", "bans/{}/", None),
        ("DELETE", "bans/{}/", None),
        ("PUT", "call/holds/{}/", None),
        ("DELETE", "call/holds/{}/", None),
    ],
)
def test_no_id_tells_a_guest_who_belongs_to_the_room(
    api, room, guest, alice, bob, method, path, body
):
    stranger, seen = User.objects.create_user("dave").pk, []
    for user in (alice.pk, bob.pk, stranger, 10**6):
        said = body and {name: user if value is None else value for name, value in body.items()}
        answer = api(method, path.format(user), said, by=guest.user)
        seen.append((answer.status_code, answer.content))
    assert set(seen) == {(403, seen[0][1])}
    assert room.memberships.count() == 3


def test_no_id_tells_which_invitations_there_are(api, browser, room, guest, bob):
    invitation, _ = actions.invite(room, by=room.memberships.get(role=Role.OWNER))
    for user in (guest.user, bob):
        for pk in (invitation.pk, 10**6):
            assert api("DELETE", f"invitations/{pk}/", by=user).status_code == 403
    for pk in (invitation.pk, 10**6):
        page = f"/rooms/{room.slug}/invitations/{pk}/revoke/"
        assert browser(bob).post(page).status_code == 403


def test_no_id_tells_a_member_who_is_banned(browser, room, bob, charlie):
    Membership.objects.create(room=room, user=charlie, banned_at=timezone.now())
    for user in (charlie.pk, 10**6):
        page = f"/rooms/{room.slug}/bans/{user}/lift/"
        assert browser(bob).post(page).status_code == 403


def test_who_names_no_role_changes_none(api, guest, bob):
    for user, role in ((guest.user_id, "guest"), (bob.pk, "member")):
        answer = api("PATCH", f"members/{user}/", {})
        assert (answer.status_code, answer.json()["role"]) == (200, role)


# --- What was written


def test_a_guest_reads_what_was_written_since_the_call_began(api, room, guest, alice, bob, seat):
    chat.write(room.pk, alice, "m-1", "Before.")

    def read(user: User, **after: int) -> list[str]:
        query = "".join(f"?{name}={number}" for name, number in after.items())
        body = api("GET", f"messages/{query}", by=user).json()
        assert body["more"] is False
        return [message["text"] for message in body["messages"]]

    assert read(guest.user) == []
    seat(room, alice)
    chat.write(room.pk, alice, "m-2", "Since.")
    for after in ({}, {"after": 0}):
        assert read(guest.user, **after) == ["Since."]
        assert read(bob, **after) == ["Before.", "Since."]


def test_guests_stand_last_and_may_be_kept(api, guest, charlie):
    assert api("GET", "members/").json()[-1]["role"] == "guest"
    answer = api("PATCH", f"members/{charlie.pk}/", {"role": "member"})
    assert answer.json()["role"] == "member"


def test_handing_the_room_over(api, alice, bob):
    answer = api("PUT", "owner/", {"user": bob.pk})
    assert answer.json() == {"user": bob.pk, "name": "Bob", "username": "bob", "role": "owner"}
    assert api("GET", "").json()["role"] == "moderator"
    assert api("PUT", "owner/", {"user": alice.pk}).status_code == 403
    assert api("PUT", "owner/", {"user": alice.pk}, by=bob).status_code == 200


@pytest.mark.parametrize("body", [{}, {"user": None}, {"user": "2"}, {"user": 0}, {"user": 10**18}])
def test_what_is_no_user_owns_nothing(api, body):
    assert fields(api("PUT", "owner/", body)) == {"user"}


def test_only_who_belongs_to_the_room_may_own_it(api, guest, alice):
    assert api("PUT", "owner/", {"user": guest.user_id}).status_code == 403
    assert api("PUT", "owner/", {"user": alice.pk}).status_code == 403
    assert api("PUT", "owner/", {"user": 10**6}).status_code == 404


# --- Bans


def test_a_ban_keeps_out_until_it_is_lifted(api, bob):
    assert api("PUT", f"bans/{bob.pk}/").status_code == 204
    assert api("PUT", f"bans/{bob.pk}/").status_code == 204
    banned = api("GET", "bans/").json()
    assert banned[0].pop("banned_at")
    assert banned == [{"user": bob.pk, "name": "Bob", "username": "bob"}]
    assert api("GET", "", by=bob).status_code == 404
    assert [one["username"] for one in api("GET", "members/").json()] == ["alice"]
    assert api("PATCH", f"members/{bob.pk}/", {"role": "moderator"}).status_code == 404
    assert api("DELETE", f"members/{bob.pk}/").status_code == 404
    assert api("DELETE", f"bans/{bob.pk}/").status_code == 204
    assert api("DELETE", f"bans/{bob.pk}/").status_code == 404
    assert api("GET", "bans/").json() == []
    assert acts() == [Act.BAN, Act.LIFT_BAN]


def test_who_may_ban_nobody_learns_of_no_ban(api, room, guest, bob, moderator):
    dave = User.objects.create_user("dave")
    Membership.objects.create(room=room, user=dave, banned_at=timezone.now())
    for who in (bob, guest.user):
        for user in (dave.pk, 10**6):
            for method in ("PUT", "DELETE"):
                assert api(method, f"bans/{user}/", by=who).status_code == 403
    assert api("GET", "bans/", by=bob).status_code == 403
    assert api("DELETE", f"bans/{dave.pk}/", by=moderator.user).status_code == 204


def test_nobody_bans_above_them(api, alice, moderator):
    assert api("PUT", f"bans/{alice.pk}/", by=moderator.user).status_code == 403
    assert api("PUT", f"bans/{moderator.user_id}/", by=moderator.user).status_code == 403
    assert api("PUT", f"bans/{10**6}/").status_code == 404


# --- Holds


def test_a_microphone_is_held_and_allowed_again(api, room, bob, seat):
    hold = f"call/holds/{bob.pk}/"
    assert api("PUT", hold).status_code == 404
    seat(room, bob)
    for _ in range(2):
        assert api("PUT", hold).status_code == 204
    assert Hold.objects.get().user == bob
    for _ in range(2):
        assert api("DELETE", hold).status_code == 204
    assert not Hold.objects.exists()
    assert acts() == [Act.MUTE, Act.ALLOW]


def test_who_is_muted_does_not_allow_themselves_to_speak(api, room, alice, bob, moderator, seat):
    seat(room, bob)
    api("PUT", f"call/holds/{bob.pk}/")
    assert api("DELETE", f"call/holds/{bob.pk}/", by=bob).status_code == 403
    assert api("PUT", f"call/holds/{alice.pk}/", by=moderator.user).status_code == 403
    assert Hold.objects.count() == 1


# --- Knocks


def test_who_knocks_is_let_in(api, room, waiting, moderator):
    listed = api("GET", "knocks/", by=moderator.user).json()
    assert listed[0].pop("at")
    assert listed == [{"user": waiting.pk, "name": "Charlie"}]
    assert api("POST", f"knocks/{waiting.pk}/admit/").status_code == 204
    assert room.memberships.get(user=waiting).role == Role.GUEST
    assert api("GET", "knocks/").json() == []
    assert api("POST", f"knocks/{waiting.pk}/admit/").status_code == 404


def test_who_knocks_is_turned_away(api, waiting):
    assert api("POST", f"knocks/{waiting.pk}/deny/").status_code == 204
    assert api("POST", f"knocks/{waiting.pk}/deny/").status_code == 404
    assert acts() == [Act.DENY]


def test_who_knocks_may_stop(api, waiting):
    for _ in range(2):
        assert api("DELETE", "knocks/mine/", by=waiting).status_code == 204
    assert api("GET", "knocks/").json() == []


def test_nobody_is_let_into_a_full_room(api, room, alice, bob, waiting, seat):
    Room.objects.update(capacity=2)
    for person in (alice, bob):
        seat(room, person)
    answer = api("POST", f"knocks/{waiting.pk}/admit/")
    assert (answer.status_code, answer.json()["code"]) == (409, "room_full")
    assert [one["user"] for one in api("GET", "knocks/").json()] == [waiting.pk]


def test_a_member_lets_nobody_in(api, bob, waiting):
    assert api("GET", "knocks/", by=bob).status_code == 403
    for answer in ("admit", "deny"):
        for user in (waiting.pk, 10**6):
            assert api("POST", f"knocks/{user}/{answer}/", by=bob).status_code == 403
    assert api("POST", f"knocks/{waiting.pk}/admit/", by=waiting).status_code == 404


@pytest.mark.parametrize("path", ["members/", "bans/", "knocks/"])
def test_a_list_takes_as_many_queries_for_many_as_for_one(api, room, path):
    Room.objects.update(access=Access.KNOCK)
    seen = []
    for count in (1, 5):
        for number in range(count):
            banned, knocking = (User.objects.create_user(f"{n}{count}{number}") for n in "ab")
            Membership.objects.create(room=room, user=banned, banned_at=timezone.now())
            Membership.objects.create(room=room, user=User.objects.create_user(f"c{count}{number}"))
            door.knock(room, knocking)
        with statements() as ran:
            assert api("GET", path).status_code == 200
        seen.append(len(ran))
    assert seen[0] == seen[1]
