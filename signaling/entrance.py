"""How one socket comes in: what it is greeted with, its knock, and its seat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from rooms import door, patience, seats
from rooms.models import Room
from rooms.seats import Seating
from signaling import admission, ice, news
from signaling.admission import Admission
from signaling.database import in_database, in_time
from signaling.endings import REMOVED, Refused
from signaling.messages import Denied, IceServer, IceServers, MediaState, Waiting
from signaling.peers import OwnKnock, Socket
from signaling.presence import (
    call_info,
    joined,
    members_of,
    room_and_people,
    room_now,
    welcome,
    welcome_outside,
)
from signaling.session import Session
from signaling.worker import worker

# However often one asks, the room's lock is taken for it once in so many seconds.
SAME_ANSWER = 1.0


class Entrance:
    """Of someone who is admitted so far; each step raises Refused where it ends there."""

    # What who knocks will show once they are in.
    showing = MediaState()
    # Why nobody inside is asked, as the database has just said.
    denied: Denied | None = None
    denied_until = 0.0
    renewal: asyncio.TimerHandle | None = None

    def __init__(self, socket: Socket, session: Session, admitted: Admission) -> None:
        self.socket, self.session, self.admitted = socket, session, admitted

    async def greet(self) -> None:
        self.socket.outside |= not self.admitted.caller.looks_inside
        first = None
        if not self.socket.outside:
            self.learn(self.admitted.room)
            first = await in_database(welcome, self.admitted, self.ice_servers())
            self.believe_the_news()
        if first is None or self.socket.outside:
            self.stop()
            first = welcome_outside(self.admitted)
        self.socket.greet(first)

    def believe_the_news(self) -> None:
        """Of a door that was closed while the database was still asked how it is."""
        told = worker.hub.told(self.socket.member.slug)
        if told is not None:
            news.shut_out(worker.hub, [self.socket], told)

    def stop(self) -> None:
        if self.renewal is not None:
            self.renewal.cancel()

    # --- the knock ---

    async def come_in(self, state: MediaState) -> None:
        """Takes a seat, or knocks where one must."""
        if self.denied is not None and time.monotonic() < self.denied_until:
            self.socket.send(self.denied)
            return
        try:
            await self.take_seat(state)
        except door.MustKnock:
            self.showing = state
            await self.knock()

    async def knock(self) -> None:
        # Before anybody knows of the knock: no answer falls in between.
        self.socket.knock = own = OwnKnock()
        try:
            with admission.seating_refusals():
                knock = await in_database(door.knock, self.admitted.room, self.admitted.user)
        except patience.Denied as denied:
            self.socket.knock = None
            self.denied = Denied(reason=denied.reason.value, retry_after=denied.retry_after)
            self.denied_until = time.monotonic() + SAME_ANSWER
            self.socket.send(self.denied)
            return
        self.session.waiting = True
        own.known_as(knock.pk)
        if knock.end:
            # Let in a moment ago, on another page.
            own.end(knock.pk, None)
        else:
            self.socket.send(Waiting())

    async def answered(self, denied: Denied | None) -> None:
        self.socket.knock, self.session.waiting = None, False
        if denied is not None:
            self.socket.send(denied)
            return
        try:
            await self.take_seat(self.showing)
        except door.MustKnock:
            # Let in, and put out again before there was a seat: that is no knock of theirs.
            raise Refused(REMOVED) from None

    # --- the seat ---

    async def take_seat(self, state: MediaState) -> None:
        async with self.seating(seats.take_seat) as seating:
            if self.socket.outbox.closed:
                # Turned out while the seat was being taken: nobody is to see it.
                await in_database(seats.leave, self.session.peer)
                return
            if self.socket.outside:
                # What the welcome would have said, and before there is anybody to be called.
                self.give_ice_servers()
                self.socket.send(room_and_people(seating))
            members, call = members_of(seating), call_info(seating.call)
            peers = worker.hub.join(self.socket, members, call, state, seating.held)
            self.sit(seating)
            self.socket.send(joined(seating, peers, self.session.peer))

    async def resume_seat(self) -> None:
        try:
            async with self.seating(seats.resume_seat) as seating:
                if self.socket.outbox.closed:
                    return
                self.give_ice_servers()
                # What changed while they were away, before there is anybody to be connected with:
                # addresses may be hidden by now.
                self.socket.send(room_and_people(seating))
                peers = worker.hub.resume(self.socket, members_of(seating), seating.held)
                self.sit(seating)
                self.socket.greet(joined(seating, peers, self.session.peer))
        except door.MustKnock:
            raise Refused(REMOVED) from None

    def sit(self, seating: Seating) -> None:
        self.session.seated = True
        self.learn(seating.room)
        self.session.discreet = seating.seat(self.session.peer).hides_address
        self.session.hide(in_room=seating.room.hides_addresses)

    def learn(self, room: Room) -> None:
        worker.hub.learn(room.slug, room_now(room), room.last_message)

    @asynccontextmanager
    async def seating(self, take: Callable[..., Seating]) -> AsyncIterator[Seating]:
        """What the database says of the seat, to be acted on before anybody else takes one."""
        with admission.seating_refusals():
            slug = self.socket.member.slug
            async with in_time(), worker.hub.order(slug):
                heard = worker.hub.heard(slug)
                seating = await in_database(take, self.admitted.room, **self.seat)
                while worker.hub.heard(slug) != heard:
                    # What was heard while the answer was on its way is newer than it.
                    heard = worker.hub.heard(slug)
                    seating = await in_database(seats.as_of_now, self.session.peer)
                yield seating

    @property
    def seat(self) -> dict[str, Any]:
        return {
            "user": self.admitted.user,
            "device": self.admitted.device,
            "worker_id": worker.id,
            "peer": self.session.peer,
        }

    # --- ICE servers ---

    def give_ice_servers(self) -> None:
        self.socket.send(IceServers(ice_servers=self.ice_servers()))

    def ice_servers(self) -> list[IceServer]:
        """The servers of now; the next ones follow at the half life of what they hold."""
        grant = ice.grant(self.socket.member.user, self.socket.member.slug)
        if grant.renew_at is not None:
            loop = asyncio.get_running_loop()
            self.stop()
            self.renewal = loop.call_later(grant.renew_at - time.time(), self.renew_ice_servers)
        return grant.servers

    def renew_ice_servers(self) -> None:
        # Who was shown the door meanwhile has nobody to be connected with.
        if self.session.seated or not self.socket.outside:
            self.give_ice_servers()
