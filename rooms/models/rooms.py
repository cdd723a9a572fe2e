"""Rooms: lasting places with members."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.names import validate_plain_text

CAPACITY_DEFAULT = 6
# Every peer of a mesh sends to every other one; beyond eight no ordinary uplink carries it.
CAPACITY_MOST = 8
CHAT_DAYS_DEFAULT = 30
CHAT_DAYS_MOST = 365


def new_slug() -> str:
    """More than 128 random bits, so that a room's address is never guessed, in letters and
    digits alone, so that no command line takes it for an option and no mail loses its end."""
    return get_random_string(22)


class Access(models.TextChoices):
    """Who may enter, besides its members."""

    MEMBERS = "members", "Members only"
    KNOCK = "knock", "Whoever has the link may knock"
    OPEN = "open", "Whoever has the link may enter"


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MODERATOR = "moderator", "Moderator"
    MEMBER = "member", "Member"
    # For one call, in a room that is open or where one was let in.
    GUEST = "guest", "Guest"


class Room(models.Model):
    """A lasting place with members."""

    # As `MembershipQuerySet.rooms_of` found them.
    role: str
    member_count: int
    people: list[User]

    slug = models.SlugField(max_length=32, unique=True, default=new_slug, editable=False)
    name = models.CharField(max_length=80, validators=[validate_plain_text])
    capacity = models.PositiveSmallIntegerField(
        default=CAPACITY_DEFAULT,
        validators=[MinValueValidator(2), MaxValueValidator(CAPACITY_MOST)],
    )
    access = models.CharField(max_length=8, choices=Access.choices, default=Access.MEMBERS)
    # Keeps newcomers out; who is inside stays.
    locked = models.BooleanField(default=False)
    # Nobody in here learns another's address: everything goes through the relay.
    hides_addresses = models.BooleanField(default=False)
    has_chat = models.BooleanField(default=True)
    # How many days a message is kept; 0 stands for as long as the call goes on.
    chat_days = models.PositiveSmallIntegerField(
        default=CHAT_DAYS_DEFAULT, validators=[MaxValueValidator(CHAT_DAYS_MOST)]
    )
    # The number of its newest message; numbers are never given twice.
    last_message = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

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
    def is_guest(self) -> bool:
        return self.role == Role.GUEST

    @property
    def inside(self) -> list[str]:
        """The names of who is in the call, each once, in order of arrival."""
        return [person.name for person in self.people]
