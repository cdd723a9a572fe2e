"""The record of a room: one entry for each act, none for one that failed, and it stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from rooms import actions, door, moderation
from rooms.models import Access, Act, AuditEntry, Membership, Participant, Role, Room
from rooms.record import note

Seat = Callable[[Room, User], Participant]


@dataclass
class Scene:
    """Alice owns a room and is inside, Bob is a member and inside, Charlie is at the door."""

    room: Room
    alice: Membership
    bob: Membership
    charlie: User

    def invite(self) -> tuple[Any, str]:
        return actions.invite(self.room, by=self.alice)


@pytest.fixture
def scene(owner: Membership, member: Membership, charlie: User, seat: Seat) -> Scene:
    room = actions.configure_room(owner.room, by=owner, access=Access.KNOCK)
    for inside in (owner, member):
        seat(room, inside.user)
    door.knock(room, charlie)
    return Scene(room, owner, member, charlie)


def renew_link(scene: Scene) -> None:
    moderation.end_call(scene.room, by=scene.alice)
    AuditEntry.objects.all().delete()
    actions.renew_link(scene.room, by=scene.alice)


def revoke(scene: Scene) -> None:
    invitation, _ = scene.invite()
    AuditEntry.objects.all().delete()
    for _ in range(2):
        actions.revoke_invitation(invitation, by=scene.alice)


def come(scene: Scene) -> None:
    _, secret = scene.invite()
    AuditEntry.objects.all().delete()
    for _ in range(2):
        actions.accept_invitation(secret, by=scene.charlie)


def unlock(scene: Scene) -> None:
    Room.objects.update(locked=True)
    for _ in range(2):
        actions.configure_room(scene.room, by=scene.alice, locked=False)


def allow(scene: Scene) -> None:
    moderation.mute(scene.bob, by=scene.alice)
    AuditEntry.objects.all().delete()
    moderation.allow_to_speak(scene.bob, by=scene.alice)


def lift_ban(scene: Scene) -> None:
    moderation.ban(scene.bob, by=scene.alice)
    AuditEntry.objects.all().delete()
    moderation.lift_ban(scene.bob, by=scene.alice)


# What is done, and what the entry says: who, whom, and what else.
ACTS: dict[Act, tuple[Callable[[Scene], object], tuple[str, str | None, str]]] = {
    Act.MAKE: (
        lambda scene: actions.create_room(name="Orchard", by=scene.charlie),
        ("charlie", None, ""),
    ),
    Act.CONFIGURE: (
        lambda scene: actions.configure_room(
            scene.room, by=scene.alice, name="Orchard", capacity=3, chat_days=30
        ),
        ("alice", None, "capacity, name"),
    ),
    Act.RENEW_LINK: (renew_link, ("alice", None, "")),
    Act.CLOSE: (
        lambda scene: actions.close_room(scene.room, by=scene.alice),
        ("alice", None, ""),
    ),
    Act.LOCK: (
        lambda scene: actions.configure_room(scene.room, by=scene.alice, locked=True),
        ("alice", None, ""),
    ),
    Act.UNLOCK: (unlock, ("alice", None, "")),
    Act.END_CALL: (
        lambda scene: moderation.end_call(scene.room, by=scene.alice),
        ("alice", None, ""),
    ),
    Act.INVITE: (Scene.invite, ("alice", None, "member")),
    Act.REVOKE_INVITATION: (revoke, ("alice", None, "")),
    Act.JOIN: (come, ("charlie", None, "member")),
    Act.LEAVE: (lambda scene: actions.leave_room(scene.bob), ("bob", None, "")),
    Act.ADMIT: (
        lambda scene: door.admit(scene.room, scene.charlie.pk, by=scene.alice),
        ("alice", "charlie", ""),
    ),
    Act.DENY: (
        lambda scene: door.deny(scene.room, scene.charlie.pk, by=scene.alice),
        ("alice", "charlie", ""),
    ),
    Act.MUTE: (
        lambda scene: moderation.mute(scene.bob, by=scene.alice),
        ("alice", "bob", ""),
    ),
    Act.ALLOW: (allow, ("alice", "bob", "")),
    Act.REMOVE: (
        lambda scene: moderation.remove(scene.bob, by=scene.alice),
        ("alice", "bob", ""),
    ),
    Act.BAN: (lambda scene: moderation.ban(scene.bob, by=scene.alice), ("alice", "bob", "")),
    Act.LIFT_BAN: (lift_ban, ("alice", "bob", "")),
    Act.CHANGE_ROLE: (
        lambda scene: moderation.change_role(scene.bob, role=Role.MODERATOR, by=scene.alice),
        ("alice", "bob", "moderator"),
    ),
    Act.HAND_OVER: (
        lambda scene: moderation.hand_over(scene.bob, by=scene.alice),
        ("alice", "bob", ""),
    ),
}


def said(entry: AuditEntry) -> tuple[str, str | None, str]:
    actor, target = entry.actor, entry.target
    return (actor.username if actor else "", target.username if target else None, entry.detail)


def test_every_act_is_looked_at_here():
    # The export is a page's own: tests/rooms/test_history.py.
    assert set(ACTS) == set(Act) - {Act.EXPORT}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_leaves_one_entry_that_says_who_did_it_to_whom(scene, act):
    do, expected = ACTS[act]
    AuditEntry.objects.all().delete()
    do(scene)
    [entry] = AuditEntry.objects.all()
    assert entry.act == act
    assert said(entry) == expected
    assert entry.room_name in ("Garden", "Orchard")


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_is_undone_leaves_none(scene, act):
    before = list(AuditEntry.objects.values_list("pk", flat=True))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ACTS[act][0](scene)
        raise ZeroDivisionError
    assert list(AuditEntry.objects.values_list("pk", flat=True)) == before


def test_what_somebody_may_not_do_leaves_no_entry(scene):
    bob = scene.bob
    before = AuditEntry.objects.count()
    for refused in (
        lambda: actions.configure_room(scene.room, by=bob, name="Mine"),
        lambda: actions.configure_room(scene.room, by=bob, locked=True),
        lambda: actions.renew_link(scene.room, by=bob),
        lambda: actions.close_room(scene.room, by=bob),
        lambda: actions.invite(scene.room, by=bob),
        lambda: actions.leave_room(scene.alice),
        lambda: moderation.end_call(scene.room, by=bob),
        lambda: moderation.mute(scene.alice, by=bob),
        lambda: door.admit(scene.room, scene.charlie.pk, by=bob),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    with pytest.raises(actions.CallRunning):
        actions.renew_link(scene.room, by=scene.alice)
    assert AuditEntry.objects.count() == before


def test_two_acts_in_one_change_are_two_entries(scene):
    AuditEntry.objects.all().delete()
    actions.configure_room(scene.room, by=scene.alice, locked=True, name="Orchard")
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", "detail", "room_name"))
    assert acts == [(Act.LOCK, "", "Orchard"), (Act.CONFIGURE, "name", "Orchard")]


def test_the_record_outlives_the_room_and_whoever_acted(scene):
    moderation.remove(scene.bob, by=scene.alice)
    entry = AuditEntry.objects.get(act=Act.REMOVE)
    scene.bob.user.delete()
    entry.refresh_from_db()
    assert (entry.target, entry.actor) == (None, scene.alice.user)
    # Nobody inherits it, so the room goes as well.
    scene.alice.user.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.room, entry.room_name) == (None, None, "Garden")
    assert str(entry) == "Removed: Garden"
    closed = AuditEntry.objects.get(act=Act.CLOSE)
    assert (closed.actor, closed.room, closed.room_name) == (None, None, "Garden")


def test_the_newest_entry_of_a_room_comes_first(scene):
    note(Act.EXPORT, room=scene.room, by=scene.alice.user)
    newest, *older = scene.room.record.all()
    assert newest.act == Act.EXPORT
    assert [entry.pk for entry in older] == sorted((entry.pk for entry in older), reverse=True)
