"""What the deeds leave behind, and what others hear of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone

from accounts.actions import disable_user
from accounts.models import User
from rooms import actions, policy
from rooms.models import Call, Invitation, LeaveReason, Membership, Participant, Role, Room


def link(owner: Membership, **limits: Any) -> tuple[Invitation, str]:
    return actions.invite(owner.room, by=owner, **limits)


def test_who_makes_a_room_owns_it(alice):
    room = actions.create_room(name="Garden", by=alice, capacity=4)
    assert room.memberships.get().role == Role.OWNER
    assert room.capacity == 4


def test_a_change_is_told_and_no_change_is_not(owner, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.configure_room(owner.room, by=owner, name="Orchard")
        actions.configure_room(owner.room, by=owner, name="Orchard")
    slug = owner.room.slug
    now = {"slug": slug, "name": "Orchard", "capacity": 6, "locked": False}
    assert news == [{"news": "room_changed", **now}]


def test_a_lock_is_told_and_kept(owner, moderator, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.configure_room(owner.room, by=moderator, locked=True)
    assert news[0]["locked"] is True
    owner.room.refresh_from_db()
    assert owner.room.locked


def test_members_change_nothing(owner, member):
    with pytest.raises(PermissionDenied):
        actions.configure_room(member.room, by=member, name="Mine")
    with pytest.raises(PermissionDenied):
        actions.invite(member.room, by=member)
    with pytest.raises(PermissionDenied):
        actions.close_room(member.room, by=member)
    with pytest.raises(PermissionDenied):
        actions.end_call(member.room, by=member)
    with pytest.raises(PermissionDenied):
        actions.change_role(owner, role=Role.MEMBER, by=member)
    owner.room.refresh_from_db()
    assert owner.room.name == "Garden"


def test_a_role_lost_a_moment_ago_no_longer_acts(moderator, member):
    Membership.objects.filter(pk=moderator.pk).update(role=Role.MEMBER)
    with pytest.raises(PermissionDenied):
        actions.remove_member(member, by=moderator)


def test_who_was_removed_a_moment_ago_no_longer_acts(moderator, member):
    Membership.objects.filter(pk=moderator.pk).delete()
    with pytest.raises(ObjectDoesNotExist):
        actions.remove_member(member, by=moderator)
    assert Membership.objects.filter(pk=member.pk).exists()


def test_a_removed_member_loses_the_seat_and_everyone_hears(
    owner, member, seat, news, django_capture_on_commit_callbacks
):
    taken, other = seat(owner.room, member.user), seat(owner.room, owner.user)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_member(member, by=owner)
    taken.refresh_from_db()
    assert taken.leave_reason == LeaveReason.REMOVED
    assert list(Participant.objects.present()) == [other]
    slug = owner.room.slug
    assert news == [
        {"news": "seats_ended", "slug": slug, "seats": {taken.pk: "removed"}},
        {"news": "membership_ended", "slug": slug, "user_id": taken.user_id},
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
    actions.end_call(owner.room, by=policy.Staff(charlie))
    assert not Call.objects.running().exists()
    assert not Participant.objects.present().exists()


def test_roles_are_given_by_the_owner(owner, member):
    actions.change_role(member, role=Role.MODERATOR, by=owner)
    member.refresh_from_db()
    assert member.role == Role.MODERATOR


def test_the_secret_is_kept_as_a_hash_only(owner):
    invitation, secret = link(owner)
    assert secret not in str(vars(invitation))
    assert Invitation.objects.with_secret(secret).get() == invitation


def test_accepting_makes_a_membership_and_counts(owner, charlie):
    invitation, secret = link(owner, role=Role.MODERATOR)
    membership = actions.accept_invitation(secret, by=charlie)
    invitation.refresh_from_db()
    assert (membership.room, membership.role) == (owner.room, Role.MODERATOR)
    assert invitation.uses == 1


def test_accepting_again_is_harmless_and_spends_nothing(owner, charlie):
    invitation, secret = link(owner, max_uses=1)
    first = actions.accept_invitation(secret, by=charlie)
    assert actions.accept_invitation(secret, by=charlie) == first
    invitation.refresh_from_db()
    assert invitation.uses == 1


def test_a_role_is_not_raised_by_another_link(owner, member):
    _, secret = link(owner, role=Role.MODERATOR)
    assert actions.accept_invitation(secret, by=member.user).role == Role.MEMBER


@pytest.mark.parametrize(
    "spoilt",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"max_uses": 1, "uses": 1},
    ],
)
def test_a_void_link_lets_nobody_in(owner, charlie, spoilt):
    invitation, secret = link(owner)
    Invitation.objects.filter(pk=invitation.pk).update(**spoilt)
    with pytest.raises(ObjectDoesNotExist):
        actions.accept_invitation(secret, by=charlie)
    assert not charlie.memberships.exists()


def test_revoking_twice_keeps_the_first_time(owner, moderator, charlie):
    invitation, secret = link(owner)
    actions.revoke_invitation(invitation, by=moderator)
    invitation.refresh_from_db()
    first = invitation.revoked_at
    actions.revoke_invitation(invitation, by=owner)
    invitation.refresh_from_db()
    assert invitation.revoked_at == first
    with pytest.raises(ObjectDoesNotExist):
        actions.accept_invitation(secret, by=charlie)


@pytest.mark.parametrize(
    "part",
    [
        lambda owner, moderator: actions.remove_member(moderator, by=owner),
        lambda owner, moderator: actions.leave_room(moderator),
        lambda owner, moderator: actions.change_role(moderator, role=Role.MEMBER, by=owner),
        lambda owner, moderator: moderator.user.delete(),
    ],
    ids=["removed", "left", "member", "deleted"],
)
def test_a_link_does_not_outlive_its_makers_right_to_invite(owner, moderator, part):
    stays, _ = link(owner)
    link(moderator)
    part(owner, moderator)
    assert list(owner.room.invitations.open()) == [stays]


def test_a_link_of_a_disabled_account_lets_nobody_in_and_that_of_a_deleted_one_does(
    owner, moderator, charlie
):
    invitation, secret = actions.invite(owner.room, by=moderator)
    disable_user(moderator.user)
    assert not Invitation.objects.open().exists()
    with pytest.raises(ObjectDoesNotExist):
        actions.accept_invitation(secret, by=charlie)
    Invitation.objects.filter(pk=invitation.pk).update(created_by=None)
    assert actions.accept_invitation(secret, by=charlie).role == Role.MEMBER


def test_a_link_outlives_a_role_that_stays(owner, moderator):
    link(moderator)
    actions.change_role(moderator, role=Role.MODERATOR, by=owner)
    assert owner.room.invitations.open().exists()


def test_a_deleted_owner_leaves_the_room_to_the_longest_moderator(owner, moderator, seat):
    taken = seat(owner.room, owner.user)
    later = User.objects.create_user("later")
    Membership.objects.create(room=owner.room, user=later, role=Role.MODERATOR)
    owner.user.delete()
    moderator.refresh_from_db()
    taken.refresh_from_db()
    assert moderator.role == Role.OWNER
    assert taken.left_at is not None
    assert taken.user is None


def test_a_deleted_owner_without_moderators_closes_the_room(owner, member, seat):
    seat(owner.room, member.user)
    User.objects.filter(pk=owner.user_id).delete()
    assert not Room.objects.exists()
    assert not Call.objects.exists()


def test_a_deleted_member_is_told_of(member, seat, news, django_capture_on_commit_callbacks):
    seat(member.room, member.user)
    with django_capture_on_commit_callbacks(execute=True):
        member.user.delete()
    assert [what["news"] for what in news] == ["seats_ended", "membership_ended"]
