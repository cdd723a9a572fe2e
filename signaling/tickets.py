"""Tickets: the one-time passes that open a socket.

A ticket is 256 random bits; the shared cache keeps what it stands for under its hash, for 30 s.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

import msgspec
from django.conf import settings
from django.core.cache import cache
from django.http.cookie import parse_cookie

from accounts import limits
from accounts.authentication import opens_socket
from signaling.endings import FLOODING, TICKET_INVALID, Refused
from signaling.messages import TICKET_PREFIX

LASTS = 30


class Ticket(msgspec.Struct, frozen=True):
    """What a ticket stands for. `resume` is the seat to go back to, if any.

    A browser's is good with its session's cookie on our own origin; an API client has no session,
    and proves at the handshake that it holds its device's key.
    """

    user: int
    device: str
    slug: str
    auth_version: int
    thumbprint: str
    session_hash: str | None = None
    resume: str | None = None


def issue(ticket: Ticket) -> str:
    """A new secret for `ticket`."""
    secret = secrets.token_urlsafe(32)
    cache.set(_key(secret), msgspec.json.encode(ticket), LASTS)
    return secret


def redeem(scope: dict[str, Any], slug: str) -> Ticket:
    """The ticket that a handshake brings; it is spent by this. Raises Refused.

    Whatever is wrong with it looks the same from outside.
    """
    secret = _offered(scope["subprotocols"])
    ticket = _claim(secret)
    if ticket is not None and ticket.slug == slug and _is_bearers(ticket, scope, secret):
        return ticket
    try:
        limits.bad_handshake(scope)
    except limits.TooMany as refusal:
        raise Refused(FLOODING) from refusal
    raise Refused(TICKET_INVALID)


def socket_path(slug: str) -> str:
    return f"/ws/rooms/{slug}/"


def hash_session(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def _is_bearers(ticket: Ticket, scope: dict[str, Any], secret: str) -> bool:
    """Whether who brings the ticket is who fetched it."""
    if ticket.session_hash is None:
        return _holds_key(ticket, scope, secret)
    # Exact strings: a parser that is clever about origins has been fooled by ports and schemes.
    ours = _headers(scope, b"origin") == [settings.PARLEY_URL]
    session = _session_cookie("; ".join(_headers(scope, b"cookie")))
    return ours and secrets.compare_digest(ticket.session_hash, hash_session(session))


def _holds_key(ticket: Ticket, scope: dict[str, Any], secret: str) -> bool:
    # Only a browser sends an Origin, and no page may do this.
    return not _headers(scope, b"origin") and opens_socket(
        _headers(scope, b"dpop"),
        url=settings.PARLEY_URL + socket_path(ticket.slug),
        ticket=secret,
        thumbprint=ticket.thumbprint,
    )


def _headers(scope: dict[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _offered(subprotocols: Iterable[str]) -> str:
    offered = [p for p in subprotocols if p.startswith(TICKET_PREFIX)]
    return offered[0].removeprefix(TICKET_PREFIX) if len(offered) == 1 else ""


def _claim(secret: str) -> Ticket | None:
    kept = cache.get(_key(secret))
    # Only one of those who bring it at the same moment deletes it.
    if kept is None or not cache.delete(_key(secret)):
        return None
    return msgspec.json.decode(kept, type=Ticket)


def _key(secret: str) -> str:
    return f"ticket:{hashlib.sha256(secret.encode()).hexdigest()}"


def _session_cookie(header: str) -> str:
    # Django's own reading: Python's gives up at the first odd cookie of another application.
    return parse_cookie(header).get(settings.SESSION_COOKIE_NAME, "")
