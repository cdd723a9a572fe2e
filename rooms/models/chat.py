"""What people write in a room."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Subquery

from accounts.models import User
from rooms.models.calls import Call
from rooms.models.rooms import Room

TEXT_LENGTH = 4096


class MessageQuerySet(models.QuerySet["Message"]):
    def of_the_call(self) -> MessageQuerySet:
        """What was written since the running call began; nothing where none is running."""
        running = Call.objects.running_in(OuterRef("room"))
        return self.filter(at__gte=Subquery(running.values("started_at")))

    def after(self, number: int) -> MessageQuerySet:
        """What was written since, in order, with who wrote it."""
        return self.filter(number__gt=number).select_related("user").order_by("number")


class Message(models.Model):
    """One message of the room's chat."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    # Counts up by one within the room, so that a client sees at once when it lacks one.
    number = models.PositiveBigIntegerField()
    # None stands for a deleted account.
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    # The sender's own, so that sending it once more changes nothing.
    client_id = models.CharField(max_length=64)
    text = models.CharField(max_length=TEXT_LENGTH)
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["room", "number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="message_number_in_room"),
            models.UniqueConstraint(
                fields=["room", "user", "client_id"], name="message_once_per_sender"
            ),
        ]
        # For the sweep.
        indexes = [models.Index(fields=["at"], name="message_by_age")]

    def __str__(self) -> str:
        return f"Message {self.number} in {self.room}"
