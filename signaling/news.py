"""What each piece of news does to the sockets of this worker."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from rooms import policy
from rooms.models import KnockEnd, Room
from rooms.policy import Deed, Entry, Standing
from signaling import bus, endings
from signaling.hub import Hub
from signaling.messages import Denied, KnockNews, RoomChanged
from signaling.peers import Socket

# How a knock ends that lets nobody in, in the protocol's words.
NOT_LET_IN: dict[str, Literal["refused", "expired", "withdrawn"]] = {
    KnockEnd.DENIED: "refused",
    KnockEnd.EXPIRED: "expired",
    KnockEnd.WITHDRAWN: "withdrawn",
}
DOORKEEPERS = policy.TO_THE_ROOM[Deed.ADMIT]
SEERS = policy.TO_THE_ROOM[Deed.SEE_MEMBERS]


def take(hub: Hub, news: bus.AnyNews) -> None:
    match news:
        case bus.MessageSent():
            hub.write(news.slug, news.user, news.chat)
        case bus.DeviceEnded(device=device):
            hub.turn_out(hub.sockets(device=str(device)), endings.SIGNED_OUT)
        case bus.UserRevoked(user=user):
            hub.turn_out(hub.sockets(user=user), endings.SIGNED_OUT)
        case bus.KnockChanged():
            _take_of_knock(hub, news)
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
            change_room(hub, slug, news.now)
        case bus.RolesChanged(slug=slug, roles=roles):
            change_roles(hub, slug, roles)
        case bus.HoldsChanged(slug=slug, users=users):
            hub.hold(slug, users)


def tell_doorkeepers(hub: Hub, slug: str, *, user: int, name: str, waiting: bool) -> None:
    hub.tell_knock(slug, KnockNews(user=user, name=name, waiting=waiting), DOORKEEPERS)


def answer(socket: Socket, knock: int, end: str, retry_after: int | None) -> None:
    """Says to who knocks how it ended; who is let in takes the seat."""
    if socket.knock is None:
        return
    denied = None
    if end != KnockEnd.ADMITTED:
        denied = Denied(reason=NOT_LET_IN[end], retry_after=retry_after)
    socket.knock.end(knock, denied)


def _end_place(hub: Hub, slug: str, user: int, reason: str) -> None:
    sockets = hub.sockets(slug=slug, user=user)
    if reason == "over":
        # Whoever has a seat hears how that ended, and it is not by this.
        sockets = [socket for socket in sockets if not hub.holds(socket)]
    hub.turn_out(sockets, endings.OF_A_PLACE[reason])


def change_room(hub: Hub, slug: str, change: RoomChanged) -> None:
    """Strangers go first: what a room is like that closed its door is not for them."""
    shut_out(hub, hub.sockets(slug=slug), change)
    hub.change_room(slug, change)


def shut_out(hub: Hub, sockets: Collection[Socket], now: RoomChanged) -> None:
    """The strangers among these, where the room is like this; nobody is let in by it."""
    room = Room(access=str(now.access), locked=bool(now.locked))
    looks_inside = policy.may_look_inside(None, room)
    strangers = [socket for socket in sockets if socket.member.role == Standing.STRANGER]
    for socket in strangers:
        socket.outside = socket.outside or not looks_inside
    if policy.entry(None, room) is Entry.NOTHING:
        hub.turn_out(strangers, endings.REMOVED)


def change_roles(hub: Hub, slug: str, roles: dict[int, str]) -> None:
    hub.change_roles(slug, roles, SEERS)


def _take_of_knock(hub: Hub, news: bus.KnockChanged) -> None:
    tell_doorkeepers(hub, news.slug, user=news.user, name=news.name, waiting=not news.end)
    for socket in hub.sockets(slug=news.slug, user=news.user) if news.end else ():
        answer(socket, news.knock, news.end, news.retry_after)
