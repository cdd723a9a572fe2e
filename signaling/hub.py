"""The peers of this worker: who sits in which room, and the way to each of them.

Lives on the event loop alone; every method is one synchronous step, so nothing needs a lock.
A peer is looked up inside its own room's seats, so a signal cannot reach another room.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from signaling.endings import ELSEWHERE, OF_A_SEAT, TOO_MANY_SOCKETS, Ending, Refused
from signaling.messages import (
    CallInfo,
    ChatFrom,
    KnockNews,
    MediaState,
    Peer,
    PeerAway,
    PeerBack,
    PeerId,
    PeerJoined,
    PeerLeft,
    RoomChanged,
    Signal,
)
from signaling.peers import Member, RoomPeers, Seat, Socket
from signaling.session import Standing


class Hub:
    """Every socket of this process, by room."""

    def __init__(self) -> None:
        self._rooms: defaultdict[str, RoomPeers] = defaultdict(RoomPeers)

    def order(self, slug: str) -> asyncio.Lock:
        """To be held while a seat of the room is taken."""
        return self._rooms[slug].order

    # --- coming and going ---

    def connect(self, socket: Socket) -> None:
        """Makes the socket reachable for news, before anything is known to be allowed."""
        self._rooms[socket.member.slug].sockets.add(socket)

    def require_places(self, member: Member, per_user: int, per_device: int) -> None:
        """Raises Refused when the member has more sockets than anybody needs.

        A dead socket whose seat is being resumed does not count: it is about to be replaced.
        """
        others = [socket.member for socket in self.sockets(user=member.user)]
        of_user = [other for other in others if other.peer != member.peer] + [member]
        of_device = [other for other in of_user if other.device == member.device]
        if len(of_user) > per_user or len(of_device) > per_device:
            raise Refused(TOO_MANY_SOCKETS)

    def holds(self, socket: Socket) -> bool:
        """Whether the socket, and not a newer one, is on its peer's seat."""
        seat = self._rooms[socket.member.slug].seats.get(socket.member.peer)
        return seat is not None and seat.socket is socket

    def disconnect(self, socket: Socket) -> bool:
        """Forgets the socket; whether it held a seat, which is then away."""
        held = self.holds(socket)
        room = self._rooms[socket.member.slug]
        room.sockets.discard(socket)
        if held:
            room.seats[socket.member.peer].socket = None
            room.announce(PeerAway(peer=socket.member.peer))
        self._tidy(socket.member.slug)
        return held

    def join(
        self,
        socket: Socket,
        members: Sequence[Member],
        call: CallInfo,
        state: MediaState,
        held: Collection[int] = (),
    ) -> list[Peer]:
        """Gives the socket a new seat; the other peers, in order of arrival.

        `members` is the database's word on who is seated, the new one included, and `held` on
        whose microphone is held.
        """
        seat = self._take(socket, members, held)
        room = self._rooms[socket.member.slug]
        seat.state = room.heard_of(socket.member, state)
        room.announce(_arrival(room.seen(socket.member.peer), call, seat.state), but=socket)
        return self._others(socket, members)

    def resume(
        self, socket: Socket, members: Sequence[Member], held: Collection[int] = ()
    ) -> list[Peer]:
        """Gives the socket the seat it had; the other peers, in order of arrival."""
        self._take(socket, members, held)
        room = self._rooms[socket.member.slug]
        room.announce(PeerBack(peer=socket.member.peer), but=socket)
        return self._others(socket, members)

    def _take(self, socket: Socket, members: Sequence[Member], held: Collection[int]) -> Seat:
        room = self._rooms[socket.member.slug]
        room.held = frozenset(held)
        known = dict(room.seats)
        room.seats = {m.peer: known.pop(m.peer) if m.peer in known else Seat(m) for m in members}
        # A seat that the database no longer has goes when the news of its end arrives.
        room.seats.update(known)
        room.give_roles({member.user: member.role for member in members})
        socket.outside = False
        seat = room.seats[socket.member.peer]
        older, seat.socket = seat.socket, socket
        if older is not None:
            # The newest socket holds the seat, and the end of an older one changes nothing.
            room.sockets.discard(older)
            older.close(ELSEWHERE)
        return seat

    def _others(self, socket: Socket, members: Sequence[Member]) -> list[Peer]:
        room = self._rooms[socket.member.slug]
        return [room.seen(m.peer) for m in members if m.peer != socket.member.peer]

    def end_seats(self, slug: str, reasons: dict[PeerId, str]) -> None:
        """The database has ended these seats: everyone hears of it, and their sockets close."""
        room = self._rooms[slug]
        for peer, reason in reasons.items():
            seat = room.seats.pop(peer, None)
            # Who is ended hears why, and nothing more.
            if seat is not None and seat.socket is not None:
                room.sockets.discard(seat.socket)
                seat.socket.close(OF_A_SEAT.get(reason))
            room.announce(PeerLeft(peer=peer, reason=reason))
        self._tidy(slug)

    def _tidy(self, slug: str) -> None:
        room = self._rooms[slug]
        if not room.seats and not room.sockets:
            del self._rooms[slug]

    # --- in the call ---

    def standing(self, slug: str, peer: PeerId) -> Standing:
        seat = self._rooms[slug].seats.get(peer)
        if seat is None:
            return Standing.GONE
        return Standing.HERE if seat.reachable else Standing.AWAY

    def deliver(self, slug: str, to: PeerId, frame: Signal) -> None:
        seat = self._rooms[slug].seats[to]
        if seat.socket is not None:
            seat.socket.send(frame)

    def show(self, socket: Socket, state: MediaState) -> None:
        """A peer's microphone, camera, screen or hand has changed."""
        room = self._rooms[socket.member.slug]
        room.show(room.seats[socket.member.peer], state, but=socket)

    # --- news from elsewhere ---

    def change_room(self, slug: str, change: RoomChanged) -> None:
        """What the room is like now; whose address it hides is held to that from here on."""
        self._rooms[slug].change(change)
        self._tidy(slug)

    def told(self, slug: str) -> RoomChanged | None:
        return self._rooms[slug].told

    def heard(self, slug: str) -> int:
        """Rises with all news of what the room, and who in it, is like."""
        return self._rooms[slug].heard

    def learn(self, slug: str, now: RoomChanged, newest: int) -> None:
        """What the first one here finds: the room, and its newest message; the rest is news."""
        room = self._rooms[slug]
        if room.told is None:
            room.told, room.newest = now, newest

    def change_roles(self, slug: str, roles: dict[int, str], seers: Collection[str]) -> None:
        """Only `seers` hear of people who are not inside."""
        room = self._rooms[slug]
        room.heard += 1
        room.give_roles(roles)
        room.tell_changed(roles, seers)
        self._tidy(slug)

    def hold(self, slug: str, users: Collection[int]) -> None:
        """These and no others are muted now; what they are said to show follows."""
        room = self._rooms[slug]
        room.hold(users)
        for seat in room.seats.values():
            if seat.state is not None and seat.state.audio and seat.member.user in room.held:
                room.show(seat, seat.state, but=seat.socket)
        self._tidy(slug)

    def write(self, slug: str, user: int, chat: ChatFrom) -> None:
        """A message of this user, to all inside."""
        self._rooms[slug].write(user, chat)
        self._tidy(slug)

    def tell_knock(self, slug: str, knock: KnockNews, roles: Collection[str]) -> None:
        """To whoever is one of these in the room."""
        room = self._rooms[slug]
        if knock.waiting:
            room.knocking[knock.user] = knock.name
        else:
            room.knocking.pop(knock.user, None)
        room.tell_roles(knock, roles)
        self._tidy(slug)

    def turn_out(self, sockets: Collection[Socket], ending: Ending) -> None:
        """Closes sockets whose right to be here has ended; to end their seats is the database's."""
        for socket in sockets:
            self._rooms[socket.member.slug].sockets.discard(socket)
            socket.close(ending)

    def sockets(
        self,
        *,
        slug: str | None = None,
        user: int | None = None,
        device: str | None = None,
    ) -> list[Socket]:
        return [
            socket
            for socket in self._all()
            if (slug is None or socket.member.slug == slug)
            and (user is None or socket.member.user == user)
            and (device is None or socket.member.device == device)
        ]

    def seats(self) -> list[Seat]:
        return [seat for room in self._rooms.values() for seat in room.seats.values()]

    def rooms(self) -> dict[str, RoomPeers]:
        return dict(self._rooms)

    def _all(self) -> Iterator[Socket]:
        for room in self._rooms.values():
            yield from room.sockets


def _arrival(peer: Peer, call: CallInfo, state: MediaState) -> PeerJoined:
    return PeerJoined(
        call=call,
        peer=peer.peer,
        user=peer.user,
        name=peer.name,
        role=peer.role,
        device=peer.device,
        state=state,
        muted=peer.muted,
    )
