"""Since when this process has been able to see whether seats are alive.

A seat must not run out because nobody was looking: after a start, or after the database was away,
its 30 s count from the moment that this process could look again.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

_watching_since: dt.datetime | None = timezone.now()


def seen_through(span: dt.timedelta, now: dt.datetime) -> bool:
    """Whether this process has been watching for all of the last `span`."""
    return _watching_since is not None and now - _watching_since >= span


def lose_sight() -> None:
    """The database does not answer: from here on nothing that it says is fresh."""
    global _watching_since  # noqa: PLW0603 - one fact of the whole process
    _watching_since = None


def keep_watch(now: dt.datetime) -> None:
    """The database answers, and signs of life are being written again."""
    global _watching_since  # noqa: PLW0603 - one fact of the whole process
    _watching_since = _watching_since or now
