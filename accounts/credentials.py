"""A user's password and second factor, for who has no sign-in page to go through."""

from __future__ import annotations

from typing import NamedTuple

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts import limits
from accounts.models import User


class Why(NamedTuple):
    """`code` says which of them is missing or wrong, `detail` what to do."""

    code: str
    detail: str


class Rejected(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.code)
        self.why = why


NO_MATCH = Why("invalid_credentials", "That name and password do not go together.")
UNVERIFIED = Why("email_unverified", "Confirm your e-mail address first, by its mail.")
NO_CODE = Why("mfa_required", "Send a code of your app, or a recovery code, as `otp`.")
WRONG_CODE = Why("invalid_otp", "This code is wrong, or was used already.")


def verify(request: HttpRequest, username: str, password: str, otp: str | None) -> User:
    """Whose these are. Raises Rejected: everything after the password is told to who has it."""
    # The adapter counts wrong ones, here as on the sign-in page.
    user = get_adapter().authenticate(request, username=username, password=password)
    if not isinstance(user, User) or not user.is_active:
        raise Rejected(NO_MATCH)
    _require_verified_email(user)
    if is_mfa_enabled(user):
        _require_second_factor(request, user, otp)
    return user


def _require_verified_email(user: User) -> None:
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        return
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        raise Rejected(UNVERIFIED)


def _require_second_factor(request: HttpRequest, user: User, otp: str | None) -> None:
    if not otp:
        raise Rejected(NO_CODE)
    with_codes = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    with limits.codes(request, user) as attempt:
        try:
            factors = Authenticator.objects.filter(user=user, type__in=with_codes)
            attempt.failed = not any(factor.wrap().validate_code(otp) for factor in factors)
        except ValidationError as unreadable:
            raise Rejected(Why("invalid_otp", unreadable.messages[0])) from unreadable
        if attempt.failed:
            raise Rejected(WRONG_CODE)
