"""Where allauth asks for our ways: its sentences, where it goes next, and its mail."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts import limits, mail
from accounts.addresses import client_ip

logger = logging.getLogger(__name__)

# The same words whether the account exists or not.
_NO_MATCH = "That name and password do not go together."
_TAKEN = "This username is taken. Choose another."
# In the session, while an address is being confirmed: of whom, and where they were going.
_WAY = "confirming"
# Mail that anybody can have sent to any address.
_MAIL_OF_STRANGERS = (
    "account/email/password_reset_key",
    "account/email/email_confirmation",
    "account/email/account_already_exists",
)


def login_on_the_way(request: HttpRequest) -> str:
    """Where whoever is confirming an address signs in, to go on where they were going."""
    _, way = request.session.get(_WAY, (None, None))
    login = reverse("account_login")
    return f"{login}?{urlencode({'next': way})}" if way else login


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
    }

    def is_safe_url(self, url: str) -> bool:
        # "rooms" beside an address of ours is another address of ours, and rarely the one meant.
        if not url.startswith(("/", settings.PARLEY_URL)):
            return False
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # no address at all, as "http://["
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Wherever a password is asked for, wrong ones are counted."""
        # What stands as `username` is tried as an address anyway: twice would be slower, and tell
        # which addresses have accounts.
        credentials.pop("email", None)
        with limits.failures(request, credentials["username"]) as attempt:
            user = super().authenticate(request, **credentials)
            attempt.failed = user is None
        return user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def respond_email_verification_sent(self, request: HttpRequest, user: Any) -> HttpResponseBase:
        # The mail is read on another page, and maybe later. Who comes next to this browser neither
        # sees nor goes the way of whoever was here before.
        if way := get_next_redirect_url(request):
            request.session[_WAY] = [user.pk if user else None, way]
        else:
            request.session.pop(_WAY, None)
        response: HttpResponseBase = super().respond_email_verification_sent(request, user)
        return response

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        if self.request.user.is_authenticated:
            return reverse("room_list")
        whose, _ = self.request.session.get(_WAY, (None, None))
        if whose != email_address.user_id:
            return reverse("account_login")
        login = login_on_the_way(self.request)
        del self.request.session[_WAY]
        return login

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Posts it, or logs why not: what the mail is about is done either way."""
        try:
            if template_prefix.startswith(_MAIL_OF_STRANGERS):
                limits.mail_to(email)
        except (limits.TooMany, *limits.AWAY) as error:
            logger.warning("mail_not_sent template=%s: %r", template_prefix, error)
            return
        message = self.render_mail(template_prefix, email, {"email": email} | context)
        mail.post(message, template_prefix)
