"""Whether the bearer of a ticket may be in the room, asked of the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from accounts.models import Device, User
from rooms import policy
from rooms.models import Membership, Room, new_peer_id
from rooms.seats import NotAMember, RoomFull, RoomLocked, SeatGone
from signaling.endings import (
    REMOVED,
    ROOM_FULL,
    ROOM_GONE,
    ROOM_LOCKED,
    SEAT_GONE,
    SIGNED_OUT,
    Refused,
)
from signaling.hub import Member
from signaling.tickets import Ticket


@dataclass(frozen=True)
class Admission:
    """Someone who may be here, with the rows that the calls to follow need."""

    member: Member
    room: Room
    user: User
    device: Device


def bearer(ticket: Ticket) -> Member:
    """Who brings the ticket, before anything is known to be allowed."""
    return Member(
        peer=ticket.resume or new_peer_id(),
        slug=ticket.slug,
        user=ticket.user,
        name="",
        role="",
        device=ticket.device,
        auth_version=ticket.auth_version,
    )


def admit(member: Member) -> Admission:
    """Raises Refused: signed out, not a member any more, or no such room any more."""
    device = Device.objects.live().select_related("user").filter(pk=member.device).first()
    user = device.user if device else None
    if device is None or user is None or user.pk != member.user or not _signed_in(user, member):
        raise Refused(SIGNED_OUT)
    room = Room.objects.filter(slug=member.slug).first()
    if room is None:
        raise Refused(ROOM_GONE)
    membership = Membership.objects.filter(room=room, user=user).first()
    if membership is None or not policy.may_see(membership):
        raise Refused(REMOVED)
    admitted = Member(
        peer=member.peer,
        slug=member.slug,
        user=member.user,
        name=user.name,
        role=membership.role,
        device=member.device,
        auth_version=member.auth_version,
    )
    return Admission(admitted, room, user, device)


@contextmanager
def seating_refusals() -> Iterator[None]:
    """Says in the protocol's words why there was no seat."""
    try:
        yield
    except RoomFull:
        raise Refused(ROOM_FULL) from None
    except RoomLocked:
        raise Refused(ROOM_LOCKED) from None
    except NotAMember:
        raise Refused(REMOVED) from None
    except Room.DoesNotExist:
        raise Refused(ROOM_GONE) from None
    except SeatGone:
        raise Refused(SEAT_GONE) from None


def standing_members(members: Collection[Member]) -> set[Member]:
    """Those who may still be where they are, in one query."""
    here = Membership.objects.filter(
        room__slug__in={member.slug for member in members},
        user__is_active=True,
        user__devices__pk__in={member.device for member in members},
        user__devices__ended_at__isnull=True,
    ).values_list("room__slug", "user__devices__pk", "user__auth_version")
    good = {(slug, str(device), version) for slug, device, version in here}
    return {m for m in members if (m.slug, m.device, m.auth_version) in good}


def _signed_in(user: User, member: Member) -> bool:
    return user.is_active and user.auth_version == member.auth_version
