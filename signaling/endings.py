"""Why a socket ends: the close code, the error that goes before it, and its sentence.

`docs/protocol.md`, section 9, says what a client then does.
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class CloseCode(enum.IntEnum):
    """Why the application closed a socket."""

    LEFT = 1000
    BAD_FRAMES = 4400
    SIGNED_OUT = 4401
    NOT_A_MEMBER = 4403
    GONE = 4404
    JOINED_ELSEWHERE = 4409
    TOO_SLOW = 4410
    FRAMES_TOO_LARGE = 4413
    FULL = 4423
    FLOODING = 4429
    OUR_FAULT = 4500
    OVERLOADED = 4503


class Ending(NamedTuple):
    code: CloseCode
    error: str
    detail: str


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """Ends a socket."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.error)
        self.ending = ending


SIGNED_OUT = Ending(CloseCode.SIGNED_OUT, "signed_out", "You are signed out.")
SEAT_GONE = Ending(CloseCode.SIGNED_OUT, "seat_gone", "The seat was held for 30 s.")
TICKET_INVALID = Ending(CloseCode.SIGNED_OUT, "ticket_invalid", "This ticket opens nothing.")
REMOVED = Ending(CloseCode.NOT_A_MEMBER, "removed", "You are not a member of this room.")
BANNED = Ending(CloseCode.NOT_A_MEMBER, "banned", "You are banned from this room.")
VISIT_OVER = Ending(
    CloseCode.NOT_A_MEMBER, "visit_over", "The call is over, and with it your visit."
)
ROOM_GONE = Ending(CloseCode.GONE, "not_found", "There is no such room any more.")
CALL_ENDED = Ending(CloseCode.GONE, "call_ended", "The call was ended for everyone.")
ELSEWHERE = Ending(
    CloseCode.JOINED_ELSEWHERE, "joined_elsewhere", "You have joined again elsewhere."
)
ROOM_FULL = Ending(
    CloseCode.FULL, "room_full", "This room is full. Ask someone to step out, or try again later."
)
ROOM_LOCKED = Ending(
    CloseCode.FULL,
    "room_locked",
    "This room is locked. Ask someone inside to unlock it, or try again later.",
)
FLOODING = Ending(CloseCode.FLOODING, "flooding", "More frames than a call needs.")
TOO_MANY_SOCKETS = Ending(
    CloseCode.FLOODING,
    "too_many_sockets",
    "Parley is open in too many places. Close some of its pages.",
)
OUR_FAULT = Ending(CloseCode.OUR_FAULT, "internal", "Something went wrong on our side.")
UNAVAILABLE = Ending(
    CloseCode.OVERLOADED, "unavailable", "The server is busy. Your page comes back by itself."
)

# How a seat has ended (rooms.models.LeaveReason), for its own socket; who left is only let go.
OF_A_SEAT: dict[str, Ending] = {
    "lost": SEAT_GONE,
    "replaced": ELSEWHERE,
    "removed": REMOVED,
    "banned": BANNED,
    "signed_out": SIGNED_OUT,
    "ended": CALL_ENDED,
}
# How a place in the room has ended (`membership_ended`), for all its sockets.
OF_A_PLACE: dict[str, Ending] = {"removed": REMOVED, "banned": BANNED, "over": VISIT_OVER}
