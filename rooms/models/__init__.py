"""Rooms, who belongs to them, who is inside, and what stays of it."""

from rooms.models.calls import (
    SEAT_HELD,
    Call,
    Hold,
    LeaveReason,
    Participant,
    ParticipantQuerySet,
    Worker,
    new_peer_id,
)
from rooms.models.chat import TEXT_LENGTH, Message
from rooms.models.people import (
    INVITATION_LASTS,
    KNOCK_LASTS,
    Invitation,
    Knock,
    KnockEnd,
    KnockQuerySet,
    Membership,
    MembershipQuerySet,
    invitation_expiry,
)
from rooms.models.record import Act, AuditEntry, ConnectionReport
from rooms.models.rooms import (
    CAPACITY_DEFAULT,
    CAPACITY_MOST,
    CHAT_DAYS_DEFAULT,
    CHAT_DAYS_MOST,
    Access,
    Role,
    Room,
    new_slug,
)

__all__ = [
    "CAPACITY_DEFAULT",
    "CAPACITY_MOST",
    "CHAT_DAYS_DEFAULT",
    "CHAT_DAYS_MOST",
    "INVITATION_LASTS",
    "KNOCK_LASTS",
    "SEAT_HELD",
    "TEXT_LENGTH",
    "Access",
    "Act",
    "AuditEntry",
    "Call",
    "ConnectionReport",
    "Hold",
    "Invitation",
    "Knock",
    "KnockEnd",
    "KnockQuerySet",
    "LeaveReason",
    "Membership",
    "MembershipQuerySet",
    "Message",
    "Participant",
    "ParticipantQuerySet",
    "Role",
    "Room",
    "Worker",
    "invitation_expiry",
    "new_peer_id",
    "new_slug",
]
