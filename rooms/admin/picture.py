"""The last days in one picture: calls for each day, and what became of their connections."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from rooms.admin.kinds import BY_WORD, Tally, pairs
from rooms.diagnosis import Kind
from rooms.models import Call

DAYS = 30
# The picture's own units.
LEFT, SLOT, BAR, RIGHT = 48, 16, 11, 16
TOP, HEIGHT = 12, 110
LABEL_EVERY = 7

GROUPS = {
    "direct": ("Direct", {Kind.DIRECT}),
    "relayed": ("Relayed", {Kind.RELAYED}),
    "failed": ("Failed", {kind for kind in Kind if kind.is_failure}),
    "unknown": ("Not known", {Kind.UNKNOWN}),
}


@dataclass(frozen=True)
class Day:
    date: dt.date
    calls: int
    # By the names of GROUPS, in their order.
    connections: dict[str, int]


@dataclass(frozen=True)
class Bar:
    x: int
    y: float
    height: float
    of: str
    says: str


@dataclass(frozen=True)
class Share:
    of: str
    label: str
    number: int
    percent: int


@dataclass(frozen=True)
class Picture:
    days: list[Day]
    calls: list[Bar]
    shares: list[Bar]
    legend: list[Share]
    # Where a label stands, and what it says.
    dates: list[tuple[int, dt.date]]
    steps: list[tuple[float, int]]
    left: int = LEFT - 4
    width: int = LEFT + DAYS * SLOT + RIGHT
    bottom: int = TOP + HEIGHT
    bar: int = BAR

    @property
    def total(self) -> int:
        return sum(day.calls for day in self.days)

    @property
    def known(self) -> int:
        return sum(share.number for share in self.legend)


def last_days(now: dt.datetime | None = None) -> list[Day]:
    """The oldest first, today last: two queries."""
    today = timezone.localdate(now)
    dates = [today - dt.timedelta(days=ago) for ago in reversed(range(DAYS))]
    since = timezone.make_aware(dt.datetime.combine(dates[0], dt.time.min))
    begun = Call.objects.filter(started_at__gte=since).annotate(date=TruncDate("started_at"))
    calls = dict(begun.order_by().values_list("date").annotate(number=Count("pk")))
    reported = pairs(now).filter(call__started_at__gte=since).order_by()
    counted = reported.annotate(date=TruncDate("call__started_at")).values_list("date", "kind")
    tallies: defaultdict[dt.date, Tally] = defaultdict(Counter)
    for date, kind, number in counted.annotate(number=Count("pk")):
        tallies[date][BY_WORD[kind]] += number
    return [Day(date, calls.get(date, 0), grouped(tallies[date])) for date in dates]


def grouped(tally: Tally) -> dict[str, int]:
    return {name: sum(tally[kind] for kind in kinds) for name, (_, kinds) in GROUPS.items()}


def drawn(days: Sequence[Day]) -> Picture:
    top = ceiling(max(day.calls for day in days))
    places = [LEFT + number * SLOT for number in range(len(days))]
    placed = list(zip(places, days, strict=True))
    last = len(days) - 1
    return Picture(
        days=list(days),
        calls=[_calls(x, day, top) for x, day in placed if day.calls],
        shares=[bar for x, day in placed for bar in _stack(x, day)],
        legend=_legend(days),
        dates=[
            (x + BAR // 2, day.date)
            for number, (x, day) in enumerate(placed)
            if (last - number) % LABEL_EVERY == 0
        ],
        steps=[(_height_to_y(part / 2), top * part // 2) for part in (0, 1, 2)],
    )


def ceiling(most: int) -> int:
    """The round and even number that the scale ends with."""
    if most <= 4:
        return 2 if most <= 2 else 4
    unit = int(10 ** (len(str(most)) - 1))
    return next(step for step in (unit, 2 * unit, 4 * unit, 6 * unit, 10 * unit) if step >= most)


def _calls(x: int, day: Day, top: int) -> Bar:
    height = round(day.calls / top * HEIGHT, 1)
    return Bar(x, TOP + HEIGHT - height, height, "calls", f"{day.calls} calls")


def _stack(x: int, day: Day) -> list[Bar]:
    """From the ground up, together the whole height."""
    total = sum(day.connections.values())
    bars, ground = [], 0.0
    for name, number in day.connections.items():
        if number:
            bars.append(_part(x, name, number, total, ground))
            ground += number / total
    return bars


def _part(x: int, name: str, number: int, total: int, ground: float) -> Bar:
    share = number / total
    says = f"{GROUPS[name][0]}: {number} of {total}"
    return Bar(x, _height_to_y(ground + share), round(share * HEIGHT, 1), name, says)


def _height_to_y(share: float) -> float:
    return round(TOP + HEIGHT * (1 - share), 1)


def _legend(days: Sequence[Day]) -> list[Share]:
    sums = {name: sum(day.connections[name] for day in days) for name in GROUPS}
    total = sum(sums.values()) or 1
    return [
        Share(name, GROUPS[name][0], number, round(100 * number / total))
        for name, number in sums.items()
    ]
