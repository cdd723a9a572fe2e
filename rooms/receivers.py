"""When an account or a device ends: no seat and no ownerless room stays behind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import device_ended
from rooms import actions, seats
from rooms.models import LeaveReason, Participant


# Accounts may not know of rooms, and a cascade would take the memberships away in silence.
@receiver(pre_delete, sender=User)
def part_with_user(instance: User, **_: Any) -> None:
    actions.part_with(instance)


@receiver(device_ended)
def end_seats_of_device(device_id: UUID, **_: Any) -> None:
    seats.end_seats(Participant.objects.filter(device=device_id), reason=LeaveReason.SIGNED_OUT)
