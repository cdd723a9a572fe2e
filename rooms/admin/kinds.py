"""What became of connections, counted by the database: `rooms.diagnosis` in SQL, and held to it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import ExpressionWrapper as Typed
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from rooms.diagnosis import COMES_UP_WITHIN, HEARD_OF, Kind
from rooms.models import Call, ConnectionReport

Tally = Counter[Kind]

BY_WORD: dict[str, Kind] = {kind.value: kind for kind in Kind}


def pairs(now: dt.datetime | None = None) -> QuerySet[Any]:
    """One row for each pair that anybody reported on, with its `kind`."""
    back = FilteredRelation("about__reports", condition=Q(about__reports__about=F("reporter")))
    halves = ConnectionReport.objects.annotate(back=back)
    one_of_both = Q(back__isnull=True) | Q(reporter__lt=F("about"))
    return halves.filter(one_of_both).annotate(**_together(now or timezone.now()), kind=_kind())


def tallies(calls: Iterable[Call]) -> dict[int, Tally]:
    """How many pairs of each kind, by the call's id."""
    counted = pairs().filter(call__in=calls).order_by().values_list("call", "kind")
    found: defaultdict[int, Tally] = defaultdict(Counter)
    for call, kind, number in counted.annotate(number=Count("pk")):
        found[call][BY_WORD[kind]] += number
    return found


def _together(now: dt.datetime) -> dict[str, Any]:
    """From when to when both were inside."""
    return {
        "met": Greatest("reporter__joined_at", "about__joined_at"),
        "parted": Least(
            Coalesce("reporter__left_at", now, output_field=DateTimeField()),
            Coalesce("about__left_at", now, output_field=DateTimeField()),
        ),
    }


def _kind() -> Case:
    both = Q(back__isnull=False)
    up, back_up = Q(setup_ms__isnull=False), Q(back__setup_ms__isnull=False)
    brief = Q(parted__lt=Typed(F("met") + COMES_UP_WITHIN, output_field=DateTimeField()))
    heard = Q(bytes_received__gt=0), Q(back__bytes_received__gt=0)
    spoke = Q(bytes_sent__gt=HEARD_OF), Q(back__bytes_sent__gt=HEARD_OF)
    unheard = heard[0] & spoke[0] & ~heard[1] | heard[1] & spoke[1] & ~heard[0]
    off = ~Q(state="connected") & (Q(back__isnull=True) | ~Q(back__state="connected"))
    relay = [f"{half}{end}_type" for half in ("", "back__") for end in ("local", "remote")]
    return Case(
        When(~up & ~(both & back_up) & brief, then=Value(Kind.UNKNOWN.value)),
        When(~up & ~(both & back_up), then=Value(Kind.NEVER.value)),
        When(both & (~up | ~back_up | unheard), then=Value(Kind.ONE_SIDED.value)),
        When(off, then=Value(Kind.BROKEN.value)),
        When(
            Q(*((field, "relay") for field in relay), _connector=Q.OR),
            then=Value(Kind.RELAYED.value),
        ),
        default=Value(Kind.DIRECT.value),
    )
