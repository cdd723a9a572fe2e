"""What the ends of a pair say of their connection, when it is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Device
from rooms.locking import locked
from rooms.models import ConnectionReport, Participant

# A report comes behind the seat's end, and from a lost network later still.
TAKEN_FOR = dt.timedelta(minutes=10)


@transaction.atomic
def take(slug: str, *, device: Device, reporter: str, about: str, **said: Any) -> ConnectionReport:
    """The later report replaces the earlier one. Raises ObjectDoesNotExist.

    Who was removed is heard too: what counts is the seat, which this device had in this room.
    """
    in_time = Q(left_at__isnull=True) | Q(left_at__gt=timezone.now() - TAKEN_FOR)
    own = Participant.objects.filter(in_time, device=device, call__room__slug=slug)
    seat = own.select_related("call__room").get(pk=reporter)
    # Or a room could be deleted between the look and the write.
    locked(seat.call.room)
    other = Participant.objects.exclude(pk=seat.pk).get(pk=about, call=seat.call_id)
    report, _ = ConnectionReport.objects.update_or_create(
        reporter=seat, about=other, defaults={**said, "call_id": seat.call_id}
    )
    return report
