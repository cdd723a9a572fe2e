"""Users and the devices they sign in with."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
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


class DeviceQuerySet(models.QuerySet["Device"]):
    def live(self) -> DeviceQuerySet:
        return self.filter(ended_at__isnull=True)


class Device(models.Model):
    """One browser session of a user; the session remembers the row's id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
