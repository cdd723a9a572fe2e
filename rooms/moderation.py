"""What owners and moderators do to people, and to the whole call.

Atomic, under the room's lock, recorded; told on commit to every live socket of the room.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from rooms import policy, seats
from rooms.locking import as_of_now, locked, permitted, require
from rooms.models import Act, Call, Hold, LeaveReason, Membership, Role, Room
from rooms.places import end_presence, give, part, release, tell_holds
from rooms.policy import Actor, Deed
from rooms.record import note


class AccountDisabled(Exception):  # noqa: N818 - it is an answer, not a fault
    """Whom the room shall belong to cannot sign in."""


@transaction.atomic
def mute(target: Membership, *, by: Actor) -> None:
    """Their microphone is held until it is allowed again or the call ends.

    Raises Call.DoesNotExist where nobody is inside.
    """
    room = permitted(target.room, Deed.MUTE, by, target)
    call = Call.objects.running_in(room).get()
    _, is_new = Hold.objects.get_or_create(call=call, user=target.user)
    if is_new:
        note(Act.MUTE, room=room, by=by.user, whom=target.user)
        tell_holds(room)


@transaction.atomic
def allow_to_speak(target: Membership, *, by: Actor) -> None:
    """Raises Call.DoesNotExist where nobody is inside; harmless where nothing is held."""
    room = permitted(target.room, Deed.MUTE, by, target)
    Call.objects.running_in(room).get()
    if release(target):
        note(Act.ALLOW, room=room, by=by.user, whom=target.user)


@transaction.atomic
def remove(target: Membership, *, by: Actor) -> None:
    room = permitted(target.room, Deed.REMOVE, by, target)
    note(Act.REMOVE, room=room, by=by.user, whom=target.user)
    part(target, LeaveReason.REMOVED)


@transaction.atomic
def ban(target: Membership, *, by: Actor) -> None:
    """Out at once, and no link, knock or invitation brings them back."""
    room = permitted(target.room, Deed.BAN, by, target)
    if target.banned_at is not None:
        return
    note(Act.BAN, room=room, by=by.user, whom=target.user)
    # First, or the end of the call would take a guest's place away, and with it the refusal.
    target.role, target.banned_at = Role.MEMBER, timezone.now()
    target.save(update_fields=["role", "banned_at"])
    end_presence(target, LeaveReason.BANNED)


@transaction.atomic
def lift_ban(target: Membership, *, by: Actor) -> None:
    """They are a stranger again, whom somebody may invite or admit."""
    room = permitted(target.room, Deed.BAN, by, target)
    if target.banned_at is not None:
        note(Act.LIFT_BAN, room=room, by=by.user, whom=target.user)
        target.delete()


@transaction.atomic
def change_role(target: Membership, *, role: str, by: Actor) -> None:
    """A guest who is given a role stays a member when the call is over."""
    room = locked(target.room)
    as_of_now(target, room)
    require(policy.may_change_role(as_of_now(by, room), target, role))
    if target.role != role:
        note(Act.CHANGE_ROLE, room=room, by=by.user, whom=target.user, detail=role)
        give(target, Role(role))


@transaction.atomic
def hand_over(target: Membership, *, by: Actor) -> None:
    """The target owns the room from now on; whoever owned it moderates.

    Raises AccountDisabled.
    """
    room = permitted(target.room, Deed.HAND_OVER, by, target)
    # Whoever is disabling the account at this moment is waited for.
    target.user = User.objects.select_for_update().get(pk=target.user_id)
    if not policy.can_own(target):
        raise AccountDisabled
    note(Act.HAND_OVER, room=room, by=by.user, whom=target.user)
    give(room.memberships.select_related("room").get(role=Role.OWNER), Role.MODERATOR)
    give(target, Role.OWNER)


@transaction.atomic
def end_call(room: Room, *, by: Actor) -> None:
    """Harmless where nobody is inside."""
    room = permitted(room, Deed.END_CALL, by)
    if Call.objects.running_in(room).exists():
        note(Act.END_CALL, room=room, by=by.user)
        seats.end_call(room)
