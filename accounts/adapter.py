"""Where allauth asks for our ways: its sentences, where it goes next, and its mail."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User

logger = logging.getLogger(__name__)

# The same words whether the account exists or not.
_NO_MATCH = "That name and password do not go together."
_TAKEN = "This username is taken. Choose another."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _NO_MATCH,
        "username_password_mismatch": _NO_MATCH,
        "username_taken": _TAKEN,
        "username_blacklisted": _TAKEN,
        "email_taken": "This e-mail address belongs to an account. Sign in, or use another one.",
        "duplicate_email": "This is your e-mail address already.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, then try again.",
    }

    def is_safe_url(self, url: str) -> bool:
        # "rooms" beside an address of ours is another address of ours, and rarely the one meant.
        if not url.startswith(("/", settings.PARLEY_URL)):
            return False
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # no address at all, as "http://["
            return False

    def forgive_failures(self, request: HttpRequest, user: User) -> None:
        """Whoever has set a new password is no longer held to the wrong ones before it."""
        self._delete_login_attempts_cached_email(request, username=user.username)
        self._delete_login_attempts_cached_email(request, email=user.email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        user = self.request.user
        return reverse("room_list" if user.is_authenticated else "account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away must not undo what the mail is about."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("mail_not_sent template=%s", template_prefix)
