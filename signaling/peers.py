"""The sockets and seats of one room on this worker, and what reaches which of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from msgspec import UNSET

from signaling.endings import CloseCode, Ending
from signaling.messages import (
    ChatFrom,
    Denied,
    Error,
    MediaState,
    Outbound,
    Peer,
    PeerId,
    RoomChanged,
    StateFrom,
    encode,
)
from signaling.outbox import Outbox
from signaling.session import Session


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


class OwnKnock:
    """The knock of one socket, and its answer: what somebody inside says, with None for "come in".

    An earlier knock of the same user may end while this one is being made; that is no answer.
    """

    def __init__(self) -> None:
        self.id: int | None = None
        self.answer: asyncio.Future[Denied | None] = asyncio.get_running_loop().create_future()
        self._ended: dict[int, Denied | None] = {}

    def known_as(self, id: int) -> None:
        """What was heard of it before counts."""
        self.id = id
        if id in self._ended:
            self.end(id, self._ended[id])

    def end(self, id: int, answer: Denied | None) -> None:
        if self.id is None:
            self._ended[id] = answer
        elif self.id == id and not self.answer.done():
            self.answer.set_result(answer)


@dataclass(eq=False)
class Socket:
    """One live socket of someone who is in the room, or before its door.

    Until it is greeted it is known, so that it can be turned out, but hears nothing of the room.
    """

    member: Member
    outbox: Outbox
    session: Session | None = None
    # Before the door: whatever is said inside is not for these ears.
    outside: bool = False
    # From its knock on until it is answered.
    knock: OwnKnock | None = None
    # The newest of what it wrote itself: it is answered for that, and needs no news of it.
    written: deque[str] = field(default_factory=lambda: deque(maxlen=256))
    _held: list[str] | None = field(default_factory=list)

    def send(self, frame: Outbound) -> None:
        self.outbox.put(encode(frame))

    def greet(self, frame: Outbound) -> None:
        """Says the first word, and after it whatever the room has said meanwhile."""
        self.send(frame)
        held, self._held = self._held or [], None
        for text in held:
            self.hear(text)

    def hear(self, text: str) -> None:
        if self._held is not None:
            self._held.append(text)
        elif not self.outside:
            self.outbox.put(text)

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
    def reachable(self) -> bool:
        return self.socket is not None and not self.socket.outbox.closed


@dataclass(eq=False)
class RoomPeers:
    """The sockets of one room: the seats of its call, in order of arrival, and all others."""

    seats: dict[PeerId, Seat] = field(default_factory=dict)
    sockets: set[Socket] = field(default_factory=set)
    # Users whose microphone is held.
    held: frozenset[int] = frozenset()
    # Pieces of news so far of what the room, and who in it, is like.
    heard: int = 0
    # What the room is like, the number of its newest message, and who waits at its door, as those
    # here have been told.
    told: RoomChanged | None = None
    newest: int | None = None
    knocking: dict[int, str] = field(default_factory=dict)
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

    def tell_roles(self, frame: Outbound, roles: Collection[str]) -> None:
        """To whoever is one of these here, the previews included."""
        text = encode(frame)
        for socket in self.sockets:
            if socket.member.role in roles:
                socket.hear(text)

    def write(self, user: int, chat: ChatFrom) -> None:
        """To all inside; the socket that wrote it has its answer already."""
        self.newest = max(self.newest or 0, chat.message.id)
        text = encode(chat)
        for seat in self.seats.values():
            socket = seat.socket
            if socket is None or (seat.member.user == user and chat.id in socket.written):
                continue
            socket.hear(text)

    def change(self, change: RoomChanged) -> None:
        self.heard += 1
        self.told = change
        if change.hides_addresses is not UNSET:
            self.hide_addresses(change.hides_addresses)
        self.announce(change)

    def hide_addresses(self, hides: bool) -> None:
        for socket in self.sockets:
            if socket.session is not None:
                socket.session.hide(in_room=hides)

    def seen(self, peer: PeerId) -> Peer:
        """As the others see this peer."""
        seat = self.seats[peer]
        member = seat.member
        return Peer(
            peer=member.peer,
            user=member.user,
            name=member.name,
            role=member.role,
            device=member.device,
            state=seat.state,
            away=not seat.reachable,
            muted=member.user in self.held,
        )

    def show(self, seat: Seat, state: MediaState, *, but: Socket | None) -> None:
        """Says to the call what a peer shows now; a held microphone is never on."""
        seat.state = state = self.heard_of(seat.member, state)
        frame = StateFrom(
            from_=seat.member.peer,
            audio=state.audio,
            video=state.video,
            screen=state.screen,
            hand=state.hand,
        )
        self.announce_inside(frame, but=but)

    def heard_of(self, member: Member, state: MediaState) -> MediaState:
        if member.user not in self.held:
            return state
        return MediaState(audio=False, video=state.video, screen=state.screen, hand=state.hand)

    def hold(self, users: Collection[int]) -> None:
        """Each hears of who sits inside, and of themselves."""
        self.heard += 1
        self.held = frozenset(users)
        for socket in self.sockets:
            muted = self.held & (self.seated | {socket.member.user})
            socket.hear(encode(RoomChanged(muted=sorted(muted))))

    @property
    def seated(self) -> set[int]:
        return {seat.member.user for seat in self.seats.values()}

    def tell_changed(self, roles: dict[int, str], seers: Collection[str]) -> None:
        """Whoever is none of `seers` hears of who sits inside, and of themselves."""
        for socket in self.sockets:
            known = roles
            if socket.member.role not in seers:
                shown = self.seated | {socket.member.user}
                known = {user: role for user, role in roles.items() if user in shown}
            if known:
                socket.hear(encode(RoomChanged(roles=known)))

    def give_roles(self, roles: dict[int, str]) -> None:
        holders: list[Socket | Seat] = [*self.sockets, *self.seats.values()]
        for holder in holders:
            member = holder.member
            holder.member = replace(member, role=roles.get(member.user, member.role))
