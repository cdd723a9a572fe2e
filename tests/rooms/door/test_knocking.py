"""Who knocks, at which door, and who is let in by that already."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import actions, door, patience
from rooms.door import NotAllowed, RoomLocked
from rooms.models import Access, AuditEntry, Knock, KnockEnd, Membership, Room
from rooms.patience import Denied
from tests.rooms.door.conftest import A_MINUTE, ends, knock_news
from tests.rooms.hearing import hearing


def test_a_knock_waits_and_is_told_once(opened, charlie, alice, sit):
    room = opened(Access.KNOCK)
    call = sit(alice).call
    with hearing() as heard:
        first, again = door.knock(room, charlie), door.knock(room, charlie)
    assert first == again == room.knocks.waiting().get()
    assert (first.call, first.end) == (call, "")
    assert heard == [knock_news(first)]


@pytest.mark.parametrize(
    ("access", "locked", "refused"),
    [
        (Access.MEMBERS, False, NotAllowed),
        (Access.MEMBERS, True, NotAllowed),
        (Access.KNOCK, True, RoomLocked),
        (Access.OPEN, True, RoomLocked),
    ],
)
def test_a_door_that_takes_no_knock(opened, charlie, access, locked, refused):
    with pytest.raises(refused):
        door.knock(opened(access, locked=locked), charlie)
    assert not Knock.objects.exists()


def test_who_is_banned_or_disabled_is_not_heard(opened, charlie, dave):
    room = opened(Access.KNOCK)
    Membership.objects.create(room=room, user=charlie, banned_at=timezone.now())
    # Not known to whoever read the row before.
    User.objects.filter(pk=dave.pk).update(is_active=False)
    for user in (charlie, dave):
        with pytest.raises(NotAllowed):
            door.knock(room, user)


@pytest.mark.parametrize("access", [Access.KNOCK, Access.OPEN])
def test_who_may_enter_by_now_is_admitted_at_once(opened, charlie, access):
    room = opened(access)
    if access == Access.KNOCK:
        Membership.objects.create(room=room, user=charlie)
    with hearing() as heard:
        knocked = door.knock(room, charlie)
    assert knocked.end == ends(knocked) == KnockEnd.ADMITTED
    assert heard == [knock_news(knocked, "admitted")]
    assert not AuditEntry.objects.filter(target=charlie).exists()


def test_who_became_a_member_while_waiting_is_admitted_at_the_next_knock(knocking, charlie):
    Membership.objects.create(room=knocking.room, user=charlie)
    assert door.knock(knocking.room, charlie) == knocking
    assert ends(knocking) == KnockEnd.ADMITTED


def test_who_was_denied_and_had_rung_often_hears_of_the_denial(opened, owner, charlie):
    room = opened(Access.KNOCK)
    for _ in range(patience.MOST_KNOCKS_A_MINUTE - 1):
        door.knock(room, charlie)
        door.withdraw(room, charlie)
    door.knock(room, charlie)
    door.deny(room, charlie.pk, by=owner)
    with pytest.raises(Denied) as refused:
        door.knock(room, charlie)
    assert refused.value.reason == "refused"


def test_nobody_rings_without_end(opened, charlie):
    room = opened(Access.KNOCK)
    for _ in range(patience.MOST_KNOCKS_A_MINUTE):
        door.knock(room, charlie)
        door.withdraw(room, charlie)
    with pytest.raises(Denied) as refused:
        door.knock(room, charlie)
    assert (refused.value.reason, refused.value.retry_after) == ("too_often", 60)
    Knock.objects.update(created_at=timezone.now() - A_MINUTE)
    assert door.knock(room, charlie).end == ""


def test_an_old_address_takes_no_knock(opened, owner, charlie):
    room = opened(Access.KNOCK)
    old = Room.objects.get(pk=room.pk)
    actions.renew_link(room, by=owner)
    with pytest.raises(Room.DoesNotExist):
        door.knock(old, charlie)
    assert not Knock.objects.exists()
