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

from signaling.endings import TICKET_INVALID, Refused
from signaling.messages import TICKET_PREFIX

LASTS = 30


class Ticket(msgspec.Struct, frozen=True):
    """What a ticket stands for. `resume` is the seat to go back to, if any."""

    user: int
    device: str
    slug: str
    auth_version: int
    session_hash: str
    origin: str
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
    ticket = _claim(_offered(scope["subprotocols"]))
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    session = _session_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    # Exact strings: a parser that is clever about origins has been fooled by ports and schemes.
    good = (
        ticket is not None
        and secrets.compare_digest(ticket.origin.encode(), origin.encode())
        and secrets.compare_digest(ticket.session_hash, hash_session(session))
        and ticket.slug == slug
    )
    if ticket is None or not good:
        raise Refused(TICKET_INVALID)
    return ticket


def hash_session(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


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
