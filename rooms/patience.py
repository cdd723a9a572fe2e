"""For how long nobody inside is asked again about somebody who knocks.

The caller holds the room's lock.
"""

from __future__ import annotations

import datetime as dt
import enum
import math

from django.db.models import Max

from accounts.models import User
from rooms.models import Call, KnockEnd, Room

DENIED_FOR = dt.timedelta(minutes=1)
MOST_DENIALS = 3
# Whoever takes a knock back may knock again at once, but not without end.
A_MINUTE = dt.timedelta(minutes=1)
MOST_KNOCKS_A_MINUTE = 10


class Unheard(enum.StrEnum):
    """Why nobody inside is asked."""

    REFUSED = "refused"
    TOO_OFTEN = "too_often"


class Denied(Exception):  # noqa: N818 - it is an answer, not a fault
    """Not now; `retry_after` is in seconds, None stands for the rest of this call."""

    def __init__(self, reason: Unheard, retry_after: int | None) -> None:
        super().__init__(reason, retry_after)
        self.reason, self.retry_after = reason, retry_after


def after_denials(room: Room, user: User, now: dt.datetime) -> int | None:
    """The seconds for which they are not heard at this door; None for the rest of this call."""
    denied = room.knocks.filter(user=user, end=KnockEnd.DENIED)
    call = Call.objects.running_in(room).first()
    if call and denied.filter(call=call).count() >= MOST_DENIALS:
        return None
    latest = denied.aggregate(latest=Max("ended_at"))["latest"]
    left = (latest + DENIED_FOR - now).total_seconds() if latest else 0
    return max(0, math.ceil(left))


def require(room: Room, user: User, now: dt.datetime) -> None:
    """Raises Denied."""
    retry_after = after_denials(room, user, now)
    if retry_after != 0:
        raise Denied(Unheard.REFUSED, retry_after)
    lately = room.knocks.filter(user=user, created_at__gt=now - A_MINUTE)
    if lately.count() >= MOST_KNOCKS_A_MINUTE:
        raise Denied(Unheard.TOO_OFTEN, math.ceil(A_MINUTE.total_seconds()))
