"""The socket: carries frames between one connection and its Session. Decides nothing itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings

from rooms import seats
from signaling import admission, tickets
from signaling.database import in_database
from signaling.endings import OUR_FAULT, CloseCode, Ending, Refused
from signaling.entrance import Entrance
from signaling.limits import SocketLimits
from signaling.messages import PROTOCOL, BadFrame, Error, decode, encode, size
from signaling.outbox import Outbox
from signaling.peers import Socket
from signaling.session import (
    Announce,
    Deliver,
    Effect,
    GiveUpSeat,
    Reply,
    Session,
    TakeSeat,
    Write,
)
from signaling.worker import worker
from signaling.writing import ChatWriter

logger = logging.getLogger(__name__)

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
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
    """One socket of one person in one room.

    It has a receive loop of its own: no thread, task or channel layer stands between two peers.
    """

    outbox: Outbox
    socket: Socket
    session: Session
    entrance: Entrance
    chat: ChatWriter
    goodbye = False

    def __init__(self, scope: dict[str, Any], receive: Receive) -> None:
        self.scope, self.receive = scope, receive
        self.slug = str(scope["url_route"]["kwargs"]["slug"])
        # What must be stopped with the socket.
        self.running = ExitStack()

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
        except Exception as fault:  # the boundary, with `fail`
            self.fail(fault)

    def fail(self, fault: BaseException) -> None:
        """A bug closes this socket and is logged, nothing else."""
        if isinstance(fault, Refused):
            self.refuse(fault.ending)
        else:
            logger.error("signaling failed", exc_info=fault)
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
        admitted = await in_database(admission.admit, self.socket.member)
        self.socket.member = member = admitted.member
        self.session = self.socket.session = Session(
            member.peer,
            standing=lambda peer: worker.hub.standing(member.slug, peer),
            now=time.monotonic(),
            limits=LIMITS,
            discreet=admitted.user.hides_address,
        )
        self.chat = ChatWriter(self.socket, admitted, self.fail)
        self.entrance = Entrance(self.socket, self.session, admitted)
        self.running.callback(self.chat.stop)
        self.running.callback(self.entrance.stop)
        await (self.entrance.resume_seat() if resuming else self.entrance.greet())

    # --- in the room ---

    async def converse(self) -> None:
        while (event := await self.next_event())["type"] == "websocket.receive":
            # A closed socket is only waited for; what it still sends is nobody's.
            if not self.outbox.closed:
                for effect in self.hear(event):
                    await self.perform(effect)
        self.goodbye = event.get("code") == CloseCode.LEFT

    def next_event(self) -> Awaitable[Event]:
        return self.wait_at_the_door() if self.session.waiting else self.receive()

    async def wait_at_the_door(self) -> Event:
        """The next event of who waits there; an answer from inside is acted on before it."""
        event = asyncio.ensure_future(self.receive())
        try:
            while (knock := self.socket.knock) is not None:
                answer = knock.answer
                either: set[asyncio.Future[Any]] = {event, answer}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if not answer.done():
                    break
                await self.entrance.answered(answer.result())
            return await event
        finally:
            event.cancel()

    def hear(self, event: Event) -> list[Effect]:
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
                await self.entrance.come_in(state)
            case Write():
                self.chat.put(effect)
            case GiveUpSeat():
                await self.leave()

    # --- going ---

    async def leave(self) -> None:
        if self.session.seated:
            await in_database(seats.leave, self.session.peer)
        self.socket.close()

    async def depart(self) -> None:
        self.running.close()
        try:
            if self.goodbye and worker.hub.holds(self.socket):
                await in_database(seats.leave, self.session.peer)
        finally:
            if worker.hub.disconnect(self.socket):
                peer = self.socket.member.peer
                await in_database(seats.mark_away, peer, worker_id=worker.id)
