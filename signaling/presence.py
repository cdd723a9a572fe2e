"""What the database says of a room's call, in the words of the protocol."""

from __future__ import annotations

from msgspec import structs

from rooms import models
from rooms.models import Call, Participant, ParticipantQuerySet, Room
from rooms.seats import Seating
from rooms.signals import room_facts
from signaling.admission import Admission
from signaling.messages import (
    CallInfo,
    ChatFrom,
    IceServer,
    Joined,
    Message,
    Peer,
    PeerId,
    Present,
    RoomChanged,
    RoomInfo,
    Self,
    Welcome,
)
from signaling.peers import Member


def call_info(call: Call) -> CallInfo:
    return CallInfo(id=call.pk, started_at=call.started_at.isoformat())


def room_now(room: Room) -> RoomChanged:
    """For who did not hear of it when it changed."""
    return RoomChanged(**room_facts(room))


def room_and_people(seating: Seating) -> RoomChanged:
    """The same, with who is what in it."""
    now = room_now(seating.room)
    muted = sorted(seating.held & seating.roles.keys())
    return structs.replace(now, roles=seating.roles, muted=muted)


def members_of(seating: Seating) -> list[Member]:
    """The seated, in order of arrival."""
    slug = seating.room.slug
    return [
        Member(
            peer=participant.pk,
            slug=slug,
            user=participant.user_id or 0,
            name=participant.user.name if participant.user else "",
            role=seating.roles.get(participant.user_id or 0, ""),
            device=str(participant.device_id or ""),
            auth_version=participant.user.auth_version if participant.user else 0,
        )
        for participant in seating.participants
    ]


def joined(seating: Seating, peers: list[Peer], own: PeerId) -> Joined:
    seat = seating.seat(own)
    return Joined(
        call=call_info(seating.call),
        peers=peers,
        muted=seat.user_id in seating.held,
        hides_address=seat.hides_address,
    )


def welcome(admitted: Admission, servers: list[IceServer]) -> Welcome:
    """What a socket hears first: who it is, which room this is, and who is inside."""
    present = list(_present(admitted.room))
    return Welcome(
        self_=_self(admitted),
        room=_info(admitted.room),
        call=call_info(present[0].call) if present else None,
        present=[
            Present(
                peer=participant.pk,
                user=participant.user_id or 0,
                name=participant.user.name if participant.user else "",
                device=str(participant.device_id or ""),
            )
            for participant in present
        ],
        ice_servers=servers,
    )


def welcome_outside(admitted: Admission) -> Welcome:
    """The same for whoever is not to know who is inside."""
    room = RoomInfo(slug=admitted.room.slug, name=admitted.room.name)
    return Welcome(self_=_self(admitted), room=room, call=None, present=[], ice_servers=[])


def chat_of(row: models.Message) -> ChatFrom:
    message = Message(
        id=row.number,
        user=row.user_id,
        name=row.user.name if row.user else "",
        text=row.text,
        at=row.at.isoformat(),
    )
    return ChatFrom(id=row.client_id, message=message)


def _self(admitted: Admission) -> Self:
    member = admitted.member
    return Self(
        peer=member.peer,
        user=member.user,
        name=member.name,
        role=member.role,
        device=member.device,
        hides_address=admitted.user.hides_address,
    )


def _info(room: Room) -> RoomInfo:
    return RoomInfo(slug=room.slug, **room_facts(room))


def _present(room: Room) -> ParticipantQuerySet:
    return Participant.objects.inside(room).select_related("call", "user")
