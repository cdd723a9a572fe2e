"""What an invitation link makes of whoever accepts it, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from accounts.actions import disable_user
from rooms import actions, moderation
from rooms.models import Invitation, Membership, Role
from tests.rooms.hearing import hearing


def link(owner: Membership, **limits: Any) -> tuple[Invitation, str]:
    return actions.invite(owner.room, by=owner, **limits)


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
