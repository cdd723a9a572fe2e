"""Users and the devices they sign in with."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.names import NAME_LENGTH, validate_plain_text, validate_username


class User(AbstractUser):
    """Someone with an account."""

    username = models.CharField(
        max_length=NAME_LENGTH,
        unique=True,
        validators=[validate_plain_text, validate_username],
        error_messages={"unique": "This username is taken. Choose another."},
    )
    # A person is called what they choose; a given and a family name are not asked for.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(
        max_length=NAME_LENGTH, blank=True, validators=[validate_plain_text]
    )
    # Nobody they meet learns where they are: their media goes through the relay.
    hides_address = models.BooleanField(default=False)
    # Raised by whatever must end every sign-in at once; sockets carry the value they opened with.
    auth_version = models.PositiveIntegerField(default=0, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What others see."""
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares this with what the session was opened with, on every request."""
        value = f"{self.password}:{self.auth_version}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class DeviceKind(models.TextChoices):
    BROWSER = "browser", "Browser"
    CLIENT = "client", "API client"


class DeviceQuerySet(models.QuerySet["Device"]):
    def live(self) -> DeviceQuerySet:
        return self.filter(ended_at__isnull=True)

    def listed(self) -> DeviceQuerySet:
        """What its owner is shown: a device that is in, or whose key may come back."""
        return self.live() | self.signed_out()

    def signed_out(self) -> DeviceQuerySet:
        """Those that may come back: without a key there is nothing that could."""
        return self.filter(ended_at__isnull=False, revoked_at=None, thumbprint__isnull=False)


class Device(models.Model):
    """One browser session or API client of a user, known by the key that it holds.

    A browser's session remembers the row's id; the key comes with the first page that has run.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=NAME_LENGTH, validators=[validate_plain_text])
    kind = models.CharField(
        max_length=8, choices=DeviceKind.choices, default=DeviceKind.BROWSER, editable=False
    )
    # The public JWK (P-256: kty, crv, x, y), and its RFC 7638 thumbprint.
    key = models.JSONField(null=True, blank=True, editable=False)
    thumbprint = models.CharField(max_length=43, null=True, blank=True, unique=True, editable=False)
    key_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(auto_now_add=True)
    # Signed out; the same key may come back with a new sign-in.
    ended_at = models.DateTimeField(null=True, blank=True)
    # Its key is refused for good.
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="revoked_is_ended",
                condition=Q(revoked_at__isnull=True) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="key_is_whole",
                condition=Q(key__isnull=True, thumbprint__isnull=True, key_at__isnull=True)
                | Q(key__isnull=False, thumbprint__isnull=False, key_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RefreshGrant(models.Model):
    """What an API client's refresh token stands for; the row keeps the token's hash alone."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="grant")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.device} until {self.expires_at:%Y-%m-%d}"
