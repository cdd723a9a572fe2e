"""Whether the bearer of a ticket may be in the room, asked of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from accounts.models import Device, User
from rooms import policy
from rooms.door import Caller, NotAllowed, RoomFull, RoomLocked, at_the_door
from rooms.models import Membership, Room, new_peer_id
from rooms.policy import Standing
from rooms.seats import SeatGone
from signaling.endings import (
    BANNED,
    OF_A_SEAT,
    REMOVED,
    ROOM_FULL,
    ROOM_GONE,
    ROOM_LOCKED,
    SEAT_GONE,
    SIGNED_OUT,
    VISIT_OVER,
    Ending,
    Refused,
)
from signaling.peers import Member
from signaling.tickets import Ticket


@dataclass(frozen=True)
class Admission:
    """Someone who may be here, with the rows that the calls to follow need."""

    member: Member
    caller: Caller
    device: Device

    @property
    def room(self) -> Room:
        return self.caller.room

    @property
    def user(self) -> User:
        return self.caller.user


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
    """Raises Refused: signed out, nothing here for them any more, or no such room any more."""
    device = Device.objects.live().select_related("user").filter(pk=member.device).first()
    user = device.user if device else None
    if device is None or user is None or user.pk != member.user or not _signed_in(user, member):
        raise Refused(SIGNED_OUT)
    try:
        caller = at_the_door(user, member.slug)
    except Room.DoesNotExist:
        raise Refused(_why_nothing(user, member.slug)) from None
    return Admission(_known(member, caller), caller, device)


def ask_again(member: Member) -> None:
    """The same of who was let in before: a place that has ended since is no stranger's first call.

    Raises Refused.
    """
    now = admit(member).member
    if now.role == Standing.STRANGER and member.role not in ("", Standing.STRANGER):
        raise Refused(VISIT_OVER if member.role == Standing.GUEST else REMOVED)


@contextmanager
def seating_refusals() -> Iterator[None]:
    """Says in the protocol's words why there was no seat."""
    try:
        yield
    except RoomFull:
        raise Refused(ROOM_FULL) from None
    except RoomLocked:
        raise Refused(ROOM_LOCKED) from None
    except NotAllowed:
        raise Refused(REMOVED) from None
    except Room.DoesNotExist:
        raise Refused(ROOM_GONE) from None
    except SeatGone as gone:
        raise Refused(OF_A_SEAT.get(gone.reason, SEAT_GONE)) from None


def _known(member: Member, caller: Caller) -> Member:
    return Member(
        peer=member.peer,
        slug=member.slug,
        user=member.user,
        name=caller.user.name,
        role=policy.standing_of(caller.membership).value,
        device=member.device,
        auth_version=member.auth_version,
    )


def _why_nothing(user: User, slug: str) -> Ending:
    """For who had a ticket, and so has been at the door before."""
    if not Room.objects.filter(slug=slug).exists():
        return ROOM_GONE
    place = Membership.objects.of(user, slug).first()
    return BANNED if place and place.banned_at else REMOVED


def _signed_in(user: User, member: Member) -> bool:
    return user.is_active and user.auth_version == member.auth_version
