"""What each piece of news does to the sockets of this worker."""

from __future__ import annotations

from typing import Literal

from rooms import policy
from rooms.models import KnockEnd, Room
from rooms.policy import Deed, Entry, Standing
from signaling import bus, endings
from signaling.hub import Hub
from signaling.messages import ChatFrom, Denied, KnockNews, Message, RoomChanged
from signaling.peers import Socket

# How a knock ends that lets nobody in, in the protocol's words.
NOT_LET_IN: dict[str, Literal["refused", "expired", "withdrawn"]] = {
    KnockEnd.DENIED: "refused",
    KnockEnd.EXPIRED: "expired",
    KnockEnd.WITHDRAWN: "withdrawn",
}
DOORKEEPERS = policy.TO_THE_ROOM[Deed.ADMIT]


def take(hub: Hub, news: bus.AnyNews) -> None:
    match news:
        case bus.MessageSent():
            hub.write(news.slug, news.user, _chat(news))
        case bus.DeviceEnded(device=device):
            hub.turn_out(hub.sockets(device=str(device)), endings.SIGNED_OUT)
        case bus.UserRevoked(user=user):
            hub.turn_out(hub.sockets(user=user), endings.SIGNED_OUT)
        case bus.KnockChanged(slug=slug, user=user, name=name, end=end, retry_after=retry_after):
            tell_doorkeepers(hub, slug, user=user, name=name, waiting=not end)
            for socket in hub.sockets(slug=slug, user=user) if end else ():
                answer(socket, end, retry_after)
        case _:
            _take_of_room(hub, news)


def _take_of_room(
    hub: Hub,
    news: bus.SeatsEnded
    | bus.MembershipEnded
    | bus.RoomClosed
    | bus.RoomChanged
    | bus.RolesChanged
    | bus.HoldsChanged,
) -> None:
    match news:
        case bus.SeatsEnded(slug=slug, reasons=reasons):
            hub.end_seats(slug, reasons)
        case bus.MembershipEnded(slug=slug, user=user, reason=reason):
            _end_place(hub, slug, user, reason)
        case bus.RoomClosed(slug=slug):
            hub.turn_out(hub.sockets(slug=slug), endings.ROOM_GONE)
        case bus.RoomChanged(slug=slug):
            change_room(hub, slug, _of_room(news))
        case bus.RolesChanged(slug=slug, roles=roles):
            hub.change_roles(slug, roles)
        case bus.HoldsChanged(slug=slug, users=users):
            hub.hold(slug, users)


def tell_doorkeepers(hub: Hub, slug: str, *, user: int, name: str, waiting: bool) -> None:
    hub.tell_knock(slug, KnockNews(user=user, name=name, waiting=waiting), DOORKEEPERS)


def answer(socket: Socket, end: str, retry_after: int | None) -> None:
    """Says to who knocks how it ended; who is let in takes the seat."""
    denied = None
    if end != KnockEnd.ADMITTED:
        denied = Denied(reason=NOT_LET_IN[end], retry_after=retry_after)
    socket.be_answered(denied)


def _end_place(hub: Hub, slug: str, user: int, reason: str) -> None:
    sockets = hub.sockets(slug=slug, user=user)
    if reason == "over":
        # Whoever has a seat hears how that ended, and it is not by this.
        sockets = [socket for socket in sockets if not hub.holds(socket)]
    hub.turn_out(sockets, endings.OF_A_PLACE[reason])


def change_room(hub: Hub, slug: str, change: RoomChanged) -> None:
    """Strangers go first: what a room is like that closed its door is not for them."""
    room = Room(access=str(change.access), locked=bool(change.locked))
    found, looks_inside = policy.entry(None, room), policy.may_look_inside(None, room)
    for socket in hub.sockets(slug=slug):
        if socket.member.role == Standing.STRANGER:
            socket.outside = socket.outside or not looks_inside
            if found is Entry.NOTHING:
                hub.turn_out([socket], endings.REMOVED)
    hub.change_room(slug, change)


def _of_room(news: bus.RoomChanged) -> RoomChanged:
    return RoomChanged(
        name=news.name,
        capacity=news.capacity,
        locked=news.locked,
        access=news.access,
        hides_addresses=news.hides_addresses,
        has_chat=news.has_chat,
    )


def _chat(news: bus.MessageSent) -> ChatFrom:
    message = Message(
        id=news.number,
        user=news.user,
        name=news.name,
        text=news.text,
        at=news.at.isoformat(),
    )
    return ChatFrom(id=news.client_id, message=message)
