"""A room is handed to nobody who could do nothing about it: by no way in, and it is not offered."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import disable_user
from accounts.models import User
from rooms import moderation, policy
from rooms.models import Act, AuditEntry, Membership, Role, Room
from tests.rooms.hearing import hearing

from .test_api import send


@pytest.fixture(params=["member", "moderator"])
def disabled(request: pytest.FixtureRequest) -> Membership:
    """As somebody holds it who has read it before."""
    place: Membership = request.getfixturevalue(request.param)
    disable_user(User.objects.get(pk=place.user_id))
    return place


def owner_of(room: Room) -> User:
    return room.memberships.get(role=Role.OWNER).user


def test_a_disabled_account_is_handed_no_room(owner, disabled):
    with hearing() as heard, pytest.raises(moderation.AccountDisabled):
        moderation.hand_over(disabled, by=owner)
    assert not heard
    assert not AuditEntry.objects.filter(act=Act.HAND_OVER).exists()
    assert owner_of(owner.room) == owner.user


def test_the_policy_says_so(owner, disabled):
    assert not policy.may_hand_over(owner, owner.fellow(disabled.user_id))
    User.objects.update(is_active=True)
    assert policy.may_hand_over(owner, owner.fellow(disabled.user_id))


def test_whoever_may_hand_no_room_over_does_not_learn_who_is_disabled(member, moderator):
    disable_user(member.user)
    with pytest.raises(PermissionDenied):
        moderation.hand_over(member, by=moderator)


def test_the_page_neither_offers_nor_does_it(browser, owner, disabled):
    client, user_id = browser(owner.user), disabled.user_id
    path = f"/rooms/{owner.room.slug}/settings/"
    text = client.get(path).text
    assert f'popovertarget="remove-{user_id}"' in text
    assert f'popovertarget="owner-{user_id}"' not in text
    answer = client.post(f"/rooms/{owner.room.slug}/members/{user_id}/owner/")
    assert answer.url == f"{path}#members"
    members = client.get(path).text.partition('id="members-said"')[2].partition("<h2")[0]
    assert "That account is disabled" in members
    assert owner_of(owner.room) == owner.user


def test_the_api_says_why(browser, owner, disabled):
    address = f"/api/rooms/{owner.room.slug}/owner/"
    answer = send(browser(owner.user), "PUT", address, {"user": disabled.user_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "account_disabled")
    assert owner_of(owner.room) == owner.user
