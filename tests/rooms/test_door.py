"""The door: who finds a room at all, who must knock, and how a knock ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.actions import disable_user
from accounts.models import User
from rooms import actions, door, moderation, patience, seats
from rooms.door import MustKnock, NotAllowed, RoomFull, RoomLocked
from rooms.models import (
    KNOCK_LASTS,
    Access,
    AuditEntry,
    Knock,
    KnockEnd,
    Membership,
    Participant,
    Role,
    Room,
)
from rooms.patience import Denied
from rooms.policy import Entry
from tests.rooms.conftest import statements
from tests.rooms.hearing import hearing

A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def dave(db: None) -> User:
    return User.objects.create_user("dave", display_name="Dave")


@pytest.fixture
def opened(room: Room) -> Callable[..., Room]:
    """The room with another door."""

    def change(access: str, **more: object) -> Room:
        Room.objects.filter(pk=room.pk).update(access=access, **more)
        room.refresh_from_db()
        return room

    return change


@pytest.fixture
def knocking(opened: Callable[..., Room], charlie: User) -> Knock:
    """Charlie at the door of Alice's room."""
    return door.knock(opened(Access.KNOCK), charlie)


@pytest.fixture
def sit(room: Room) -> Callable[[User], Participant]:
    """Takes a seat through the door, as a socket does."""
    seats.renew("worker", started_at=timezone.now(), held=())

    def take(user: User) -> Participant:
        device = user.devices.first() or user.devices.create(name="Browser")
        peer = f"{user.username}-{Participant.objects.count()}"
        seating = seats.take_seat(room, user=user, device=device, worker_id="worker", peer=peer)
        return seating.participants[-1]

    return take


def ends(knocked: Knock) -> str:
    knocked.refresh_from_db()
    return knocked.end


def long_ago(knocked: Knock, **since: dt.timedelta) -> None:
    """Moves its times into the past."""
    times: dict[str, Any] = {name: timezone.now() - span for name, span in since.items()}
    Knock.objects.filter(pk=knocked.pk).update(**times)


def knock_news(knocked: Knock, end: str = "", retry_after: int | None = 0) -> tuple[str, Any]:
    user = knocked.user
    what = {"user_id": user.pk, "name": user.name, "end": end, "retry_after": retry_after}
    return "knock_changed", {"knock_id": knocked.pk, **what}


# --- who finds a room ---


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("who", ["owner", "member", "guest", "stranger", "banned"])
def test_who_finds_a_room_by_its_address(opened, alice, bob, charlie, who, access):
    room = opened(access)
    user = {"owner": alice, "member": bob}.get(who, charlie)
    if who in ("guest", "banned"):
        banned_at = timezone.now() if who == "banned" else None
        Membership.objects.create(room=room, user=user, role=Role.GUEST, banned_at=banned_at)
    hidden = who == "banned" or (who == "stranger" and access == Access.MEMBERS)
    if hidden:
        with pytest.raises(Room.DoesNotExist):
            door.at_the_door(user, room.slug)
        return
    caller = door.at_the_door(user, room.slug)
    knocks = who == "stranger" and access == Access.KNOCK
    assert caller.entry is (Entry.KNOCK if knocks else Entry.OPEN)
    assert caller.looks_inside is not knocks
    assert (caller.membership is None) is (who == "stranger")


def test_a_room_that_one_does_not_find_is_looked_for_as_one_that_is_not_there(room, charlie):
    banned = User.objects.create_user("banned")
    Membership.objects.create(room=room, user=banned, banned_at=timezone.now())
    asked = []
    for user, slug in ((charlie, room.slug), (charlie, "A" * 22), (banned, room.slug)):
        with statements(slug) as seen, pytest.raises(Room.DoesNotExist):
            door.at_the_door(user, slug)
        asked.append([query.replace(f"= {user.pk}", "= *") for query in seen])
    assert asked[0] == asked[1] == asked[2]


def test_a_lock_hides_from_strangers_who_is_inside_and_from_members_nothing(opened, bob, charlie):
    room = opened(Access.OPEN, locked=True)
    stranger, member = door.at_the_door(charlie, room.slug), door.at_the_door(bob, room.slug)
    assert stranger.entry is member.entry is Entry.LOCKED
    assert (stranger.looks_inside, member.looks_inside) == (False, True)


# --- coming in ---


def test_whoever_has_the_link_of_an_open_room_is_a_guest_until_the_call_ends(
    opened, charlie, sit, owner
):
    opened(Access.OPEN)
    sit(owner.user)
    taken = sit(charlie)
    assert charlie.memberships.get().role == Role.GUEST
    seats.leave(taken.pk)
    assert charlie.memberships.exists()
    with hearing() as heard:
        moderation.end_call(owner.room, by=owner)
    assert not charlie.memberships.exists()
    assert [name for name, _ in heard] == ["seats_ended", "membership_ended"]
    assert heard[1][1] == {"user_id": charlie.pk, "reason": "over"}


def test_a_guest_who_is_alone_and_loads_the_page_anew_stays_in_the_call(opened, charlie, sit):
    opened(Access.OPEN)
    first, second = sit(charlie), sit(charlie)
    assert first.call == second.call
    assert second.call.ended_at is None
    assert charlie.memberships.get().role == Role.GUEST


def test_a_newcomer_who_gets_no_seat_is_no_guest(opened, charlie, alice, bob, sit):
    opened(Access.OPEN, capacity=2)
    sit(alice)
    sit(bob)
    with pytest.raises(RoomFull):
        sit(charlie)
    assert not charlie.memberships.exists()


def test_a_stranger_takes_no_seat_without_having_knocked(opened, charlie, sit):
    opened(Access.KNOCK)
    with pytest.raises(MustKnock):
        sit(charlie)
    assert not charlie.memberships.exists()


# --- knocking ---


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


def test_an_old_address_takes_no_knock(opened, owner, charlie):
    room = opened(Access.KNOCK)
    old = Room.objects.get(pk=room.pk)
    actions.renew_link(room, by=owner)
    with pytest.raises(Room.DoesNotExist):
        door.knock(old, charlie)
    assert not Knock.objects.exists()


# --- the answer ---


def test_who_is_let_in_is_a_guest_and_takes_a_seat(knocking, owner, charlie, sit):
    with hearing() as heard:
        door.admit(owner.room, charlie.pk, by=owner)
    assert ends(knocking) == KnockEnd.ADMITTED
    assert heard == [knock_news(knocking, "admitted")]
    assert sit(charlie).user == charlie
    assert charlie.memberships.get().role == Role.GUEST


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


# --- ends without an answer ---


def test_nobody_waits_for_longer_than_ten_minutes_swept_or_not(knocking, owner, charlie):
    long_ago(knocking, created_at=KNOCK_LASTS)
    assert not owner.room.knocks.waiting().exists()
    for answer in (door.admit, door.deny):
        with pytest.raises(Knock.DoesNotExist):
            answer(owner.room, charlie.pk, by=owner)
    with hearing() as heard:
        again = door.knock(owner.room, charlie)
    assert ends(knocking) == KnockEnd.EXPIRED
    assert owner.room.knocks.waiting().get() == again != knocking
    assert heard == [knock_news(knocking, "expired"), knock_news(again)]


def test_the_sweep_ends_what_is_overdue_and_tells_it_once(knocking, charlie, dave):
    patient = door.knock(knocking.room, dave)
    long_ago(knocking, created_at=KNOCK_LASTS)
    with hearing() as heard:
        door.sweep()
        door.sweep()
    assert (ends(knocking), ends(patient)) == (KnockEnd.EXPIRED, "")
    assert heard == [knock_news(knocking, "expired")]


def test_who_withdraws_may_knock_again_at_once(knocking, charlie):
    with hearing() as heard:
        door.withdraw(knocking.room, charlie)
        door.withdraw(knocking.room, charlie)
    assert ends(knocking) == KnockEnd.WITHDRAWN
    assert heard == [knock_news(knocking, "withdrawn")]
    assert door.knock(knocking.room, charlie) != knocking


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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"access": Access.MEMBERS}, "room_changed"),
        ({"access": Access.OPEN}, "room_changed"),
        ({"locked": True}, "room_changed"),
        ({}, "room_closed"),
    ],
    ids=["members only", "open", "locked", "another address"],
)
def test_who_waits_is_sent_away_before_the_door_is_another(knocking, owner, charlie, change, told):
    with hearing() as heard:
        if change:
            actions.configure_room(owner.room, by=owner, **change)
        else:
            actions.renew_link(owner.room, by=owner)
    assert ends(knocking) == KnockEnd.WITHDRAWN
    assert heard[0] == knock_news(knocking, "withdrawn")
    assert [name for name, _ in heard[1:]] == [told]


def test_another_name_for_the_room_sends_nobody_away(knocking, owner):
    actions.configure_room(owner.room, by=owner, name="Orchard", access=Access.KNOCK)
    assert ends(knocking) == ""


def test_who_accepts_an_invitation_while_waiting_is_admitted_as_a_member(knocking, owner, charlie):
    _, secret = actions.invite(owner.room, by=owner)
    with hearing() as heard:
        actions.accept_invitation(secret, by=charlie)
    assert ends(knocking) == KnockEnd.ADMITTED
    assert charlie.memberships.get().role == Role.MEMBER
    assert heard == [knock_news(knocking, "admitted")]


def test_who_deletes_the_account_waits_no_more(knocking, charlie):
    told = knock_news(knocking, "withdrawn")
    with hearing() as heard:
        charlie.delete()
    assert heard == [told]
    assert not Knock.objects.exists()


def test_who_was_disabled_while_waiting_is_not_let_in(knocking, owner, charlie):
    disable_user(charlie)
    assert not owner.room.knocks.waiting().exists()
    with pytest.raises(Knock.DoesNotExist):
        door.admit(owner.room, charlie.pk, by=owner)
    # The moderators hear of it when its time is over.
    long_ago(knocking, created_at=KNOCK_LASTS)
    with hearing() as heard:
        door.sweep()
    assert heard == [knock_news(knocking, "expired")]


def test_a_room_that_is_deleted_takes_along_who_waits(knocking, owner):
    actions.close_room(owner.room, by=owner)
    assert not Knock.objects.exists()


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


# --- removed from the call ---


@pytest.mark.parametrize("left_before", [False, True])
def test_who_was_removed_knocks_at_an_open_door_until_the_call_is_over(
    opened, owner, charlie, sit, left_before
):
    room = opened(Access.OPEN)
    sit(owner.user)
    taken = sit(charlie)
    if left_before:
        seats.leave(taken.pk)
    moderation.remove(charlie.memberships.get(), by=owner)
    caller = door.at_the_door(charlie, room.slug)
    assert (caller.entry, caller.looks_inside) == (Entry.KNOCK, False)
    with pytest.raises(MustKnock):
        sit(charlie)
    door.knock(room, charlie)
    door.admit(room, charlie.pk, by=owner)
    assert sit(charlie).user == charlie

    moderation.remove(charlie.memberships.get(), by=owner)
    moderation.end_call(room, by=owner)
    assert door.at_the_door(charlie, room.slug).entry is Entry.OPEN
    assert sit(charlie).user == charlie


def test_a_removal_before_the_call_keeps_nobody_out_of_it(opened, owner, member, sit):
    opened(Access.OPEN)
    moderation.remove(member, by=owner)
    sit(owner.user)
    assert sit(member.user).user == member.user
