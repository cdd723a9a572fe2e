"""The ICE servers of a user in a room, by the settings."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from django.conf import settings

from signaling import turn

logger = logging.getLogger(__name__)


def grant(user: int, slug: str) -> turn.Grant:
    """A relay that cannot be used is left out, and direct calls go on."""
    relay = turn.Relay(
        provider=settings.ICE_PROVIDER,
        stun_urls=tuple(settings.STUN_URLS),
        turn_urls=tuple(settings.TURN_URLS),
        secrets=tuple(settings.TURN_SECRETS),
        static_username=settings.TURN_STATIC_USERNAME,
        static_password=settings.TURN_STATIC_PASSWORD,
    )
    name = turn.pseudonym(settings.SECRET_KEY, user, slug)
    try:
        return turn.grant(relay, name, time.time())
    except turn.RelayUnavailable as fault:
        logger.error("relay unavailable: %s", fault)
        return turn.grant(replace(relay, turn_urls=()), name, time.time())


def expires_in(given: turn.Grant) -> int:
    """Seconds until new allocations need a newer credential, where there is one."""
    if given.renew_at is None:
        return turn.LIFETIME
    return int(given.renew_at + turn.HALF_LIFE - time.time())
