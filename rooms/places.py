"""A place in a room: what it becomes, and how it ends with all that hangs on it.

The caller holds the room's lock, and has asked whether it may.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from rooms import policy, seats, signals
from rooms.models import Call, Hold, Invitation, LeaveReason, Membership, Participant, Role, Room


def give(place: Membership, role: Role) -> None:
    place.role, place.role_since = role, timezone.now()
    place.save(update_fields=["role", "role_since"])
    signals.tell(signals.roles_changed, slug=place.room.slug, roles={place.user_id: role.value})
    _turn_off_links_beyond(place)
    if role is Role.OWNER:
        # Nobody is there any more who might allow them to speak.
        release(place)


def release(place: Membership) -> bool:
    """Whether their microphone was held."""
    held = Hold.objects.filter(call__in=Call.objects.running_in(place.room))
    released, _ = held.filter(user=place.user_id).delete()
    if released:
        tell_holds(place.room)
    return bool(released)


def tell_holds(room: Room) -> None:
    held = Hold.objects.filter(call__in=Call.objects.running_in(room))
    users = list(held.order_by("user").values_list("user_id", flat=True))
    signals.tell(signals.holds_changed, slug=room.slug, users=users)


def turn_off(invitations: QuerySet[Invitation]) -> bool:
    """Whether one of them still worked."""
    return bool(invitations.filter(revoked_at__isnull=True).update(revoked_at=timezone.now()))


def _turn_off_links_beyond(place: Membership) -> None:
    """An invitation does not outlive its maker's right to make it."""
    beyond = [role for role in policy.GIVEN_ROLES if not policy.may_invite(place, role)]
    turn_off(_links_of(place).filter(role__in=beyond))


def _links_of(place: Membership) -> QuerySet[Invitation]:
    return place.room.invitations.filter(created_by=place.user_id)


def part(place: Membership, reason: LeaveReason) -> None:
    """The place ends, and everything with it."""
    # First, or the end of the call would find a guest here, and tell that the visit is over.
    Membership.objects.filter(pk=place.pk).delete()
    end_presence(place, reason)


def end_presence(place: Membership, reason: LeaveReason) -> None:
    """Out of the call, with no link left behind; the place itself is the caller's to end."""
    taken = Participant.objects.filter(call__room=place.room_id, user=place.user_id)
    seats.end_seats(taken, reason=reason)
    turn_off(_links_of(place))
    signals.tell(
        signals.membership_ended,
        slug=place.room.slug,
        user_id=place.user_id,
        reason="banned" if reason is LeaveReason.BANNED else "removed",
    )
