"""Refresh tokens: 256 random bits that are worth something only together with the device's key.

Bound as they are they need not rotate (RFC 9700, section 4.14.2), so none can be redeemed twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from accounts import devices
from accounts.dpop import Proof
from accounts.models import Device, RefreshGrant, User

SLIDES = dt.timedelta(days=14)
LASTS = dt.timedelta(days=60)


class NoGrant(Exception):
    """The token is unknown, has run out, was revoked, or belongs to another key."""


@transaction.atomic
def open_grant(user: User, shown: Proof, name: str) -> tuple[Device, str]:
    """The client that holds this key, and its refresh token; the one before it is void.

    Raises devices.KeyRefused, or devices.SignedOut.
    """
    device = devices.client_device(user, shown, name)
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    fresh = {"secret_hash": _hash(secret), "created_at": now, "expires_at": now + SLIDES}
    RefreshGrant.objects.update_or_create(device=device, defaults=fresh)
    return device, secret


def redeem(secret: str, thumbprint: str) -> Device:
    """The device that shows its own refresh token, which is good for longer now. Raises NoGrant.

    Whoever shows another's learns nothing, and takes nothing from its owner.
    """
    now = timezone.now()
    good = RefreshGrant.objects.filter(
        secret_hash=_hash(secret),
        expires_at__gt=now,
        device__thumbprint=thumbprint,
        device__ended_at=None,
        device__user__is_active=True,
    )
    found = good.select_related("device__user").first()
    if found is None:
        raise NoGrant
    # Not `save`: it may have been revoked at this very moment.
    expires_at = min(now + SLIDES, found.created_at + LASTS)
    if not RefreshGrant.objects.filter(pk=found.pk).update(expires_at=expires_at):
        raise NoGrant
    return found.device


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
