"""Who finds a room at all, and who comes in without being let in."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import door, moderation, seats
from rooms.door import MustKnock, RoomFull
from rooms.models import Access, Membership, Role, Room
from rooms.policy import Entry
from tests.rooms.conftest import statements
from tests.rooms.hearing import hearing

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
