"""How often: counters that all workers share. What fails is counted; what succeeds is not.

A failure is held against what was typed and an address, and against the address alone; what comes
from a browser or a key that is the account's own, against that alone.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from allauth.account.utils import filter_users_by_email, filter_users_by_username
from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django_ratelimit.core import get_usage
from redis import RedisError
from rest_framework import exceptions

from accounts import known_browsers
from accounts.addresses import client_ip, neighbourhood, socket_ip
from accounts.models import Device, User

# Where something that must be counted cannot be, or somebody cannot be looked up.
AWAY = (OperationalError, InterfaceError, RedisError)

# Of a try whose worker was killed, nothing is left after so many seconds.
LONGEST_TRY = 60
RESET = "account_reset_password"
# Pages that write mail to whom they are told, or tell which names are taken.
FORMS = frozenset({"account_signup", RESET, "account_email", "first_admin"})


class TooMany(exceptions.APIException):
    status_code = 429
    default_code = "too_many_requests"

    def __init__(self, wait: int) -> None:
        # Django REST framework makes Retry-After of it.
        self.wait = max(1, wait)
        super().__init__(f"Too many tries. Wait {_spelt(self.wait)}, then try again.")


def take(limit: str, key: object) -> None:
    """Counts one. Raises TooMany."""
    usage = _usage(limit, str(key), count=True)
    if usage["should_limit"]:
        raise TooMany(usage["time_left"])


def tickets(device_id: object) -> None:
    take("tickets", device_id)


def refreshes(device_id: object) -> None:
    take("refreshes", device_id)


def ice_servers(user_id: object) -> None:
    take("ice_servers", user_id)


def bad_handshake(scope: dict[str, Any]) -> None:
    """Counts a socket whose ticket was no good; a good one opens however many there were."""
    take("handshakes", neighbourhood(socket_ip(scope)))


def form_posted(request: HttpRequest) -> None:
    """Counts a form that anybody may send. Raises TooMany."""
    name = request.resolver_match.url_name if request.resolver_match else None
    if request.method != "POST" or name not in FORMS:
        return
    email = _folded(request.POST.get("email", ""))[:320].replace("\0", "")
    # Whoever asks for their own mail in their own browser is not kept from it by their neighbours.
    own = _own_mark(request, _named(email)) if name == RESET else None
    sender = own or neighbourhood(client_ip(request))
    take("forms", sender)
    if email:
        take("mails", f"{email} {sender}")


def mail_to(email: str) -> None:
    """Counts a mail that anybody can cause. Raises TooMany."""
    take("mails_to_one", _folded(email))


@dataclass
class Attempt:
    """Counted unless somebody says that it was right."""

    failed: bool = True


@contextmanager
def failures(request: HttpRequest, login: str) -> Iterator[Attempt]:
    """Around a password that is tried. Raises TooMany."""
    here = neighbourhood(client_ip(request))
    mark = _own_mark(request, _named(login))
    # What was typed, and not whose it is: or it would tell which names are one person's.
    typed = ("failures", f"name {_folded(login)} {mark or here}")
    with _tried(typed, *([] if mark else [("failures_per_address", here)])) as attempt:
        yield attempt


def may_try(request: HttpRequest) -> None:
    """Before anything is kept of a stranger's try. Raises TooMany."""
    shown: str | None = getattr(request, "proven_key", None)
    if not (shown and Device.objects.live().filter(thumbprint=shown).exists()):
        _require("failures_per_address", neighbourhood(client_ip(request)), 1)


@contextmanager
def codes(request: HttpRequest, user: User) -> Iterator[Attempt]:
    """Around a second factor's code that is tried. Raises TooMany.

    Six digits are soon guessed from many addresses at once, by who has the password.
    """
    mark = _own_mark(request, [user])
    code = ("failures", f"code {user.pk} {mark or neighbourhood(client_ip(request))}")
    with _tried(code, *([] if mark else [("codes", str(user.pk))])) as attempt:
        yield attempt


def _named(text: str) -> list[User]:
    """Whom a name or an e-mail address may mean."""
    return [*filter_users_by_username(text), *filter_users_by_email(text, prefer_verified=True)]


def _own_mark(request: HttpRequest, users: list[User]) -> str | None:
    """What is the user's own: the key that the request was proven to hold, or this browser."""
    if len(users) != 1:  # nobody's, or one's who must not guess at the other
        return None
    shown: str | None = getattr(request, "proven_key", None)
    if shown and Device.objects.live().filter(user=users[0], thumbprint=shown).exists():
        return shown
    return known_browsers.mark_of(request, users[0])


@contextmanager
def _tried(*counters: tuple[str, str]) -> Iterator[Attempt]:
    attempt = Attempt()
    with ExitStack() as places:
        for limit, key in counters:
            if limit == "failures_per_address":
                # A whole class signs in from there at one moment: the price is that more may fail.
                _require(limit, key, 1)
            else:
                places.enter_context(_place(limit, key))
        try:
            yield attempt
        except AWAY:
            # Nobody has looked at it.
            attempt.failed = False
            raise
        finally:
            for limit, key in counters if attempt.failed else ():
                _usage(limit, key, count=True)


@contextmanager
def _place(limit: str, key: str) -> Iterator[None]:
    """Held while one tries: those who do, and those who failed, are no more than the limit.

    The price: of many right tries at one moment, some are told to come again in a second.
    """
    under_way = f"under-way:{limit}:{_digest(key)}"
    cache.add(under_way, 0, LONGEST_TRY)
    try:
        # Before the failures are read: who ends in between is seen twice rather than never.
        places = cache.incr(under_way)
    except ValueError:  # it has just run out
        raise TooMany(1) from None
    try:
        _require(limit, key, places)
        cache.touch(under_way, LONGEST_TRY)
        yield
    finally:
        with suppress(ValueError):
            cache.decr(under_way)


def _require(limit: str, key: str, places: int) -> None:
    """Raises TooMany where fewer may still fail."""
    usage = _usage(limit, key)
    left = usage["limit"] - usage["count"]
    if places > left:
        raise TooMany(1 if left > 0 else usage["time_left"])


def _usage(limit: str, key: str, *, count: bool = False) -> dict[str, int]:
    usage: dict[str, int] = get_usage(
        None,
        group=limit,
        key=lambda group, request: _digest(key),
        rate=settings.RATE_LIMITS[limit],
        increment=count,
    )
    return usage


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _spelt(seconds: int) -> str:
    number, unit = (-(-seconds // 60), "minute") if seconds >= 60 else (seconds, "second")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
