"""The browsers that somebody has signed in with before: a signed cookie, good for nothing else.

What strangers behind the same address get wrong does not count against them (OWASP calls it a
device cookie), so nobody is kept out of their own account by others.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts.models import User

LASTS = 365 * 24 * 60 * 60
# People who share one browser.
MOST_USERS = 8
_SALT = "accounts.known_browser"


@receiver([user_logged_in, password_changed, password_reset])
def know(request: HttpRequest, user: User, signal: Any, **kwargs: Any) -> None:
    """The password was right, or a mail to the owner was read: this browser is theirs."""
    mark, users = _read(request)
    if signal is not user_logged_in:
        # A new password is a new one to guess: what was wrong before is forgotten.
        mark, users = _new_mark(), []
    users = [user.pk, *(other for other in users if other != user.pk)][:MOST_USERS]
    request.known_browser = signing.dumps([mark, users], salt=_SALT)  # type: ignore[attr-defined]


def mark_of(request: HttpRequest, user: User) -> str | None:
    """What tells this browser from others, if the user has signed in with it."""
    mark, users = _read(request)
    return mark if user.pk in users else None


def known_browsers(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Sets the cookie with the reply to the request that has made the browser known."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if cookie := getattr(request, "known_browser", None):
            response.set_cookie(
                settings.KNOWN_BROWSER_COOKIE,
                cookie,
                max_age=LASTS,
                secure=settings.SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, "")
    try:
        mark, users = signing.loads(cookie, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return _new_mark(), []
    return mark, users


def _new_mark() -> str:
    return secrets.token_urlsafe(16)
