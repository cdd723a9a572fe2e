"""Rooms, who belongs to them, and who is inside."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Device, User
from accounts.names import validate_plain_text
from rooms import liveness

SEAT_HELD = dt.timedelta(seconds=30)
INVITATION_LASTS = dt.timedelta(days=7)
CAPACITY_DEFAULT = 6
# Every peer of a mesh sends to every other one; beyond eight no ordinary uplink carries it.
CAPACITY_MOST = 8


def new_slug() -> str:
    """128 random bits: a room's address is never guessed."""
    return secrets.token_urlsafe(16)


def new_peer_id() -> str:
    return secrets.token_urlsafe(12)


def invitation_expiry() -> dt.datetime:
    return timezone.now() + INVITATION_LASTS


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: User) -> RoomQuerySet:
        return self.filter(memberships__user=user)

    def as_seen_by(self, user: User) -> list[Room]:
        """Those they may see, with `role`, `member_count` and `people`: two queries in all."""
        members = Membership.objects.filter(room=OuterRef("pk")).values("room")
        counted = members.annotate(number=Count("pk")).values("number")
        seen = self.visible_to(user).annotate(  # type: ignore[no-redef]
            role=F("memberships__role"), member_count=Subquery(counted)
        )
        rooms = list(seen.order_by("name", "pk"))
        people = Participant.objects.present().people_in(rooms)
        for room in rooms:
            room.people = people[room.pk]
        return rooms


class Room(models.Model):
    """A lasting place with members."""

    # As `RoomQuerySet.as_seen_by` found them.
    role: str
    member_count: int
    people: list[User]

    slug = models.SlugField(max_length=32, unique=True, default=new_slug, editable=False)
    name = models.CharField(max_length=80, validators=[validate_plain_text])
    capacity = models.PositiveSmallIntegerField(
        default=CAPACITY_DEFAULT,
        validators=[MinValueValidator(2), MaxValueValidator(CAPACITY_MOST)],
    )
    # Keeps newcomers out; who is inside stays.
    locked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gte=2, capacity__lte=CAPACITY_MOST),
                name="room_capacity_fits_a_mesh",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/r/{self.slug}/"

    @property
    def url(self) -> str:
        return settings.PARLEY_URL + self.get_absolute_url()

    @property
    def is_own(self) -> bool:
        return self.role == Role.OWNER

    @property
    def inside(self) -> list[str]:
        """The names of who is in the call, each once, in order of arrival."""
        return [person.name for person in self.people]


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MODERATOR = "moderator", "Moderator"
    MEMBER = "member", "Member"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: User, slug: str) -> MembershipQuerySet:
        """Their place in the room; the same query whether the room is there or not."""
        return self.filter(user=user, room__slug=slug).select_related("room", "user")

    def by_rank(self) -> MembershipQuerySet:
        """With their users: the owner first, then the moderators, then by name."""
        rank = models.Case(
            models.When(role=Role.OWNER, then=0),
            models.When(role=Role.MODERATOR, then=1),
            default=2,
        )
        name = models.Case(
            models.When(user__display_name="", then=F("user__username")),
            default=F("user__display_name"),
        )
        return self.select_related("user").order_by(rank, name, "pk")


class Membership(models.Model):
    """A user's place in a room."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="membership_once_per_room"),
            models.UniqueConstraint(
                fields=["room"], condition=Q(role=Role.OWNER), name="membership_one_owner_per_room"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.room}"

    def fellow(self, user_id: int) -> Membership:
        """The place of somebody in the same room. Raises DoesNotExist where they have none."""
        return self.room.memberships.select_related("room", "user").get(user_id=user_id)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        return self.filter(self._is_open())

    def good_for(self, user: User) -> InvitationQuerySet:
        """The open ones; for a member also those that let them in and are spent by now."""
        place = Membership.objects.filter(room=OuterRef("room"), user=user)
        return self.filter(self._is_open() | Exists(place))

    @staticmethod
    def _is_open() -> Q:
        unspent = Q(max_uses__isnull=True) | Q(uses__lt=F("max_uses"))
        # Who is disabled lets nobody in; whose account is gone is not known here any more.
        by_active = Q(created_by__isnull=True) | Q(created_by__is_active=True)
        return unspent & by_active & Q(revoked_at__isnull=True, expires_at__gt=timezone.now())

    def with_secret(self, secret: str) -> InvitationQuerySet:
        return self.filter(secret_hash=Invitation.hash_secret(secret))


class Invitation(models.Model):
    """A link that makes memberships. Of its secret the row keeps a hash alone."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="invitations")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=invitation_expiry)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Invitation to {self.room}"

    @staticmethod
    def link(secret: str) -> str:
        """The secret stands behind the `#`: no address that a server sees or logs has it."""
        return f"{settings.PARLEY_URL}/invite/#{secret}"

    @staticmethod
    def hash_secret(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()


class Worker(models.Model):
    """One server process; `seen_at` is renewed every 5 s for as long as it lives."""

    id = models.CharField(primary_key=True, max_length=32)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class CallQuerySet(models.QuerySet["Call"]):
    def running(self) -> CallQuerySet:
        return self.filter(ended_at__isnull=True)


class Call(models.Model):
    """One stretch of time in which a room is not empty."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="calls")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(ended_at__isnull=True),
                name="call_one_running_per_room",
            ),
        ]

    def __str__(self) -> str:
        return f"Call in {self.room}"


class LeaveReason(models.TextChoices):
    LEFT = "left", "Left"
    LOST = "lost", "Connection lost"
    REPLACED = "replaced", "Joined again"
    REMOVED = "removed", "Removed"
    SIGNED_OUT = "signed_out", "Signed out"
    ENDED = "ended", "Call ended"


# When the seat's socket closed, or else its worker's last lease.
LAST_LIFE = models.Case(
    models.When(away_since__isnull=False, then=F("away_since")),
    default=Greatest(F("worker__seen_at"), F("joined_at")),
)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def seated(self) -> ParticipantQuerySet:
        """Seats that nothing has ended yet, run out or not."""
        return self.filter(left_at__isnull=True)

    def present(self, now: dt.datetime | None = None) -> ParticipantQuerySet:
        """Seats that still hold, right without any sweep (30 s from the last sign of life)."""
        now = now or timezone.now()
        seated = self.seated()
        if not liveness.seen_through(SEAT_HELD, now):
            return seated
        return seated.annotate(last_life=LAST_LIFE).filter(last_life__gte=now - SEAT_HELD)

    def run_out(self, now: dt.datetime | None = None) -> ParticipantQuerySet:
        """Seats whose 30 s are over; the opposite of `present`."""
        now = now or timezone.now()
        if not liveness.seen_through(SEAT_HELD, now):
            return self.none()
        return self.seated().annotate(last_life=LAST_LIFE).filter(last_life__lt=now - SEAT_HELD)

    def people_in(self, rooms: Sequence[Room]) -> dict[int, list[User]]:
        """Who sits in the running call of each room, by the room's id."""
        people: dict[int, dict[int, User]] = defaultdict(dict)
        seats = self.filter(call__room__in=rooms, call__ended_at__isnull=True, user__isnull=False)
        for seat in seats.select_related("call", "user"):
            if seat.user:
                people[seat.call.room_id].setdefault(seat.user.pk, seat.user)
        return defaultdict(list, {room: list(users.values()) for room, users in people.items()})


class Participant(models.Model):
    """One seat of one device in one call; on the wire its id is the peer id."""

    id = models.CharField(primary_key=True, max_length=16, default=new_peer_id, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="participants")
    joined_at = models.DateTimeField()
    away_since = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    leave_reason = models.CharField(max_length=16, choices=LeaveReason.choices, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "device"],
                condition=Q(left_at__isnull=True),
                name="participant_one_seat_per_device_and_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or 'Someone who left'} in {self.call}"
