"""Refresh tokens: 256 random bits that are worth something only together with the device's key.

Bound as they are they need not rotate (RFC 9700, section 4.14.2), so none can be redeemed twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.utils import timezone

from accounts.models import Device, RefreshGrant

SLIDES = dt.timedelta(days=14)
LASTS = dt.timedelta(days=60)


class NoGrant(Exception):
    """The token is unknown, has run out, was revoked, or belongs to another key."""


def grant(device: Device) -> str:
    """A new refresh token for the device; the one before it is void."""
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    RefreshGrant.objects.update_or_create(
        device=device,
        defaults={
            "secret_hash": _hash(secret),
            "created_at": now,
            "expires_at": now + SLIDES,
        },
    )
    return secret


def redeem(secret: str, thumbprint: str) -> Device:
    """The device that shows its own refresh token, which is good for longer now. Raises NoGrant.

    Whoever shows another's learns nothing, and takes nothing from its owner.
    """
    now = timezone.now()
    held = RefreshGrant.objects.select_related("device__user").filter(
        secret_hash=_hash(secret),
        expires_at__gt=now,
        device__thumbprint=thumbprint,
        device__ended_at=None,
        device__user__is_active=True,
    )
    found = held.first()
    if found is None:
        raise NoGrant
    found.expires_at = min(now + SLIDES, found.created_at + LASTS)
    found.save(update_fields=["expires_at"])
    return found.device


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
