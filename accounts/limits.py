"""How often: counters that all workers share. What fails is counted; what succeeds is not.

A failure is held against an account and an address, and against the address alone; what comes from
a browser or a key that is the account's own, against that alone.
"""

from __future__ import annotations

import hashlib
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from allauth.account.utils import filter_users_by_email, filter_users_by_username
from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django_ratelimit.core import get_usage
from redis import RedisError
from rest_framework import exceptions

from accounts import known_browsers
from accounts.addresses import client_ip, neighbourhood, socket_ip
from accounts.models import Device, User

# Where something that must be counted cannot be, or somebody cannot be looked up.
AWAY = (OperationalError, InterfaceError, RedisError)

# How long a try waits for those under way at the same moment, which may turn out to be right.
PATIENCE = 30.0
LONGEST_TRY = 60
# Pages that write mail to whom they are told, or tell which names are taken.
FORMS = frozenset({"account_signup", "account_reset_password", "account_email", "first_admin"})


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
    marks = (known_browsers.mark_of(request, user) for user in filter_users_by_email(email))
    # Whoever asks for their own mail in their own browser is not kept from it by their neighbours.
    sender = next(filter(None, marks), None) or neighbourhood(client_ip(request))
    take("forms", sender)
    if email:
        take("mails", f"{email} {sender}")


def may_write_to(email: str) -> bool:
    """Counts a mail that anybody can cause. Its reader has more than enough of them then."""
    return not _usage("mails_to_one", _folded(email), count=True)["should_limit"]


# --- tries that may fail ---


@dataclass
class Attempt:
    """Counted unless somebody says that it was right."""

    failed: bool = True


class Counter(NamedTuple):
    limit: str
    key: str


@contextmanager
def failures(request: HttpRequest, login: str) -> Iterator[Attempt]:
    """Around a password that is tried. Raises TooMany."""
    here = neighbourhood(client_ip(request))
    # A name that is nobody's is counted like any other.
    accounts: dict[str, User | None] = {_account(user): user for user in _named(login)}
    accounts = accounts or {_folded(login): None}
    with _tried(_counters(request, accounts, Counter("failures_per_address", here))) as attempt:
        yield attempt


@contextmanager
def codes(request: HttpRequest, user: User) -> Iterator[Attempt]:
    """Around a second factor's code that is tried. Raises TooMany.

    Six digits are soon guessed from many addresses at once, by who has the password.
    """
    account = f"code {_account(user)}"
    with _tried(_counters(request, {account: user}, Counter("codes", account))) as attempt:
        yield attempt


def _named(login: str) -> list[User]:
    """Whom a sign-in may mean, by whatever spelling."""
    found = [*filter_users_by_username(login), *filter_users_by_email(login, prefer_verified=True)]
    return sorted(set(found), key=lambda user: user.pk)


def _account(user: User) -> str:
    # A new password is a new one to guess: what was wrong before is forgotten.
    return f"{user.pk} {user.password}"


def _counters(
    request: HttpRequest, accounts: Mapping[str, User | None], wider: Counter
) -> list[Counter]:
    """What a try is held against: the wider one too, where it comes from any stranger."""
    here = neighbourhood(client_ip(request))
    own = {account: user and _own_mark(request, user) for account, user in accounts.items()}
    narrow = [Counter("failures", f"{account} {mark or here}") for account, mark in own.items()]
    return narrow if all(own.values()) else [*narrow, wider]


def _own_mark(request: HttpRequest, user: User) -> str | None:
    """What is the user's own: this browser, or the key that the request was proven to hold."""
    shown: str | None = getattr(request, "proven_key", None)
    if shown and Device.objects.live().filter(user=user, thumbprint=shown).exists():
        return shown
    return known_browsers.mark_of(request, user)


@contextmanager
def _tried(counters: list[Counter]) -> Iterator[Attempt]:
    attempt = Attempt()
    with ExitStack() as turns:
        for limit, key in counters:
            turns.enter_context(_turn(limit, key))
        try:
            yield attempt
        except AWAY:
            # Nobody has looked at it.
            attempt.failed = False
            raise
        finally:
            if attempt.failed:
                for limit, key in counters:
                    _usage(limit, key, count=True)


@contextmanager
def _turn(limit: str, key: str) -> Iterator[None]:
    """Those under way at the same moment are never more than may still fail."""
    under_way = f"under-way:{limit}:{_digest(key)}"
    give_up = time.monotonic() + PATIENCE
    while not _begun(limit, key, under_way):
        if time.monotonic() > give_up:
            raise TooMany(1)
        if not connection.in_atomic_block:
            # Others need its place in the pool meanwhile.
            connection.close()
        time.sleep(0.1)
    try:
        yield
    finally:
        with suppress(ValueError):
            cache.decr(under_way)


def _begun(limit: str, key: str, under_way: str) -> bool:
    """Whether there was room for one more. Raises TooMany where failures alone fill it."""
    cache.add(under_way, 0, LONGEST_TRY)
    cache.touch(under_way, LONGEST_TRY)
    try:
        # Before the failures are read: who ends in between is seen twice rather than never.
        together = cache.incr(under_way)
    except ValueError:  # it has just run out
        return False
    usage = _usage(limit, key)
    left = usage["limit"] - usage["count"]
    if together <= left:
        return True
    with suppress(ValueError):
        cache.decr(under_way)
    if left <= 0:
        raise TooMany(usage["time_left"])
    return False


# --- counting ---


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
