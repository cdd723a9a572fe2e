"""What the pages and mails say of passkeys and codes."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django import template

from accounts.models import User

register = template.Library()

_ASKED_FOR = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@register.filter
def factors(user: User) -> int:
    """How many there are that the password alone does not pass."""
    return Authenticator.objects.filter(user=user, type__in=_ASKED_FOR).count()


@register.filter
def sign_in_alone(passkeys: Iterable[WebAuthn]) -> bool:
    return any(passkey.is_passwordless for passkey in passkeys)


@register.filter
def in_fours(secret: str) -> list[str]:
    """So that one does not lose one's place while typing it."""
    return [secret[start : start + 4] for start in range(0, len(secret), 4)]
