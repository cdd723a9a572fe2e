"""What the database says of a room's call, in the words of the protocol."""

from __future__ import annotations

from rooms.models import Call, Participant, ParticipantQuerySet, Room
from rooms.seats import Seating
from signaling.admission import Admission
from signaling.hub import Member
from signaling.messages import (
    CallInfo,
    IceServer,
    Present,
    RoomChanged,
    RoomInfo,
    Self,
    Welcome,
)


def call_info(call: Call) -> CallInfo:
    return CallInfo(id=call.pk, started_at=call.started_at.isoformat())


def room_now(room: Room) -> RoomChanged:
    """For who was away when it changed."""
    return RoomChanged(name=room.name, capacity=room.capacity, locked=room.locked)


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


def welcome(admitted: Admission, servers: list[IceServer]) -> Welcome:
    """What a socket hears first: who it is, which room this is, and who is inside."""
    room, member = admitted.room, admitted.member
    present = list(_present(room))
    return Welcome(
        self_=Self(
            peer=member.peer,
            user=member.user,
            name=member.name,
            role=member.role,
            device=member.device,
        ),
        room=RoomInfo(slug=room.slug, name=room.name, capacity=room.capacity, locked=room.locked),
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


def _present(room: Room) -> ParticipantQuerySet:
    return Participant.objects.present().filter(call__room=room).select_related("call", "user")
