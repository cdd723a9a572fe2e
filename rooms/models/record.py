"""Who did what, and how well people were connected: what is looked at afterwards."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from rooms.models.calls import Call, Participant
from rooms.models.rooms import Room


class Act(models.TextChoices):
    """What was done."""

    MAKE = "make", "Made the room"
    CONFIGURE = "configure", "Changed the room"
    RENEW_LINK = "renew_link", "Renewed the link"
    CLOSE = "close", "Deleted the room"
    LOCK = "lock", "Locked the room"
    UNLOCK = "unlock", "Unlocked the room"
    END_CALL = "end_call", "Ended the call"
    INVITE = "invite", "Made an invitation"
    REVOKE_INVITATION = "revoke_invitation", "Turned off an invitation"
    JOIN = "join", "Came by an invitation"
    LEAVE = "leave", "Left the room"
    ADMIT = "admit", "Let in"
    DENY = "deny", "Did not let in"
    MUTE = "mute", "Muted"
    ALLOW = "allow", "Allowed to speak"
    REMOVE = "remove", "Removed"
    BAN = "ban", "Banned"
    LIFT_BAN = "lift_ban", "Lifted the ban"
    CHANGE_ROLE = "change_role", "Changed the role"
    HAND_OVER = "hand_over", "Handed the room over"
    EXPORT = "export", "Exported the history"


class AuditEntry(models.Model):
    """One act in a room. It outlives the room, and whoever did it."""

    at = models.DateTimeField(auto_now_add=True)
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, null=True, related_name="record")
    # As it was called then.
    room_name = models.CharField(max_length=80)
    act = models.CharField(max_length=32, choices=Act.choices)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    target = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    # What else there is to say, as the new role.
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.room_name}"


class ConnectionReport(models.Model):
    """What one end of a pair says of its connection to the other, when it is over."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="reports")
    about = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    # A W3C RTCPeerConnectionState: what it was when the report was written.
    state = models.CharField(max_length=16)
    local_type = models.CharField(max_length=8, blank=True)
    remote_type = models.CharField(max_length=8, blank=True)
    protocol = models.CharField(max_length=8, blank=True)
    setup_ms = models.PositiveIntegerField(null=True)
    restarts = models.PositiveSmallIntegerField(default=0)
    ice_errors = models.JSONField(default=list)
    bytes_sent = models.PositiveBigIntegerField(default=0)
    bytes_received = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter", "about"], name="report_once_per_end"),
        ]

    def __str__(self) -> str:
        return f"{self.reporter_id} about {self.about_id}"
