"""The record of a room: each act that others must be able to look up leaves one entry."""

from __future__ import annotations

from accounts.models import User
from rooms.models import Act, AuditEntry, Room


def note(
    act: Act, *, room: Room, by: User | None, whom: User | None = None, detail: str = ""
) -> None:
    """To be called in the transaction of the act: what failed is not recorded.

    `by` is None where an account's end has brought it about.
    """
    AuditEntry.objects.create(
        room=room, room_name=room.name, act=act, actor=by, target=whom, detail=detail
    )
