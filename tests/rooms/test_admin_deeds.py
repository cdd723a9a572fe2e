"""What Django admin does to rooms and people: heard by those inside, recorded, asked before."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.actions import disable_user
from accounts.models import User
from rooms import actions, moderation
from rooms.models import Act, AuditEntry, Call, Invitation, LeaveReason, Membership, Role, Room

from .conftest import SignIn

pytestmark = pytest.mark.django_db


def run(action: str, *rows: Any, sure: bool = True) -> dict[str, Any]:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return chosen | ({"sure": "Yes"} if sure else {})


def path_of(row: Any) -> str:
    return f"/admin/rooms/{row._meta.model_name}/"


def said(client: Client, row: Any) -> list[str]:
    """What the next page says above its list."""
    return [str(message) for message in client.get(path_of(row)).context["messages"]]


def post(client: Client, action: str, *rows: Any) -> list[str]:
    """Chooses the rows, is asked, says yes; what the page then says."""
    client.post(path_of(rows[0]), run(action, *rows))
    return said(client, rows[0])


def acts() -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.exclude(act=Act.MAKE).select_related("actor", "target")
    return [
        (entry.act, entry.actor.name if entry.actor else "", str(entry.target or ""))
        for entry in entries
    ]


@pytest.fixture
def guest(room: Room) -> Membership:
    dave = User.objects.create_user("dave", display_name="Dave")
    return Membership.objects.create(room=room, user=dave, role=Role.GUEST)


@pytest.fixture
def invitation(owner: Membership) -> Invitation:
    return actions.invite(owner.room, by=owner)[0]


@pytest.mark.parametrize("name", ["room", "call"])
def test_ending_a_call(admin, room, bob, seat, heard, name):
    taken = seat(room, bob)
    row = {"room": room, "call": taken.call}[name]
    assert heard(admin, path_of(row), run("end_the_call", row)) == [
        ("seats_ended", {taken.pk: "ended"})
    ]
    assert not Call.objects.running().exists()
    assert acts() == [("end_call", "Charlie", "")]
    # Where nobody is inside there is nothing to end.
    assert post(admin, "end_the_call", row) == ["Nothing to do: <bdi>Garden</bdi>."]
    assert acts() == [("end_call", "Charlie", "")]


def test_locking_and_unlocking(admin, room, heard):
    for action, locked in (("lock", True), ("unlock", False)):
        news = heard(admin, path_of(room), run(action, room, sure=False))
        assert news == [("room_changed", room.slug)]
        room.refresh_from_db()
        assert room.locked is locked
    assert acts() == [("unlock", "Charlie", ""), ("lock", "Charlie", "")]
    assert post(admin, "unlock", room) == ["Nothing to do: <bdi>Garden</bdi>."]


@pytest.mark.parametrize("name", ["membership", "participant"])
@pytest.mark.parametrize(("action", "reason"), [("remove", "removed"), ("ban", "banned")])
def test_removing_and_banning_someone(admin, member, seat, heard, name, action, reason):
    taken = seat(member.room, member.user)
    row = {"membership": member, "participant": taken}[name]
    assert heard(admin, path_of(row), run(action, row)) == [
        ("seats_ended", {taken.pk: reason}),
        ("membership_ended", member.user_id),
    ]
    left = Membership.objects.filter(user=member.user)
    assert [place.banned_at is not None for place in left] == [True] * (action == "ban")
    assert acts() == [(action, "Charlie", "Bob")]
    [entry] = LogEntry.objects.all()
    assert entry.change_message == {"remove": "Removed.", "ban": "Banned."}[action]


def test_an_owner_is_neither_removed_nor_banned_and_the_others_are_all_the_same(
    admin, owner, member, guest, seat
):
    stays, goes = seat(owner.room, owner.user), seat(member.room, member.user)
    told = post(admin, "remove", stays, goes)
    assert told[0] == "Removed: <bdi>Bob</bdi> in <bdi>Garden</bdi>."
    assert told[1].startswith("Refused: <bdi>Alice</bdi> in <bdi>Garden</bdi>. An owner stays")
    told = post(admin, "ban", owner, guest)
    assert told[0] == "Banned: <bdi>Dave</bdi> in <bdi>Garden</bdi>."
    assert told[1].startswith("Refused: <bdi>Alice</bdi>")
    assert acts() == [("ban", "Charlie", "Dave"), ("remove", "Charlie", "Bob")]
    # What was refused is in no log.
    assert {entry.object_id for entry in LogEntry.objects.all()} == {goes.pk, str(guest.pk)}


def test_lifting_a_ban(admin, owner, member):
    moderation.ban(member, by=owner)
    assert post(admin, "remove", member) == ["Nothing to do: <bdi>Bob</bdi> in <bdi>Garden</bdi>."]
    told = post(admin, "lift_ban", member, owner)
    assert told[0] == "Lifted the ban: <bdi>Bob</bdi> in <bdi>Garden</bdi>."
    assert told[1].startswith("Nothing to do: <bdi>Alice</bdi>")
    assert not Membership.objects.filter(user=member.user).exists()
    assert acts()[0] == ("lift_ban", "Charlie", "Bob")


def test_handing_a_room_over(admin, owner, member, guest):
    told = post(admin, "hand_over", guest)
    assert told[0].startswith("Refused: <bdi>Dave</bdi>")
    assert post(admin, "hand_over", member)[0].startswith("Handed the room over: <bdi>Bob</bdi>")
    owner.refresh_from_db()
    member.refresh_from_db()
    assert (owner.role, member.role) == (Role.MODERATOR, Role.OWNER)
    assert acts() == [("hand_over", "Charlie", "Bob")]


def test_a_disabled_account_is_handed_no_room(admin, owner, member):
    disable_user(member.user)
    [told] = post(admin, "hand_over", member)
    assert told.startswith("Refused: <bdi>Bob</bdi> in <bdi>Garden</bdi>.")
    assert told.endswith("who can sign in.")
    assert not LogEntry.objects.exists()
    owner.refresh_from_db()
    assert owner.role == Role.OWNER


def test_revoking_invitations(admin, invitation):
    told = "the one to <bdi>Garden</bdi> by <bdi>Alice</bdi>."
    assert post(admin, "revoke", invitation) == [f"Revoked: {told}"]
    assert not Invitation.objects.open().exists()
    assert acts()[0] == ("revoke_invitation", "Charlie", "")
    assert post(admin, "revoke", invitation) == [f"Nothing to do: {told}"]


def test_what_hurts_is_asked_first_and_says_whom(admin, member, invitation, seat, heard):
    taken = seat(member.room, member.user)
    asked = {
        "end_the_call": [taken.call.room, taken.call],
        "remove": [member, taken],
        "ban": [member, taken],
        "hand_over": [member],
        "revoke": [invitation],
    }
    for action, rows in asked.items():
        for row in rows:
            page = admin.post(path_of(row), run(action, row, sure=False))
            assert page.templates[0].name == "admin/sure.html", action
            assert "Garden" in page.content.decode()
            assert heard(admin, path_of(row), run(action, row, sure=False)) == []
    taken.refresh_from_db()
    assert taken.left_at is None
    assert LogEntry.objects.count() == 0


def test_not_too_many_are_chosen_at_once(admin, room, seat):
    users = [User.objects.create_user(f"guest{number}") for number in range(101)]
    places = [Membership.objects.create(room=room, user=user) for user in users]
    page = admin.post(path_of(room.memberships.first()), run("ban", *places, sure=False))
    assert page.status_code == 302
    assert not Membership.objects.exclude(banned_at=None).exists()
    assert said(admin, places[0]) == ["Choose at most 100 at once."]


DEEDS = {
    "room": ["end_the_call", "lock", "unlock", "delete_selected"],
    "call": ["end_the_call"],
    "membership": ["remove", "ban", "lift_ban", "hand_over"],
    "participant": ["remove", "ban"],
    "invitation": ["revoke"],
}


@pytest.mark.parametrize("name", DEEDS)
def test_staff_who_may_only_look_do_nothing(
    browser: SignIn, charlie, member, invitation, seat, name
):
    charlie.is_staff = True
    charlie.save()
    looking = Permission.objects.filter(codename__startswith="view_")
    # What is done by the policy's staff asks for the right to change rooms, and for that alone.
    other = Permission.objects.filter(codename__endswith="_membership")
    charlie.user_permissions.add(*looking, *other)
    taken = seat(member.room, member.user)
    rows: dict[str, Any] = {
        "room": member.room,
        "call": taken.call,
        "membership": member,
        "participant": taken,
        "invitation": invitation,
    }
    before = acts()
    client = browser(charlie)
    assert client.get(path_of(rows[name])).status_code == 200
    opened = client.get(f"{path_of(rows[name])}{rows[name].pk}/change/")
    assert opened.status_code == 200
    # The link may let in.
    assert member.room.slug not in opened.content.decode()
    for action in DEEDS[name]:
        client.post(path_of(rows[name]), run(action, rows[name]) | {"post": "yes"})
    for page in ("add/", f"{rows[name].pk}/change/", f"{rows[name].pk}/delete/"):
        assert client.post(path_of(rows[name]) + page, {"post": "yes"}).status_code == 403
    taken.refresh_from_db()
    member.room.refresh_from_db()
    assert (taken.left_at, member.room.locked, acts()) == (None, False, before)


def test_who_may_change_rooms_acts_on_them(browser: SignIn, charlie, member, seat):
    charlie.is_staff = True
    charlie.save()
    may = Permission.objects.filter(codename__in=["change_room", "view_participant"])
    charlie.user_permissions.add(*may)
    taken = seat(member.room, member.user)
    browser(charlie).post(path_of(taken), run("ban", taken))
    taken.refresh_from_db()
    assert taken.leave_reason == LeaveReason.BANNED
