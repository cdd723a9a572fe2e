"""The socket: carries frames between one connection and its Session. Decides nothing itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from django.conf import settings

from rooms import seats
from rooms.seats import Seating
from signaling import admission, ice, tickets
from signaling.database import in_database, in_time
from signaling.endings import OUR_FAULT, Ending, Refused
from signaling.hub import Socket
from signaling.limits import SocketLimits
from signaling.messages import (
    PROTOCOL,
    BadFrame,
    CloseCode,
    Error,
    IceServers,
    Joined,
    MediaState,
    decode,
    encode,
    size,
)
from signaling.outbox import Outbox
from signaling.presence import call_info, members_of, room_now, welcome
from signaling.session import Announce, Deliver, Effect, GiveUpSeat, Reply, Session, TakeSeat
from signaling.worker import worker

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LIMITS = SocketLimits(settings.FRAME_BURST, settings.FRAME_REFILL, settings.FRAME_BYTES)


async def room_socket(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application of `/ws/rooms/{slug}/`."""
    await RoomConsumer(scope, receive).run(send)


async def no_such_socket(scope: Any, receive: Any, send: Any) -> None:
    """Any other address: the handshake is refused."""
    await receive()
    await send({"type": "websocket.close"})


class RoomConsumer:
    """One socket of one member in one room.

    It has a receive loop of its own: no thread, task or channel layer stands between two peers.
    """

    outbox: Outbox
    socket: Socket
    session: Session
    admitted: admission.Admission
    goodbye = False
    renewal: asyncio.TimerHandle | None = None

    def __init__(self, scope: dict[str, Any], receive: Receive) -> None:
        self.scope, self.receive = scope, receive
        self.slug = str(scope["url_route"]["kwargs"]["slug"])

    async def run(self, send: Send) -> None:
        await self.receive()
        spoken = PROTOCOL if PROTOCOL in self.scope["subprotocols"] else None
        await send({"type": "websocket.accept", "subprotocol": spoken})
        task = asyncio.current_task()
        assert task is not None
        self.outbox = Outbox(send, cut=task.cancel)
        try:
            await self.serve()
        except asyncio.CancelledError:
            # Cut by its own outbox it just ends; any other cancellation is the server's.
            if not self.outbox.was_cut:
                raise
        finally:
            self.outbox.stop()

    async def serve(self) -> None:
        try:
            ticket = await in_database(tickets.redeem, self.scope, self.slug)
            self.socket = Socket(admission.bearer(ticket), self.outbox)
            # Reachable for news before anything is checked: no revocation falls in between.
            worker.hub.connect(self.socket)
            try:
                await self.enter(resuming=ticket.resume is not None)
                await self.converse()
            finally:
                await self.depart()
        except Refused as refusal:
            self.refuse(refusal.ending)
        except Exception:  # the boundary: a bug closes this socket and is logged, nothing else
            logger.exception("signaling failed")
            self.refuse(OUR_FAULT)

    def refuse(self, ending: Ending) -> None:
        self.outbox.put(encode(Error(code=ending.error, detail=ending.detail)))
        self.outbox.close(ending.code)

    # --- coming in ---

    async def enter(self, *, resuming: bool) -> None:
        worker.hub.require_places(
            self.socket.member, settings.SOCKETS_PER_USER, settings.SOCKETS_PER_DEVICE
        )
        await worker.ready()
        self.admitted = await in_database(admission.admit, self.socket.member)
        self.socket.member = member = self.admitted.member
        self.session = Session(
            member.peer,
            standing=lambda peer: worker.hub.standing(member.slug, peer),
            now=time.monotonic(),
            limits=LIMITS,
        )
        if resuming:
            self.give_ice_servers()
            await self.resume_seat()
        else:
            servers = self.ice_servers()
            self.socket.greet(await in_database(welcome, self.admitted, servers))

    async def take_seat(self, state: MediaState) -> None:
        async with self.seating(seats.take_seat) as seating:
            if self.outbox.closed:
                # Turned out while the seat was being taken: nobody is to see it.
                await in_database(seats.leave, self.session.peer)
                return
            call = call_info(seating.call)
            peers = worker.hub.join(self.socket, members_of(seating), call, state)
            self.session.seated = True
            self.socket.send(Joined(call=call, peers=peers))

    async def resume_seat(self) -> None:
        async with self.seating(seats.resume_seat) as seating:
            if self.outbox.closed:
                return
            peers = worker.hub.resume(self.socket, members_of(seating))
            self.session.seated = True
            self.socket.greet(Joined(call=call_info(seating.call), peers=peers))
            # Whoever was away did not hear of it when it changed.
            self.socket.send(room_now(seating.room))

    @asynccontextmanager
    async def seating(self, take: Callable[..., Seating]) -> AsyncIterator[Seating]:
        """What the database says of the seat, to be acted on before anybody else takes one."""
        with admission.seating_refusals():
            async with in_time(), worker.hub.order(self.slug):
                yield await in_database(take, self.admitted.room.pk, **self.seat)

    @property
    def seat(self) -> dict[str, Any]:
        return {
            "user": self.admitted.user,
            "device": self.admitted.device,
            "worker_id": worker.id,
            "peer": self.session.peer,
        }

    def give_ice_servers(self) -> None:
        self.socket.send(IceServers(ice_servers=self.ice_servers()))

    def ice_servers(self) -> list[Any]:
        """The servers of now; the next ones follow at the half life of what they hold."""
        grant = ice.grant(self.socket.member.user, self.slug)
        if grant.renew_at is not None:
            loop = asyncio.get_running_loop()
            self.renewal = loop.call_later(grant.renew_at - time.time(), self.give_ice_servers)
        return grant.servers

    # --- in the room ---

    async def converse(self) -> None:
        while (event := await self.receive())["type"] == "websocket.receive":
            # A closed socket is only waited for; what it still sends is nobody's.
            if not self.outbox.closed:
                for effect in self.hear(event):
                    await self.perform(effect)
        self.goodbye = event.get("code") == CloseCode.LEFT

    def hear(self, event: dict[str, Any]) -> list[Effect]:
        text, now = event.get("text"), time.monotonic()
        self.session.meter(len(event["bytes"]) if text is None else size(text), now)
        try:
            return self.session.receive(decode(text))
        except BadFrame as fault:
            return self.session.misread(fault, now)

    async def perform(self, effect: Effect) -> None:
        match effect:
            case Deliver(to=to, frame=frame):
                worker.hub.deliver(self.slug, to, frame)
            case Reply(frame=frame):
                self.socket.send(frame)
            case Announce(state=state):
                worker.hub.show(self.socket, state)
            case TakeSeat(state=state):
                await self.take_seat(state)
            case GiveUpSeat():
                await self.leave()

    # --- going ---

    async def leave(self) -> None:
        if self.session.seated:
            await in_database(seats.leave, self.session.peer)
        self.socket.close()

    async def depart(self) -> None:
        if self.renewal is not None:
            self.renewal.cancel()
        try:
            if self.goodbye and worker.hub.holds(self.socket):
                await in_database(seats.leave, self.session.peer)
        finally:
            if worker.hub.disconnect(self.socket):
                peer = self.socket.member.peer
                await in_database(seats.mark_away, peer, worker_id=worker.id)
