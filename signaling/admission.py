"""Whether the bearer of a ticket may be in the room, asked of the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from accounts.models import Device, User
from rooms import policy
from rooms.models import Membership, Room, new_peer_id
from rooms.seats import NotAMember, RoomFull, SeatGone
from signaling.hub import Member
from signaling.messages import CloseCode, Refused
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
        raise Refused(CloseCode.SIGNED_OUT, "signed_out", "You are signed out.")
    room = Room.objects.filter(slug=member.slug).first()
    if room is None:
        raise Refused(CloseCode.GONE, "not_found", "There is no such room.")
    membership = Membership.objects.filter(room=room, user=user).first()
    if membership is None or not policy.may_enter(membership):
        raise _removed()
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
        detail = "This room is full. Ask someone to step out, or try again later."
        raise Refused(CloseCode.FULL, "room_full", detail) from None
    except NotAMember:
        raise _removed() from None
    except SeatGone:
        raise Refused(CloseCode.SIGNED_OUT, "seat_gone", "The seat was held for 30 s.") from None


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


def _removed() -> Refused:
    return Refused(CloseCode.NOT_A_MEMBER, "removed", "You are not a member of this room.")


def _signed_in(user: User, member: Member) -> bool:
    return user.is_active and user.auth_version == member.auth_version
