"""Two at the same moment: what could race is held by the room's lock."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import ObjectDoesNotExist as Gone
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.actions import delete_user
from accounts.models import User
from rooms import actions, door, moderation, policy, seats
from rooms.models import (
    KNOCK_LASTS,
    Access,
    Act,
    AuditEntry,
    Hold,
    Knock,
    KnockEnd,
    Membership,
    Participant,
    Role,
    Room,
)
from tests.rooms.hearing import hearing
from tests.support.race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 6
ROUNDS = 8


def test_the_last_use_of_a_link_is_had_by_one(owner):
    invitation, secret = actions.invite(owner.room, by=owner, max_uses=1)
    crowd = [User.objects.create_user(f"guest{number}") for number in range(CROWD)]
    at_once([partial(actions.accept_invitation, secret, by=who) for who in crowd], Gone)
    invitation.refresh_from_db()
    assert invitation.uses == 1
    assert Membership.objects.filter(user__in=crowd).count() == 1


def test_one_who_accepts_many_times_at_once_is_counted_once(owner, charlie):
    invitation, secret = actions.invite(owner.room, by=owner)
    got = at_once([partial(actions.accept_invitation, secret, by=charlie)] * CROWD, Gone)
    invitation.refresh_from_db()
    assert invitation.uses == 1
    assert set(got) == {charlie.memberships.get()}


def test_a_room_that_closes_takes_along_whoever_is_just_coming(owner):
    _, secret = actions.invite(owner.room, by=owner)
    crowd = [User.objects.create_user(f"guest{number}") for number in range(CROWD)]
    coming = [partial(actions.accept_invitation, secret, by=who) for who in crowd]
    at_once([*coming, partial(actions.close_room, owner.room, by=owner)], Gone)
    assert not Room.objects.exists()
    assert not Membership.objects.exists()


def test_a_room_whose_owner_and_heir_go_at_once_is_not_left_without_an_owner(charlie):
    for number in range(ROUNDS):
        owner = User.objects.create_user(f"owner{number}")
        heir = User.objects.create_user(f"heir{number}")
        room = actions.create_room(name="Garden", by=owner)
        Membership.objects.create(room=room, user=heir, role=Role.MODERATOR)
        Membership.objects.create(room=room, user=charlie)
        at_once([partial(delete_user, owner), partial(delete_user, heir)])
    assert not Room.objects.exists()


def test_a_room_that_closes_does_not_hold_up_the_end_of_an_account(charlie):
    for number in range(ROUNDS):
        owner = User.objects.create_user(f"owner{number}")
        room = actions.create_room(name="Garden", by=owner)
        Membership.objects.create(room=room, user=charlie)
        place = room.memberships.get(user=owner)
        guest = User.objects.create_user(f"guest{number}")
        Membership.objects.create(room=room, user=guest)
        closing = partial(actions.close_room, room, by=place)
        at_once([closing, partial(delete_user, guest)])
    assert set(User.objects.filter(username__startswith="guest")) == set()


def places(room: Room, role: Role, number: int) -> list[Membership]:
    return [
        Membership.objects.create(
            room=room, user=User.objects.create_user(f"{role}{index}"), role=role
        )
        for index in range(number)
    ]


def as_if_anew(place: Membership) -> Membership:
    """The same row, as another request has read it."""
    return Membership.objects.select_related("room", "user").get(pk=place.pk)


def test_a_room_that_is_handed_over_many_times_at_once_has_one_new_owner(owner):
    crowd = places(owner.room, Role.MEMBER, CROWD)
    handing = [partial(moderation.hand_over, one, by=as_if_anew(owner)) for one in crowd]
    got = at_once(handing, PermissionDenied)
    assert got.count(PermissionDenied) == CROWD - 1
    assert owner.room.memberships.filter(role=Role.OWNER).count() == 1
    assert AuditEntry.objects.filter(act=Act.HAND_OVER).count() == 1


def test_two_who_turn_on_each_other_do_not_both_succeed(owner):
    for number in range(ROUNDS):
        one, other = places(Room.objects.create(name=f"Den {number}"), Role.MEMBER, 2)
        Membership.objects.filter(pk=one.pk).update(role=Role.OWNER)
        Membership.objects.filter(pk=other.pk).update(role=Role.MODERATOR)
        moderator, new = as_if_anew(other), as_if_anew(one)
        at_once(
            [
                partial(moderation.hand_over, as_if_anew(other), by=as_if_anew(one)),
                partial(moderation.ban, new, by=moderator),
            ],
            (PermissionDenied, Gone),
        )
        assert other.room.memberships.standing().filter(role=Role.OWNER).count() == 1
        User.objects.filter(pk__in=[one.user_id, other.user_id]).delete()


def test_who_knocks_with_many_pages_at_once_waits_once(owner, charlie):
    Room.objects.update(access=Access.KNOCK)
    got = at_once([partial(door.knock, owner.room, charlie)] * CROWD)
    assert set(got) == {Knock.objects.get()}


def test_a_knock_has_one_end_whoever_answers_it(owner, charlie):
    room = owner.room
    Room.objects.update(access=Access.KNOCK)
    moderators = places(room, Role.MODERATOR, 2)
    for number in range(ROUNDS):
        knocked = door.knock(room, charlie)
        if number % 2:
            Knock.objects.update(created_at=timezone.now() - KNOCK_LASTS)
        with hearing() as heard:
            at_once(
                [
                    *(partial(door.admit, room, charlie.pk, by=one) for one in moderators),
                    partial(door.deny, room, charlie.pk, by=owner),
                    partial(door.withdraw, room, charlie),
                    door.sweep,
                ],
                Gone,
            )
        knocked.refresh_from_db()
        assert [what["end"] for _, what in heard] == [knocked.end]
        told = {Act.ADMIT: KnockEnd.ADMITTED, Act.DENY: KnockEnd.DENIED}
        said = list(AuditEntry.objects.filter(target=charlie).values_list("act", flat=True))
        assert knocked.end
        assert [told[Act(act)] for act in said] == (
            [knocked.end] if knocked.end in told.values() else []
        )
        assert charlie.memberships.exists() is (knocked.end == KnockEnd.ADMITTED)
        AuditEntry.objects.all().delete()
        charlie.memberships.all().delete()
        Knock.objects.all().delete()


def test_who_is_let_in_while_the_account_goes_is_gone(owner):
    Room.objects.update(access=Access.KNOCK)
    for number in range(ROUNDS):
        charlie = User.objects.create_user(f"charlie{number}")
        door.knock(owner.room, charlie)
        admitting = partial(door.admit, owner.room, charlie.pk, by=as_if_anew(owner))
        at_once([admitting, partial(delete_user, charlie)], Gone)
    assert not Membership.objects.filter(role=Role.GUEST).exists()
    assert not Knock.objects.exists()


def test_who_is_banned_while_accepting_comes_in_by_neither_order(owner, charlie):
    for _ in range(ROUNDS):
        _, secret = actions.invite(owner.room, by=owner)
        place = Membership.objects.create(room=owner.room, user=charlie, role=Role.GUEST)
        banning = partial(moderation.ban, as_if_anew(place), by=as_if_anew(owner))
        at_once([banning, partial(actions.accept_invitation, secret, by=charlie)], Gone)
        assert policy.standing_of(charlie.memberships.get()) is policy.Standing.BANNED
        charlie.memberships.all().delete()


def test_many_who_mute_at_once_mute_once(owner, member, seat):
    seat(owner.room, member.user)
    moderators = [owner, *places(owner.room, Role.MODERATOR, 3)]
    at_once([partial(moderation.mute, as_if_anew(member), by=one) for one in moderators])
    assert Hold.objects.count() == AuditEntry.objects.filter(act=Act.MUTE).count() == 1


def test_no_address_is_renewed_while_somebody_takes_a_seat(owner, member):
    device = member.user.devices.create(name="Browser")
    seats.renew("worker", started_at=timezone.now(), held=())
    for number in range(ROUNDS):
        room = Room.objects.get()
        sit = partial(
            seats.take_seat,
            room,
            user=member.user,
            device=device,
            worker_id="worker",
            peer=f"bob-{number}",
        )
        renewed, seated = at_once(
            [partial(actions.renew_link, owner.room, by=as_if_anew(owner)), sit],
            (actions.CallRunning, Room.DoesNotExist),
        )
        # Exactly one of them came in time.
        assert (Room.objects.get().slug == room.slug) is (renewed is actions.CallRunning)
        assert (seated is Room.DoesNotExist) is (renewed is not actions.CallRunning)
        seats.leave(f"bob-{number}")


def test_a_guest_who_comes_while_the_call_ends_has_a_place_where_there_is_a_call(owner, charlie):
    Room.objects.update(access=Access.OPEN)
    seats.renew("worker", started_at=timezone.now(), held=())
    room, devices = owner.room, [one.devices.create(name="Desk") for one in (owner.user, charlie)]
    for number in range(ROUNDS):
        alice, guest = (
            partial(
                seats.take_seat,
                room,
                user=device.user,
                device=device,
                worker_id="worker",
                peer=f"{device.user.username}-{number}",
            )
            for device in devices
        )
        alice()
        at_once([guest, partial(moderation.end_call, room, by=as_if_anew(owner))])
        inside = Participant.objects.present().filter(user=charlie).exists()
        assert charlie.memberships.exists() is inside
        seats.end_call(room)
