"""What is done to people in a room: by whom, to whom, what stays of it, and who hears."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone

from accounts.models import User
from rooms import actions, door, moderation, policy, seats
from rooms.models import (
    Access,
    Act,
    AuditEntry,
    Call,
    Hold,
    Invitation,
    LeaveReason,
    Membership,
    Message,
    Participant,
    Role,
    Room,
)
from rooms.policy import Deed, Standing
from tests.rooms.hearing import hearing

Deeds = Callable[..., None]
PLACES = [Standing.OWNER, Standing.MODERATOR, Standing.MEMBER, Standing.GUEST, Standing.BANNED]


@pytest.fixture
def staff(db: None) -> policy.Staff:
    return policy.Staff(User.objects.create_user("desk"))


@pytest.fixture
def guest(room: Room, charlie: User) -> Membership:
    return Membership.objects.create(room=room, user=charlie, role=Role.GUEST)


@pytest.fixture
def call(room: Room, seat: Callable[[Room, User], Participant], alice: User) -> Call:
    """Alice is inside."""
    return seat(room, alice).call


def person(room: Room, standing: Standing, name: str) -> Membership:
    if standing == Standing.OWNER:
        return room.memberships.get(role=Role.OWNER)
    banned = standing == Standing.BANNED
    return Membership.objects.create(
        room=room,
        user=User.objects.create_user(name),
        role=Role.MEMBER if banned else standing.value,
        banned_at=timezone.now() if banned else None,
    )


def entries() -> list[tuple[str, User | None, User | None, str]]:
    """The record but for how the room was made, oldest first."""
    kept = AuditEntry.objects.exclude(act=Act.MAKE).order_by("pk")
    return [(entry.act, entry.actor, entry.target, entry.detail) for entry in kept]


def held(call: Call) -> list[User]:
    return [hold.user for hold in call.holds.all()]


# --- who may do it, to whom ---

DEEDS: dict[Act, tuple[Deed, Deeds]] = {
    Act.MUTE: (Deed.MUTE, moderation.mute),
    Act.REMOVE: (Deed.REMOVE, moderation.remove),
    Act.BAN: (Deed.BAN, moderation.ban),
    Act.CHANGE_ROLE: (
        Deed.CHANGE_ROLE,
        # Another role than the one they have.
        lambda target, by: moderation.change_role(
            target,
            role=Role.MEMBER if target.role == Role.MODERATOR else Role.MODERATOR,
            by=by,
        ),
    ),
    Act.HAND_OVER: (Deed.HAND_OVER, moderation.hand_over),
}


@pytest.mark.parametrize("whom", PLACES)
@pytest.mark.parametrize("who", [*PLACES, Standing.STAFF])
@pytest.mark.parametrize("act", DEEDS)
def test_each_deed_is_done_by_whom_the_policy_names_and_leaves_one_entry(
    room, call, staff, act, who, whom
):
    deed, do = DEEDS[act]
    by = staff if who == Standing.STAFF else person(room, who, "actor")
    target = person(room, whom, "target")
    before = list(room.memberships.order_by("pk").values())
    if whom in policy.TO_A_PERSON[deed].get(who, ()):
        do(target, by=by)
        # Who is banned already is not banned once more.
        done = [] if (act, whom) == (Act.BAN, Standing.BANNED) else [act]
        assert [entry[:3] for entry in entries()] == [(one, by.user, target.user) for one in done]
    else:
        with hearing() as heard, pytest.raises(PermissionDenied):
            do(target, by=by)
        assert not (entries() or heard or held(call))
        assert list(room.memberships.order_by("pk").values()) == before


@pytest.mark.parametrize("act", DEEDS)
def test_nobody_does_it_in_another_room(room, call, member, dave_elsewhere, act):
    with pytest.raises(PermissionDenied):
        DEEDS[act][1](member, by=dave_elsewhere)
    assert entries() == []


@pytest.fixture
def dave_elsewhere(db: None) -> Membership:
    """Dave owns another room."""
    dave = User.objects.create_user("dave")
    Membership.objects.create(room=Room.objects.create(name="Orchard"), user=dave, role=Role.OWNER)
    return dave.memberships.get()


def test_owning_another_room_does_not_help_to_do_anything_to_this_one(room, call, dave_elsewhere):
    by = dave_elsewhere
    for deed in (
        partial(moderation.end_call, room),
        partial(actions.configure_room, room, locked=True),
        partial(actions.renew_link, room),
        partial(actions.invite, room),
        partial(actions.close_room, room),
    ):
        with pytest.raises(PermissionDenied):
            deed(by=by)
    assert entries() == []
    assert Call.objects.running().get() == call


@pytest.mark.parametrize("act", DEEDS)
def test_who_has_just_lost_the_role_no_longer_acts(room, call, moderator, member, act):
    Membership.objects.filter(pk=moderator.pk).update(role=Role.MEMBER)
    with pytest.raises(PermissionDenied):
        DEEDS[act][1](member, by=moderator)


@pytest.mark.parametrize("act", DEEDS)
def test_nothing_is_done_to_who_has_just_gone(room, call, owner, member, act):
    Membership.objects.filter(pk=member.pk).delete()
    with pytest.raises(ObjectDoesNotExist):
        DEEDS[act][1](member, by=owner)
    assert entries() == []


# --- mute and hold ---


def test_a_microphone_is_held_once_and_allowed_once(owner, member, call):
    with hearing() as heard:
        moderation.mute(member, by=owner)
        moderation.mute(member, by=owner)
    assert heard == [("holds_changed", {"users": [member.user_id]})]
    with hearing() as heard:
        moderation.allow_to_speak(member, by=owner)
        moderation.allow_to_speak(member, by=owner)
    assert heard == [("holds_changed", {"users": []})]
    assert entries() == [
        (Act.MUTE, owner.user, member.user, ""),
        (Act.ALLOW, owner.user, member.user, ""),
    ]


def test_everybody_who_is_held_is_told_of_each_time(owner, member, guest, call):
    moderation.mute(member, by=owner)
    with hearing() as heard:
        moderation.mute(guest, by=owner)
    assert heard == [("holds_changed", {"users": sorted([member.user_id, guest.user_id])})]
    with hearing() as heard:
        moderation.allow_to_speak(member, by=owner)
    assert heard == [("holds_changed", {"users": [guest.user_id]})]


@pytest.mark.parametrize("deed", [moderation.mute, moderation.allow_to_speak])
def test_where_nobody_is_inside_nobody_is_muted(owner, member, deed):
    with pytest.raises(Call.DoesNotExist):
        deed(member, by=owner)
    assert entries() == []


def test_a_hold_outlives_a_removal_and_ends_with_the_call(owner, member, call, seat):
    moderation.mute(member, by=owner)
    moderation.remove(member, by=owner)
    again = Membership.objects.create(room=owner.room, user=member.user)
    assert held(call) == [member.user]
    moderation.end_call(owner.room, by=owner)
    anew = seat(owner.room, owner.user).call
    assert held(anew) == []
    moderation.mute(again, by=owner)
    assert held(anew) == [member.user]


def test_who_takes_a_seat_learns_who_is_held(owner, member, call):
    moderation.mute(member, by=owner)
    seating = seats.take_seat(
        owner.room,
        user=member.user,
        device=member.user.devices.create(name="Phone"),
        worker_id="worker",
        peer="bob-1",
    )
    assert seating.held == {member.user_id}


# --- out ---


def test_a_guest_who_is_removed_alone_hears_that_and_not_that_the_visit_is_over(owner, guest, seat):
    taken = seat(owner.room, guest.user)
    with hearing() as heard:
        moderation.remove(guest, by=owner)
    assert heard == [
        ("seats_ended", {"seats": {taken.pk: "removed"}}),
        ("membership_ended", {"user_id": guest.user_id, "reason": "removed"}),
    ]
    assert not guest.user.memberships.exists()
    assert not Call.objects.running().exists()


@pytest.mark.parametrize("alone", [True, False])
def test_who_is_banned_is_out_and_the_refusal_outlives_the_call(owner, guest, seat, alone):
    room = owner.room
    if not alone:
        seat(room, owner.user)
    taken = seat(room, guest.user)
    with hearing() as heard:
        moderation.ban(guest, by=owner)
    assert heard == [
        ("seats_ended", {"seats": {taken.pk: "banned"}}),
        ("membership_ended", {"user_id": guest.user_id, "reason": "banned"}),
    ]
    taken.refresh_from_db()
    assert taken.leave_reason == LeaveReason.BANNED
    moderation.end_call(room, by=owner)
    assert policy.standing_of(guest.user.memberships.get()) is Standing.BANNED


def test_nothing_brings_back_who_is_banned(owner, guest, call):
    room, charlie = owner.room, guest.user
    actions.configure_room(room, by=owner, access=Access.OPEN)
    _, secret = actions.invite(room, by=owner)
    moderation.ban(guest, by=owner)
    before = entries()
    for way in (
        lambda: actions.accept_invitation(secret, by=charlie),
        lambda: door.at_the_door(charlie, room.slug),
    ):
        with pytest.raises(ObjectDoesNotExist):
            way()
    for seated in (False, True):
        with pytest.raises(door.NotAllowed):
            door.pass_through(room, charlie, seated=seated)
    with pytest.raises(door.NotAllowed):
        door.knock(room, charlie)
    with pytest.raises(PermissionDenied):
        actions.leave_room(guest)
    assert entries() == before
    assert not Membership.objects.rooms_of(charlie)
    assert Invitation.objects.with_secret(secret).get().uses == 0


def test_who_leaves_while_being_banned_stays_banned(owner, member):
    stale = Membership.objects.select_related("room").get(pk=member.pk)
    moderation.ban(member, by=owner)
    with pytest.raises(PermissionDenied):
        actions.leave_room(stale)
    assert Membership.objects.get(pk=member.pk).banned_at


def test_a_moderator_who_is_banned_moderates_no_more(owner, moderator, member):
    actions.invite(owner.room, by=moderator)
    moderation.ban(moderator, by=owner)
    with pytest.raises(PermissionDenied):
        moderation.remove(member, by=moderator)
    assert not owner.room.invitations.open().exists()


def test_a_ban_is_lifted_once_and_makes_a_stranger(owner, moderator, member):
    moderation.ban(member, by=owner)
    moderation.lift_ban(Membership.objects.get(pk=member.pk), by=moderator)
    assert not member.user.memberships.exists()
    _, secret = actions.invite(owner.room, by=owner)
    back = actions.accept_invitation(secret, by=member.user)
    moderation.lift_ban(back, by=moderator)
    assert Membership.objects.filter(pk=back.pk).exists()
    assert [act for act, *_ in entries()] == [Act.BAN, Act.LIFT_BAN, Act.INVITE, Act.JOIN]


# --- roles ---


def test_a_guest_who_is_given_a_role_stays_when_the_call_is_over(owner, guest, call):
    with hearing() as heard:
        moderation.change_role(guest, role=Role.MEMBER, by=owner)
    assert heard == [("roles_changed", {"roles": {guest.user_id: "member"}})]
    moderation.end_call(owner.room, by=owner)
    assert guest.user.memberships.get().role == Role.MEMBER


def test_the_same_role_again_is_no_deed(owner, moderator):
    with hearing() as heard:
        moderation.change_role(moderator, role=Role.MODERATOR, by=owner)
    assert not (heard or entries())


@pytest.mark.parametrize("role", [Role.OWNER, Role.GUEST, "queen"])
def test_some_roles_are_not_given(owner, member, role):
    with pytest.raises(PermissionDenied):
        moderation.change_role(member, role=role, by=owner)
    assert entries() == []


def test_a_room_is_handed_over_and_everyone_hears(owner, member, seat):
    taken = seat(owner.room, owner.user)
    with hearing() as heard:
        moderation.hand_over(member, by=owner)
    assert heard == [
        ("roles_changed", {"roles": {owner.user_id: "moderator"}}),
        ("roles_changed", {"roles": {member.user_id: "owner"}}),
    ]
    roles = dict(owner.room.memberships.values_list("user", "role"))
    assert roles == {owner.user_id: Role.MODERATOR, member.user_id: Role.OWNER}
    assert list(Participant.objects.present()) == [taken]
    with pytest.raises(PermissionDenied):
        moderation.hand_over(member, by=owner)


def test_nobody_is_left_muted_whom_nobody_could_allow_to_speak(owner, moderator, call):
    moderation.mute(moderator, by=owner)
    with hearing() as heard:
        moderation.hand_over(moderator, by=owner)
    assert held(call) == []
    assert ("holds_changed", {"users": []}) in heard
    assert [act for act, *_ in entries()] == [Act.MUTE, Act.HAND_OVER]


# --- the end of the call ---


def write(room: Room, user: User) -> None:
    Message.objects.create(
        room=room, number=room.messages.count() + 1, user=user, text="Hi", at=timezone.now()
    )


@pytest.mark.parametrize(("days", "kept"), [(0, 0), (1, 1)])
def test_the_call_takes_along_its_guests_and_what_was_written_for_it_alone(
    owner, guest, member, seat, days, kept
):
    other = actions.create_room(name="Orchard", by=owner.user, chat_days=0)
    Room.objects.filter(pk=owner.room_id).update(chat_days=days)
    write(owner.room, guest.user)
    write(other, owner.user)
    inside = {seat(owner.room, user).pk: "ended" for user in (owner.user, guest.user)}
    with hearing() as heard:
        moderation.end_call(owner.room, by=owner)
        moderation.end_call(owner.room, by=owner)
    assert heard == [
        ("seats_ended", {"seats": inside}),
        ("membership_ended", {"user_id": guest.user_id, "reason": "over"}),
    ]
    assert set(owner.room.memberships.all()) == {owner, member}
    assert (owner.room.messages.count(), other.messages.count()) == (kept, 1)
    assert [act for act, *_ in entries()] == [Act.END_CALL]


def test_the_call_ends_in_the_same_way_when_the_last_one_leaves(room, guest, seat):
    Room.objects.filter(pk=room.pk).update(chat_days=0)
    write(room, guest.user)
    taken: Any = seat(room, guest.user)
    with hearing() as heard:
        seats.leave(taken.pk)
    assert [name for name, _ in heard] == ["seats_ended", "membership_ended"]
    assert not room.messages.exists()
    assert not room.memberships.filter(role=Role.GUEST).exists()


def test_a_held_microphone_of_a_call_that_is_over_is_nobodys_news(owner, member, call):
    moderation.mute(member, by=owner)
    moderation.end_call(owner.room, by=owner)
    with hearing() as heard, pytest.raises(Call.DoesNotExist):
        moderation.allow_to_speak(member, by=owner)
    assert heard == []
    assert Hold.objects.filter(call__ended_at__isnull=True).count() == 0
