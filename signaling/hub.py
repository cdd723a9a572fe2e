"""The peers of this worker: who sits in which room, and the way to each of them.

Lives on the event loop alone; every method is one synchronous step, so nothing needs a lock.
A peer is looked up inside its own room's seats, so a signal cannot reach another room.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from signaling.endings import ELSEWHERE, OF_A_SEAT, TOO_MANY_SOCKETS, Ending, Refused
from signaling.messages import (
    CallInfo,
    CloseCode,
    Error,
    MediaState,
    Outbound,
    Peer,
    PeerAway,
    PeerBack,
    PeerId,
    PeerJoined,
    PeerLeft,
    RoomChanged,
    Signal,
    StateFrom,
    encode,
)
from signaling.outbox import Outbox
from signaling.session import Standing


@dataclass(frozen=True)
class Member:
    """Who a socket belongs to, as the server has established it."""

    peer: PeerId
    slug: str
    user: int
    name: str
    role: str
    device: str
    auth_version: int


@dataclass(eq=False)
class Socket:
    """One live socket of a member.

    Until it is greeted it is known, so that it can be turned out, but hears nothing of the room.
    """

    member: Member
    outbox: Outbox
    _held: list[str] | None = field(default_factory=list)

    def send(self, frame: Outbound) -> None:
        self.outbox.put(encode(frame))

    def greet(self, frame: Outbound) -> None:
        """Says the first word, and after it whatever the room has said meanwhile."""
        self.send(frame)
        held, self._held = self._held or [], None
        for text in held:
            self.outbox.put(text)

    def hear(self, text: str) -> None:
        if self._held is None:
            self.outbox.put(text)
        else:
            self._held.append(text)

    def close(self, ending: Ending | None = None) -> None:
        """With no ending to tell of, its owner left."""
        if ending is not None:
            self.send(Error(code=ending.error, detail=ending.detail))
        self.outbox.close(ending.code if ending else CloseCode.LEFT)


@dataclass(eq=False)
class Seat:
    """A peer of a call; without a socket it is away."""

    member: Member
    socket: Socket | None = None
    state: MediaState | None = None

    @property
    def peer(self) -> Peer:
        member = self.member
        return Peer(
            peer=member.peer,
            user=member.user,
            name=member.name,
            role=member.role,
            device=member.device,
            state=self.state,
            away=not self.reachable,
        )

    @property
    def reachable(self) -> bool:
        return self.socket is not None and not self.socket.outbox.closed


@dataclass(eq=False)
class RoomPeers:
    """The sockets of one room: the seats of its call, in order of arrival, and the previews."""

    seats: dict[PeerId, Seat] = field(default_factory=dict)
    sockets: set[Socket] = field(default_factory=set)
    # Held from the database's word on a seat until the hub has acted on it: two who come at the
    # same moment are seen by both in the order of their rows.
    order: asyncio.Lock = field(default_factory=asyncio.Lock)

    def announce(self, frame: Outbound, *, but: Socket | None = None) -> None:
        """To everyone in the room, the previews included."""
        text = encode(frame)
        for socket in self.sockets:
            if socket is not but:
                socket.hear(text)

    def announce_inside(self, frame: Outbound, *, but: Socket | None = None) -> None:
        """To the call alone."""
        text = encode(frame)
        for seat in self.seats.values():
            if seat.socket is not None and seat.socket is not but:
                seat.socket.outbox.put(text)


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
        self, socket: Socket, members: Sequence[Member], call: CallInfo, state: MediaState
    ) -> list[Peer]:
        """Gives the socket a new seat; the other peers, in order of arrival.

        `members` is the database's word on who is seated, the new one included.
        """
        self._take(socket, members).state = state
        room = self._rooms[socket.member.slug]
        room.announce(_arrival(socket.member, call, state), but=socket)
        return self._others(socket, members)

    def resume(self, socket: Socket, members: Sequence[Member]) -> list[Peer]:
        """Gives the socket the seat it had; the other peers, in order of arrival."""
        self._take(socket, members)
        room = self._rooms[socket.member.slug]
        room.announce(PeerBack(peer=socket.member.peer), but=socket)
        return self._others(socket, members)

    def _take(self, socket: Socket, members: Sequence[Member]) -> Seat:
        room = self._rooms[socket.member.slug]
        known = dict(room.seats)
        room.seats = {m.peer: known.pop(m.peer) if m.peer in known else Seat(m) for m in members}
        # A seat that the database no longer has goes when the news of its end arrives.
        room.seats.update(known)
        seat = room.seats[socket.member.peer]
        older, seat.socket = seat.socket, socket
        if older is not None:
            # The newest socket holds the seat, and the end of an older one changes nothing.
            room.sockets.discard(older)
            older.close(ELSEWHERE)
        return seat

    def _others(self, socket: Socket, members: Sequence[Member]) -> list[Peer]:
        seats = self._rooms[socket.member.slug].seats
        return [seats[m.peer].peer for m in members if m.peer != socket.member.peer]

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
        member = socket.member
        room = self._rooms[member.slug]
        room.seats[member.peer].state = state
        frame = StateFrom(
            from_=member.peer,
            audio=state.audio,
            video=state.video,
            screen=state.screen,
            hand=state.hand,
        )
        room.announce_inside(frame, but=socket)

    # --- news from elsewhere ---

    def change_room(self, slug: str, change: RoomChanged) -> None:
        self._rooms[slug].announce(change)
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

    def _all(self) -> Iterator[Socket]:
        for room in self._rooms.values():
            yield from room.sockets


def _arrival(member: Member, call: CallInfo, state: MediaState) -> PeerJoined:
    return PeerJoined(
        call=call,
        peer=member.peer,
        user=member.user,
        name=member.name,
        role=member.role,
        device=member.device,
        state=state,
    )
