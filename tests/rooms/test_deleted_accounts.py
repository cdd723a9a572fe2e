"""What becomes of rooms, calls and traces when an account is deleted."""

from __future__ import annotations

from accounts.actions import delete_user
from accounts.models import User
from rooms import actions, chat, moderation
from rooms.models import Act, Call, Membership, Participant, Role, Room
from tests.rooms.hearing import hearing


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


def test_what_somebody_did_and_wrote_stays_as_a_deleted_account(owner, member, seat):
    taken = seat(owner.room, member.user)
    message = chat.write(owner.room_id, member.user, "m-1", "Roses?")
    invitation, _ = actions.invite(owner.room, by=owner)
    moderation.mute(member, by=owner)
    member.user.delete()
    for kept in (taken, message, invitation):
        kept.refresh_from_db()
    assert (taken.user, message.user, message.text) == (None, None, "Roses?")
    assert str(taken).startswith("Deleted account")
    assert owner.room.record.get(act=Act.MUTE).target is None
    # Two of these, with the same name for a message, are in each other's way no more than before.
    other = Membership.objects.create(room=owner.room, user=User.objects.create_user("dave"))
    chat.write(owner.room_id, other.user, "m-1", "Tulips.")
    other.user.delete()
    assert owner.room.messages.filter(user=None).count() == 2


def test_a_deleted_member_is_told_of(member, seat, news, django_capture_on_commit_callbacks):
    seat(member.room, member.user)
    with django_capture_on_commit_callbacks(execute=True):
        member.user.delete()
    assert [what["news"] for what in news] == ["seats_ended", "membership_ended"]
