"""Who belongs to a room, and the ways to come to belong to it."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from rooms.models.calls import Call, Participant
from rooms.models.rooms import Role, Room

INVITATION_LASTS = dt.timedelta(days=7)
KNOCK_LASTS = dt.timedelta(minutes=10)


def invitation_expiry() -> dt.datetime:
    return timezone.now() + INVITATION_LASTS


class MembershipQuerySet(models.QuerySet["Membership"]):
    def standing(self) -> MembershipQuerySet:
        """Of those who are not banned."""
        return self.filter(banned_at__isnull=True)

    def banned(self) -> MembershipQuerySet:
        return self.filter(banned_at__isnull=False)

    def latest_bans(self) -> MembershipQuerySet:
        return self.banned().select_related("user").order_by("-banned_at", "pk")

    def of(self, user: User, slug: str) -> MembershipQuerySet:
        """Their place in the room; the same query whether the room is there or not."""
        return self.filter(user=user, room__slug=slug).select_related("room", "user")

    def by_rank(self) -> MembershipQuerySet:
        """With their users: the owner first, then the moderators, then by name."""
        rank = models.Case(
            models.When(role=Role.OWNER, then=0),
            models.When(role=Role.MODERATOR, then=1),
            models.When(role=Role.MEMBER, then=2),
            default=3,
        )
        name = models.Case(
            models.When(user__display_name="", then=F("user__username")),
            default=F("user__display_name"),
        )
        return self.select_related("user").order_by(rank, name, "pk")

    def rooms_of(self, user: User) -> list[Room]:
        """Those they have a place in, with `role`, `member_count` and `people`: two queries."""
        counted = (
            self.standing()
            .filter(room=OuterRef("pk"))
            .exclude(role=Role.GUEST)
            .values("room")
            .annotate(number=Count("pk"))
            .values("number")
        )
        seen = Room.objects.filter(memberships__in=self.standing().filter(user=user))
        seen = seen.annotate(  # type: ignore[no-redef]
            role=F("memberships__role"), member_count=Subquery(counted)
        )
        rooms = list(seen.order_by("name", "pk"))
        people = Participant.objects.present().people_in(rooms)
        for room in rooms:
            room.people = people[room.pk]
        return rooms


class Membership(models.Model):
    """A user's place in a room."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)
    role_since = models.DateTimeField(default=timezone.now, editable=False)
    # The place stays, to refuse whoever comes back.
    banned_at = models.DateTimeField(null=True, blank=True, editable=False)

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
        """The place of somebody in the same room. Raises DoesNotExist where they have none.

        Who is banned has none.
        """
        standing = self.room.memberships.standing().select_related("room", "user")
        return standing.get(user_id=user_id)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        return self.filter(self._is_open())

    def good_for(self, user: User) -> InvitationQuerySet:
        """The open ones; for a member also those that let them in and are spent by now.

        None for who is banned there.
        """
        place = Membership.objects.filter(room=OuterRef("room"), user=user)
        lasting = place.standing().exclude(role=Role.GUEST)
        banned = place.filter(banned_at__isnull=False)
        return self.filter(self._is_open() | Exists(lasting)).exclude(Exists(banned))

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


class KnockEnd(models.TextChoices):
    ADMITTED = "admitted", "Admitted"
    DENIED = "denied", "Denied"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Nobody answered"


class KnockQuerySet(models.QuerySet["Knock"]):
    def unanswered(self) -> KnockQuerySet:
        """With who knocks, and where."""
        return self.filter(end="").select_related("room", "user")

    def waiting(self, now: dt.datetime | None = None) -> KnockQuerySet:
        """Right without any sweep: nobody waits for longer than ten minutes."""
        since = (now or timezone.now()) - KNOCK_LASTS
        return self.unanswered().filter(user__is_active=True, created_at__gt=since)

    def overdue(self, now: dt.datetime) -> KnockQuerySet:
        return self.unanswered().filter(created_at__lte=now - KNOCK_LASTS)


class Knock(models.Model):
    """Someone asks to be let in. A row, so that it outlives a reload of either side."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="knocks")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # The call that was going on, if any: three are denied in one, and no more are heard.
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=16, choices=KnockEnd.choices, blank=True)

    objects = KnockQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "user"], condition=Q(end=""), name="knock_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} knocks at {self.room}"
