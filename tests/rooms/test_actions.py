"""What the deeds leave behind, and what others hear of them."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied

from rooms import actions, moderation, policy, seats
from rooms.models import Access, Call, LeaveReason, Membership, Participant, Role, Room, new_slug


def test_who_makes_a_room_owns_it(alice):
    room = actions.create_room(name="Garden", by=alice, capacity=4)
    assert room.memberships.get().role == Role.OWNER
    assert room.capacity == 4


def test_an_address_is_never_guessed_and_stands_in_any_command_or_mail():
    """A hyphen at its head would be an option, one at its end no part of a link."""
    addresses = [new_slug() for _ in range(500)]
    assert len(set(addresses)) == 500
    assert all(re.fullmatch(r"[0-9A-Za-z]{22}", address) for address in addresses)


def test_a_change_is_told_and_no_change_is_not(owner, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.configure_room(owner.room, by=owner, name="Orchard")
        actions.configure_room(owner.room, by=owner, name="Orchard")
    assert news == [
        {
            "news": "room_changed",
            "slug": owner.room.slug,
            "name": "Orchard",
            "capacity": 6,
            "locked": False,
            "access": "members",
            "hides_addresses": False,
            "has_chat": True,
        }
    ]


def test_a_lock_is_told_and_kept(owner, moderator, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.configure_room(owner.room, by=moderator, locked=True)
    assert news[0]["locked"] is True
    owner.room.refresh_from_db()
    assert owner.room.locked


def test_a_room_gets_another_address_and_the_old_one_leads_nowhere(
    owner, member, news, django_capture_on_commit_callbacks
):
    old = owner.room.slug
    with django_capture_on_commit_callbacks(execute=True):
        room = actions.renew_link(owner.room, by=owner)
    assert news == [{"news": "room_closed", "slug": old}]
    assert room.slug != old
    assert not Room.objects.filter(slug=old).exists()
    assert Membership.objects.of(member.user, room.slug).get() == member


def test_a_guest_of_no_call_does_not_learn_the_new_address(owner, member, charlie):
    Membership.objects.create(room=owner.room, user=charlie, role=Role.GUEST)
    actions.renew_link(owner.room, by=owner)
    assert not charlie.memberships.exists()
    assert member.user.memberships.exists()


def test_no_room_gets_another_address_under_the_feet_of_who_is_inside(owner, seat):
    taken, old = seat(owner.room, owner.user), owner.room.slug
    with pytest.raises(actions.CallRunning):
        actions.renew_link(owner.room, by=owner)
    assert Room.objects.get().slug == old
    seats.leave(taken.pk)
    assert actions.renew_link(owner.room, by=owner).slug != old


@pytest.mark.parametrize(
    "chosen",
    [{"access": Access.OPEN}, {"hides_addresses": True}, {"has_chat": False}, {"chat_days": 0}],
    ids=lambda chosen: next(iter(chosen)),
)
def test_what_is_the_owners_alone_to_choose(owner, moderator, chosen):
    with pytest.raises(PermissionDenied):
        # What a moderator may change does not smuggle in what they may not.
        actions.configure_room(owner.room, by=moderator, name="Orchard", **chosen)
    assert Room.objects.get().name == "Garden"
    # What is so already is not changed.
    room = actions.configure_room(owner.room, by=owner, **chosen)
    assert actions.configure_room(room, by=moderator, name="Orchard", **chosen).name == "Orchard"


def test_members_change_nothing(owner, member):
    with pytest.raises(PermissionDenied):
        actions.configure_room(member.room, by=member, name="Mine")
    with pytest.raises(PermissionDenied):
        actions.invite(member.room, by=member)
    with pytest.raises(PermissionDenied):
        actions.close_room(member.room, by=member)
    with pytest.raises(PermissionDenied):
        moderation.end_call(member.room, by=member)
    with pytest.raises(PermissionDenied):
        moderation.change_role(owner, role=Role.MEMBER, by=member)
    owner.room.refresh_from_db()
    assert owner.room.name == "Garden"


def test_who_was_removed_a_moment_ago_no_longer_acts(moderator, member):
    Membership.objects.filter(pk=moderator.pk).delete()
    with pytest.raises(ObjectDoesNotExist):
        moderation.remove(member, by=moderator)
    assert Membership.objects.filter(pk=member.pk).exists()


def test_a_removed_member_loses_the_seat_and_everyone_hears(
    owner, member, seat, news, django_capture_on_commit_callbacks
):
    taken, other = seat(owner.room, member.user), seat(owner.room, owner.user)
    with django_capture_on_commit_callbacks(execute=True):
        moderation.remove(member, by=owner)
    taken.refresh_from_db()
    assert taken.leave_reason == LeaveReason.REMOVED
    assert list(Participant.objects.present()) == [other]
    slug = owner.room.slug
    assert news == [
        {"news": "seats_ended", "slug": slug, "seats": {taken.pk: "removed"}},
        {
            "news": "membership_ended",
            "slug": slug,
            "user_id": taken.user_id,
            "reason": "removed",
        },
    ]


def test_leaving_ends_membership_and_seat(member, seat, news, django_capture_on_commit_callbacks):
    taken = seat(member.room, member.user)
    with django_capture_on_commit_callbacks(execute=True):
        actions.leave_room(member)
    taken.refresh_from_db()
    assert taken.leave_reason == LeaveReason.LEFT
    assert [what["news"] for what in news] == ["seats_ended", "membership_ended"]


def test_an_owner_does_not_leave(owner):
    with pytest.raises(PermissionDenied):
        actions.leave_room(owner)


def test_closing_ends_the_call_and_takes_the_room(
    owner, member, seat, news, django_capture_on_commit_callbacks
):
    taken, slug = seat(owner.room, member.user), owner.room.slug
    with django_capture_on_commit_callbacks(execute=True):
        actions.close_room(owner.room, by=owner)
    assert not Room.objects.exists()
    assert news == [
        {"news": "room_closed", "slug": slug},
        {"news": "seats_ended", "slug": slug, "seats": {taken.pk: "ended"}},
    ]


def test_staff_ends_a_call(owner, seat, charlie):
    seat(owner.room, owner.user)
    moderation.end_call(owner.room, by=policy.Staff(charlie))
    assert not Call.objects.running().exists()
    assert not Participant.objects.present().exists()


def test_roles_are_given_by_the_owner(owner, member):
    moderation.change_role(member, role=Role.MODERATOR, by=owner)
    member.refresh_from_db()
    assert member.role == Role.MODERATOR
