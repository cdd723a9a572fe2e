"""What the ends of a pair say of their connection, when it is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from rooms.locking import locked
from rooms.models import ConnectionReport, Participant

# A report comes behind the seat's end, and from a lost network later still.
TAKEN_FOR = dt.timedelta(minutes=10)


@transaction.atomic
def take(slug: str, *, by: User, reporter: str, about: str, **said: Any) -> ConnectionReport:
    """The later report replaces the earlier one. Raises ObjectDoesNotExist.

    Who was removed is heard too: what counts is the seat, which they had in this room, be it that
    their device has another key by now. It is about somebody who was inside at the same time.
    """
    in_time = Q(left_at__isnull=True) | Q(left_at__gt=timezone.now() - TAKEN_FOR)
    own = Participant.objects.filter(in_time, user=by, call__room__slug=slug)
    seat = own.select_related("call__room").get(pk=reporter)
    # Or a room could be deleted between the look and the write.
    locked(seat.call.room)
    met = Q(left_at__isnull=True) | Q(left_at__gt=seat.joined_at)
    if seat.left_at:
        met &= Q(joined_at__lt=seat.left_at)
    others = Participant.objects.filter(met, call=seat.call_id).exclude(pk=seat.pk)
    other = others.get(pk=about)
    report, _ = ConnectionReport.objects.update_or_create(
        reporter=seat, about=other, defaults={**said, "call_id": seat.call_id}
    )
    return report
