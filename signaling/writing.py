"""What one socket writes into the chat: in its order, and in nobody's way.

The database may take its time over a message; signals go on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from accounts.models import User
from rooms import chat
from rooms.door import NotAllowed
from signaling import admission
from signaling.admission import Admission
from signaling.database import DatabaseAway, in_database
from signaling.endings import REMOVED, UNAVAILABLE, Refused
from signaling.messages import ChatFrom, Error, Ref
from signaling.peers import Socket
from signaling.presence import chat_of
from signaling.session import Write

WAITING = 64

CHAT_OFF = ("chat_off", "The chat of this room is off. Nothing was sent.")
ID_TAKEN = ("id_taken", "You sent another message under this id. Nothing was sent.")
UNREADABLE = ("bad_frame", "There is nothing to read in this message. Nothing was sent.")
TOO_MANY = (UNAVAILABLE.error, "You write faster than anybody reads. Send it again in a moment.")
NOT_NOW = (UNAVAILABLE.error, "The message could not be kept. Send it again in a moment.")


class ChatWriter:
    """Takes one message after the other to the database, for as long as there is one.

    `fail` ends the socket, with what could not be answered.
    """

    def __init__(
        self, socket: Socket, admitted: Admission, fail: Callable[[BaseException], None]
    ) -> None:
        self._socket, self._admitted, self._fail_socket = socket, admitted, fail
        self._waiting: deque[Write] = deque()
        self._writer: asyncio.Task[None] | None = None

    def put(self, written: Write) -> None:
        if len(self._waiting) >= WAITING:
            self._answer(written, NOT_NOW)
            return
        self._waiting.append(written)
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write_all())
            self._writer.add_done_callback(self._ended)

    def stop(self) -> None:
        """Of what still waits nothing was promised."""
        self._waiting.clear()
        if self._writer is not None:
            self._writer.cancel()

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._write(self._waiting.popleft())
        finally:
            self._writer = None

    def _ended(self, writer: asyncio.Task[None]) -> None:
        if not writer.cancelled() and (fault := writer.exception()) is not None:
            self._fail_socket(fault)

    async def _write(self, written: Write) -> None:
        # Before the news of it can be here: whoever wrote it is answered once.
        self._socket.written.append(written.id)
        room, user = self._admitted.room, self._admitted.user
        try:
            kept = await in_database(_keep, room.pk, user, written)
        except DatabaseAway:
            self._fail(written, NOT_NOW)
        except chat.ChatOff:
            self._fail(written, CHAT_OFF)
        except chat.IdTaken:
            self._fail(written, ID_TAKEN)
        except chat.TooMany:
            self._fail(written, TOO_MANY)
        except chat.BadText:
            self._fail(written, UNREADABLE)
        except NotAllowed:
            await in_database(admission.ask_again, self._socket.member)
            raise Refused(REMOVED) from None
        else:
            self._socket.send(kept)

    def _fail(self, written: Write, why: tuple[str, str]) -> None:
        # Kept after all, it is news like any other.
        self._socket.written.remove(written.id)
        self._answer(written, why)

    def _answer(self, written: Write, why: tuple[str, str]) -> None:
        code, detail = why
        self._socket.send(Error(code=code, detail=detail, ref=Ref(type="chat", id=written.id)))


def _keep(room_id: int, user: User, written: Write) -> ChatFrom:
    return chat_of(chat.write(room_id, user, written.id, written.text))
