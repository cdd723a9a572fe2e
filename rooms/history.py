"""The past calls of a room, as they are looked at: who was there, and how well it worked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.names import isolated
from rooms import timeline
from rooms.diagnosis import COMES_UP_WITHIN, Diagnosis, Kind, Trouble, best, diagnose, troubles
from rooms.models import DELETED_ACCOUNT, Call, ConnectionReport, LeaveReason, Participant, Room

AT_ONCE = 20

HOW = {
    LeaveReason.LEFT: "Left",
    LeaveReason.LOST: "Lost the connection",
    LeaveReason.REPLACED: "Joined again elsewhere",
    LeaveReason.REMOVED: "Was removed",
    LeaveReason.BANNED: "Was banned",
    LeaveReason.SIGNED_OUT: "Was signed out",
    LeaveReason.ENDED: "The call was ended for all",
}
INSIDE, AWAY = "Still inside", "Away for the moment"


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody in a call, with all the seats they took, in order."""

    user_id: int | None
    name: str
    until: dt.datetime
    seats: list[Participant] = field(default_factory=list)

    @property
    def came(self) -> dt.datetime:
        return self.seats[0].joined_at

    @property
    def left(self) -> dt.datetime | None:
        """None while they are inside."""
        return self._last.left_at

    @property
    def reason(self) -> str:
        return self._last.leave_reason

    @property
    def how(self) -> str:
        if self._last.left_at is None:
            return AWAY if self._last.away_since else INSIDE
        return HOW[LeaveReason(self.reason)]

    @property
    def spans(self) -> list[timeline.Span]:
        return timeline.merged(
            timeline.Span(seat.joined_at, seat.left_at or self.until, seat.leave_reason == "lost")
            for seat in self.seats
        )

    @property
    def inside(self) -> dt.timedelta:
        return sum((span.length for span in self.spans), dt.timedelta())

    @property
    def _last(self) -> Participant:
        return max(self.seats, key=lambda seat: (seat.left_at or self.until, seat.left_at is None))


@dataclass(frozen=True, eq=False)
class Connection:
    """One connection of a pair: its halves joined."""

    diagnosis: Diagnosis
    halves: list[ConnectionReport]

    @property
    def protocol(self) -> str:
        return next((half.protocol for half in self.halves if half.protocol), "")

    @property
    def setup_ms(self) -> int | None:
        """Until both ends saw it up."""
        known = [half.setup_ms for half in self.halves if half.setup_ms is not None]
        return max(known, default=None)

    @property
    def restarts(self) -> int:
        return sum(half.restarts for half in self.halves)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two people of a call; whoever came back has had several connections with the other."""

    one: Person
    other: Person
    connections: list[Connection] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return best(self._found)

    @property
    def best(self) -> Connection:
        """Of equals the last."""
        return next(one for one in reversed(self.connections) if one.diagnosis.kind is self.kind)

    @property
    def troubles(self) -> list[Trouble]:
        return troubles(self._found)

    @property
    def _found(self) -> list[Diagnosis]:
        return [one.diagnosis for one in self.connections]


@dataclass(frozen=True, eq=False)
class PastCall:
    """A call that is over, or runs still."""

    id: int
    started_at: dt.datetime
    ended_at: dt.datetime | None
    until: dt.datetime
    people: list[Person]
    pairs: list[Pair]

    @property
    def length(self) -> dt.timedelta:
        return self.until - self.started_at

    @property
    def names(self) -> list[str]:
        return [person.name for person in self.people]

    @property
    def known(self) -> list[Pair]:
        """The pairs of which somebody has said something, the worst first."""
        known = [pair for pair in self.pairs if pair.kind is not Kind.UNKNOWN]
        return sorted(known, key=lambda pair: (-pair.kind.severity, -len(pair.troubles)))

    @property
    def direct(self) -> int:
        """How many of the pairs were able to do without a relay."""
        return sum(pair.kind is Kind.DIRECT for pair in self.pairs)

    @property
    def worst(self) -> Kind:
        """What became of its worst pair; unknown where nobody has said anything."""
        kinds = (pair.kind for pair in self.pairs)
        return max(kinds, key=lambda kind: kind.severity, default=Kind.UNKNOWN)

    @property
    def picture(self) -> timeline.Picture:
        spans = [person.spans for person in self.people]
        return timeline.drawn(self.started_at, self.until, spans)


def newest(
    room: Room, *, before: int | None = None, most: int = AT_ONCE
) -> tuple[list[PastCall], bool]:
    """The calls before that one, the newest first, and whether there are more: three queries."""
    calls = room.calls.order_by("-pk")
    if before is not None:
        calls = calls.filter(pk__lt=before)
    found = list(calls[: most + 1])
    return _told(found[:most], timezone.now()), len(found) > most


def _told(calls: list[Call], now: dt.datetime) -> list[PastCall]:
    seats: defaultdict[int, list[Participant]] = defaultdict(list)
    for seat in Participant.objects.filter(call__in=calls).select_related("user"):
        seats[seat.call_id].append(seat)
    reports: defaultdict[int, list[ConnectionReport]] = defaultdict(list)
    for report in ConnectionReport.objects.filter(call__in=calls):
        reports[report.call_id].append(report)
    return [_past(call, seats[call.pk], reports[call.pk], now) for call in calls]


def _past(
    call: Call, seats: list[Participant], reports: list[ConnectionReport], now: dt.datetime
) -> PastCall:
    until = call.ended_at or now
    people: dict[object, Person] = {}
    of_seat: dict[str, Person] = {}
    for seat in seats:
        name = seat.user.name if seat.user else DELETED_ACCOUNT
        # Nobody can tell whether two of these were one.
        person = people.setdefault(seat.user_id or seat.pk, Person(seat.user_id, name, until))
        person.seats.append(seat)
        of_seat[seat.pk] = person
    pairs = _pairs(seats, of_seat, reports, until)
    return PastCall(call.pk, call.started_at, call.ended_at, until, list(people.values()), pairs)


def _pairs(
    seats: list[Participant],
    of_seat: dict[str, Person],
    reports: list[ConnectionReport],
    until: dt.datetime,
) -> list[Pair]:
    said = {(report.reporter_id, report.about_id): report for report in reports}
    pairs: dict[frozenset[int], Pair] = {}
    for one, other, together in _met(seats, until):
        halves = said.get((one.pk, other.pk)), said.get((other.pk, one.pk))
        # Who is still connected says so when it is over.
        is_over = one.left_at is not None and other.left_at is not None
        if not any(halves) and not (is_over and together >= COMES_UP_WITHIN):
            continue
        first, second = of_seat[one.pk], of_seat[other.pk]
        names = isolated(first.name), isolated(second.name)
        found = diagnose(*halves, names=names, together=together)
        pair = pairs.setdefault(frozenset((id(first), id(second))), Pair(first, second))
        pair.connections.append(Connection(found, [half for half in halves if half]))
    return list(pairs.values())


def _met(
    seats: Iterable[Participant], until: dt.datetime
) -> Iterator[tuple[Participant, Participant, dt.timedelta]]:
    """Who was inside at one time, each pair once, and for how long; `seats` are in order."""
    inside: list[Participant] = []
    for seat in seats:
        inside = [one for one in inside if (one.left_at or until) > seat.joined_at]
        for one in inside:
            both_until = min(one.left_at or until, seat.left_at or until)
            yield one, seat, both_until - seat.joined_at
        inside.append(seat)
