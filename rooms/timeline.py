"""The picture of who was there when: times in, places on a line of 100 percent out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

LANE = 44
AXIS = 28
# What is closer than this, in percent, cannot be told apart.
TOUCHING = 0.3
# So near to an end that a label in the middle of its tick would hang over it, on a phone.
_EDGES = {"seconds": 6, "time": 6, "date": 22}

_STEPS = [
    dt.timedelta(seconds=seconds)
    for seconds in (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)
]
_DAY = dt.timedelta(days=1)
_MOST_TICKS = 4
# Their labels are long: midnight here is another hour, and maybe another day, where it is read.
_MOST_DATES = 2
# By the name of each form in static/js/site/clock.js: what is read where no script runs.
_LABELS = {"seconds": "%H:%M:%S", "time": "%H:%M", "date": "%d %b, %H:%M"}


@dataclass(frozen=True)
class Span:
    """A time that somebody was there; `lost` is how it ended."""

    start: dt.datetime
    end: dt.datetime
    lost: bool = False

    @property
    def length(self) -> dt.timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Bar:
    """In percent of the width."""

    x: float
    width: float
    lost: bool

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Lane:
    y: int
    bars: list[Bar]


@dataclass(frozen=True)
class Tick:
    x: float
    at: dt.datetime
    shows: str

    @property
    def label(self) -> str:
        """In UTC."""
        return self.at.strftime(_LABELS[self.shows])

    @property
    def anchor(self) -> str:
        """So that no label hangs over an end."""
        edge = _EDGES[self.shows]
        if self.x < edge:
            return "start"
        return "end" if self.x > 100 - edge else "middle"


@dataclass(frozen=True)
class Picture:
    height: int
    lanes: list[Lane]
    ticks: list[Tick]


def drawn(start: dt.datetime, end: dt.datetime, people: Sequence[Iterable[Span]]) -> Picture:
    """One lane for each of the people, in their order."""
    length = max(end - start, dt.timedelta(seconds=1))

    def place(moment: dt.datetime) -> float:
        return round(min(max((moment - start) / length, 0), 1) * 100, 2)

    lanes = [Lane(AXIS + number * LANE, _bars(spans, place)) for number, spans in enumerate(people)]
    ticks = [Tick(place(at), at, shows) for at, shows in _ticks(start, start + length)]
    return Picture(AXIS + len(lanes) * LANE, lanes, ticks)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Without overlaps, in order: whoever is there on two devices is there once."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if whole and span.start <= whole[-1].end:
            last = max(whole[-1], span, key=lambda one: one.end)
            whole[-1] = Span(whole[-1].start, last.end, last.lost)
        else:
            whole.append(span)
    return whole


def _bars(spans: Iterable[Span], place: Callable[[dt.datetime], float]) -> list[Bar]:
    bars: list[Bar] = []
    for span in merged(spans):
        x, end = place(span.start), place(span.end)
        if bars and x - bars[-1].end < TOUCHING:
            x = bars.pop().x
        bars.append(Bar(x, round(max(end - x, TOUCHING), 2), span.lost))
    return bars


def _ticks(start: dt.datetime, end: dt.datetime) -> Iterable[tuple[dt.datetime, str]]:
    """Round moments in between, as few as are easily read."""
    fitting = (step for step in _STEPS if (end - start) / step <= _MOST_TICKS)
    step = next(fitting, None) or _DAY * -(-(end - start) // (_DAY * _MOST_DATES))
    shows = "seconds" if step < dt.timedelta(minutes=1) else "time" if step < _DAY else "date"
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    round_to = min(step, _DAY)
    moment = midnight + round_to * -(-(start - midnight) // round_to)
    while moment <= end:
        yield moment, shows
        moment += step
