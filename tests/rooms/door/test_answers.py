"""Who is let in and who is denied, by whom, and for how long."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from rooms import actions, door, moderation, seats
from rooms.door import RoomFull
from rooms.models import KNOCK_LASTS, Access, AuditEntry, Knock, KnockEnd, Membership, Role, Room
from rooms.patience import Denied
from tests.rooms.door.conftest import A_MINUTE, ends, knock_news, long_ago
from tests.rooms.hearing import hearing


def test_who_is_let_in_is_a_guest_and_takes_a_seat(knocking, owner, charlie, sit):
    with hearing() as heard:
        door.admit(owner.room, charlie.pk, by=owner)
    assert ends(knocking) == KnockEnd.ADMITTED
    assert heard == [knock_news(knocking, "admitted")]
    assert sit(charlie).user == charlie
    assert charlie.memberships.get().role == Role.GUEST


@pytest.mark.parametrize("taken", [False, True])
def test_a_guest_who_was_let_in_and_never_came_has_no_place_any_more(
    knocking, owner, member, charlie, sit, taken
):
    door.admit(owner.room, charlie.pk, by=owner)
    with hearing() as heard:
        door.sweep()
    assert (heard, charlie.memberships.exists()) == ([], True)
    if taken:
        sit(owner.user)
    Membership.objects.update(created_at=timezone.now() - KNOCK_LASTS)
    with hearing() as heard:
        door.sweep()
    over = ("membership_ended", {"user_id": charlie.pk, "reason": "over"})
    # While there is a call, its end is what ends the visit.
    assert heard == ([] if taken else [over])
    assert charlie.memberships.exists() is taken
    assert owner.room.memberships.exclude(role=Role.GUEST).count() == 2


def test_nobody_is_let_into_a_full_room_and_goes_on_waiting(knocking, owner, member, charlie, sit):
    Room.objects.update(capacity=2)
    sit(owner.user)
    gone = sit(member.user)
    with pytest.raises(RoomFull):
        door.admit(owner.room, charlie.pk, by=owner)
    assert ends(knocking) == ""
    assert not charlie.memberships.exists()
    assert not AuditEntry.objects.filter(target=charlie).exists()
    seats.leave(gone.pk)
    door.admit(owner.room, charlie.pk, by=owner)


def test_who_is_denied_is_told_for_how_long_and_not_heard_until_then(knocking, owner, charlie):
    with hearing() as heard:
        door.deny(owner.room, charlie.pk, by=owner)
    assert heard == [knock_news(knocking, "denied", 60)]
    with pytest.raises(Denied) as refused:
        door.knock(owner.room, charlie)
    assert refused.value.reason == "refused"
    assert refused.value.retry_after in range(55, 61)
    long_ago(knocking, ended_at=A_MINUTE)
    assert door.knock(owner.room, charlie) != knocking


def test_the_third_denial_holds_for_the_call_and_no_longer(opened, owner, charlie, sit):
    room = opened(Access.KNOCK)
    sit(owner.user)
    for retry_after in (60, 60, None):
        knocked = door.knock(room, charlie)
        with hearing() as heard:
            door.deny(room, charlie.pk, by=owner)
        assert heard == [knock_news(knocked, "denied", retry_after)]
        long_ago(knocked, ended_at=A_MINUTE)
    with pytest.raises(Denied) as refused:
        door.knock(room, charlie)
    assert refused.value.retry_after is None
    moderation.end_call(room, by=owner)
    assert door.knock(room, charlie).end == ""


def test_one_who_is_denied_does_not_silence_another(knocking, owner, charlie, dave):
    door.deny(owner.room, charlie.pk, by=owner)
    assert door.knock(owner.room, dave).end == ""


def test_who_was_denied_and_is_invited_then_comes_in(knocking, owner, charlie):
    door.deny(owner.room, charlie.pk, by=owner)
    Membership.objects.create(room=owner.room, user=charlie)
    assert door.knock(owner.room, charlie).end == KnockEnd.ADMITTED


@pytest.mark.parametrize("answer", [door.admit, door.deny])
@pytest.mark.parametrize("who", ["member", "guest", "elsewhere"])
def test_who_may_not_answer_changes_nothing(knocking, member, charlie, dave, answer, who):
    by = member
    if who == "guest":
        by = Membership.objects.create(room=member.room, user=dave, role=Role.GUEST)
    if who == "elsewhere":
        by = actions.create_room(name="Orchard", by=dave).memberships.get()
    with pytest.raises(PermissionDenied):
        answer(member.room, charlie.pk, by=by)
    assert ends(knocking) == ""
    assert not charlie.memberships.exists()
    assert not AuditEntry.objects.filter(target=charlie).exists()


@pytest.mark.parametrize("answer", [door.admit, door.deny])
def test_a_knock_is_answered_once(knocking, moderator, charlie, answer):
    answer(moderator.room, charlie.pk, by=moderator)
    for again in (door.admit, door.deny):
        with pytest.raises(Knock.DoesNotExist):
            again(moderator.room, charlie.pk, by=moderator)
    assert AuditEntry.objects.filter(target=charlie).count() == 1
