"""What the deeds leave behind, and what others hear of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone

from accounts.actions import delete_user, disable_user
from accounts.models import User
from rooms import actions, chat, moderation, policy, seats
from rooms.models import (
    Access,
    Act,
    Call,
    Invitation,
    LeaveReason,
    Membership,
    Participant,
    Role,
    Room,
    new_slug,
)
from tests.rooms.hearing import hearing


def link(owner: Membership, **limits: Any) -> tuple[Invitation, str]:
    return actions.invite(owner.room, by=owner, **limits)


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


def test_a_role_lost_a_moment_ago_no_longer_acts(moderator, member):
    Membership.objects.filter(pk=moderator.pk).update(role=Role.MEMBER)
    with pytest.raises(PermissionDenied):
        moderation.remove(member, by=moderator)


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


def test_a_guest_becomes_what_the_link_says_and_stays(owner, charlie, seat):
    place = Membership.objects.create(room=owner.room, user=charlie, role=Role.GUEST)
    seat(owner.room, charlie)
    invitation, secret = link(owner, max_uses=1)
    with hearing() as heard:
        assert actions.accept_invitation(secret, by=charlie) == place
        assert actions.accept_invitation(secret, by=charlie) == place
    assert heard == [("roles_changed", {"roles": {charlie.pk: "member"}})]
    invitation.refresh_from_db()
    assert invitation.uses == 1
    moderation.end_call(owner.room, by=owner)
    assert charlie.memberships.get().role == Role.MEMBER


def test_a_spent_link_makes_no_member_of_a_guest(owner, charlie):
    Membership.objects.create(room=owner.room, user=charlie, role=Role.GUEST)
    invitation, secret = link(owner, max_uses=1)
    Invitation.objects.filter(pk=invitation.pk).update(uses=1)
    with pytest.raises(ObjectDoesNotExist):
        actions.accept_invitation(secret, by=charlie)
    assert charlie.memberships.get().role == Role.GUEST


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
        lambda owner, moderator: moderation.remove(moderator, by=owner),
        lambda owner, moderator: actions.leave_room(moderator),
        lambda owner, moderator: moderation.change_role(moderator, role=Role.MEMBER, by=owner),
        lambda owner, moderator: moderator.user.delete(),
    ],
    ids=["removed", "left", "member", "deleted"],
)
def test_a_link_does_not_outlive_its_makers_right_to_invite(owner, moderator, part):
    stays, _ = link(owner)
    link(moderator)
    part(owner, moderator)
    assert list(owner.room.invitations.open()) == [stays]


@pytest.mark.parametrize("then", [Role.MODERATOR, Role.MEMBER])
def test_no_link_makes_moderators_any_more_when_its_maker_may_not(owner, member, then):
    mine, _ = actions.invite(owner.room, by=owner, role=Role.MODERATOR)
    plain, _ = link(owner)
    moderation.hand_over(member, by=owner)
    kept = [plain]
    if then == Role.MEMBER:
        moderation.change_role(owner, role=Role.MEMBER, by=member)
        kept = []
    assert list(owner.room.invitations.open()) == kept


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
    moderation.change_role(moderator, role=Role.MODERATOR, by=owner)
    assert owner.room.invitations.open().exists()


def test_a_deleted_owner_leaves_room_and_call_to_the_longest_moderator(owner, moderator, seat):
    later = User.objects.create_user("later")
    Membership.objects.create(room=owner.room, user=later, role=Role.MODERATOR)
    taken, others = seat(owner.room, owner.user), seat(owner.room, moderator.user)
    moderation.mute(moderator, by=owner)
    gone = owner.user_id
    with hearing() as heard:
        delete_user(owner.user)
    # Who owns a room is muted by nobody, and could be allowed to speak by nobody.
    assert heard == [
        ("seats_ended", {"seats": {taken.pk: "removed"}}),
        ("membership_ended", {"user_id": gone, "reason": "removed"}),
        ("roles_changed", {"roles": {moderator.user_id: "owner"}}),
        ("holds_changed", {"users": []}),
    ]
    assert list(Participant.objects.present()) == [others]
    assert Call.objects.running().get() == taken.call
    taken.refresh_from_db()
    assert taken.left_at is not None
    assert taken.user is None


def test_who_moderates_for_longer_inherits_before_who_came_earlier(owner, moderator, member):
    assert member.created_at < moderator.created_at
    moderation.change_role(member, role=Role.MODERATOR, by=owner)
    room = owner.room
    delete_user(owner.user)
    assert room.memberships.get(role=Role.OWNER) == moderator


def test_a_deleted_owner_without_moderators_closes_the_room(owner, member, seat):
    taken = seat(owner.room, member.user)
    with hearing() as heard:
        User.objects.filter(pk=owner.user_id).delete()
    assert heard == [("room_closed", {}), ("seats_ended", {"seats": {taken.pk: "ended"}})]
    assert not Room.objects.exists()
    assert not Call.objects.exists()


def test_a_room_passes_by_an_heir_who_goes_together_with_its_owner(owner, moderator, member):
    last = Membership.objects.create(
        room=owner.room, user=User.objects.create_user("last"), role=Role.MODERATOR
    )
    User.objects.filter(pk__in=[owner.user_id, moderator.user_id]).delete()
    assert owner.room.memberships.get(role=Role.OWNER) == last
    assert set(owner.room.memberships.all()) == {last, member}


def test_a_banned_moderator_inherits_nothing(owner, moderator):
    moderation.ban(moderator, by=owner)
    owner.user.delete()
    assert not Room.objects.exists()


def test_what_somebody_did_and_wrote_stays_as_someone_who_left(owner, member, seat):
    taken = seat(owner.room, member.user)
    message = chat.write(owner.room_id, member.user, "m-1", "Roses?")
    invitation, _ = link(owner)
    moderation.mute(member, by=owner)
    member.user.delete()
    for kept in (taken, message, invitation):
        kept.refresh_from_db()
    assert (taken.user, message.user, message.text) == (None, None, "Roses?")
    assert str(taken).startswith("Someone who left")
    assert owner.room.record.get(act=Act.MUTE).target is None
    # Two who left, with the same name for a message, are in each other's way no more than before.
    other = Membership.objects.create(room=owner.room, user=User.objects.create_user("dave"))
    chat.write(owner.room_id, other.user, "m-1", "Tulips.")
    other.user.delete()
    assert owner.room.messages.filter(user=None).count() == 2


def test_a_deleted_member_is_told_of(member, seat, news, django_capture_on_commit_callbacks):
    seat(member.room, member.user)
    with django_capture_on_commit_callbacks(execute=True):
        member.user.delete()
    assert [what["news"] for what in news] == ["seats_ended", "membership_ended"]
