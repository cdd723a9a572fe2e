"""Time-limited TURN credentials in the TURN REST form, which coturn checks by itself.

Username `expiry:name`, password base64(HMAC-SHA1(secret, username))
(draft-uberti-behave-turn-rest-00). The expiry gates new allocations only, so short costs nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from signaling.messages import IceServer

LIFETIME = 600
HALF_LIFE = LIFETIME // 2


@dataclass(frozen=True)
class Relay:
    """What the settings say about ICE. `secrets[0]` signs.

    While a secret is being changed coturn is given both; the other one is listed here so that the
    two lists can be compared, and either can be put first.
    """

    provider: str
    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    static_username: str = ""
    static_password: str = ""


@dataclass(frozen=True)
class Grant:
    """The servers for one user in one room, and when to ask again (seconds since the epoch).

    Without a relay nothing runs out, and nobody needs to ask again.
    """

    servers: list[IceServer]
    renew_at: float | None = None


class RelayUnavailable(Exception):  # noqa: N818 - direct calls go on without it
    """The settings name a relay, but not how to use it."""


def pseudonym(key: str, user: int, room: str) -> str:
    """Who allocates, stable for coturn's quotas and meaningless in its logs."""
    return hmac.new(key.encode(), f"turn:{user}:{room}".encode(), hashlib.sha256).hexdigest()[:16]


def credential(secret: str, name: str, expiry: int) -> tuple[str, str]:
    """Username and password that coturn takes until `expiry` (seconds since the epoch)."""
    username = f"{expiry}:{name}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def grant(relay: Relay, name: str, now: float) -> Grant:
    """The ICE servers for `name`; raises RelayUnavailable.

    The same credential is given again until its half life. When that is differs from name to
    name, so that not everybody asks at the same moment.
    """
    servers = [IceServer(urls=list(relay.stun_urls))] if relay.stun_urls else []
    if not relay.turn_urls:
        return Grant(servers)
    phase = int(name, 16) % HALF_LIFE
    renew_at = (int(now - phase) // HALF_LIFE + 1) * HALF_LIFE + phase
    username, password = _login(relay, name, renew_at + HALF_LIFE)
    servers.append(IceServer(urls=list(relay.turn_urls), username=username, credential=password))
    return Grant(servers, renew_at)


def _login(relay: Relay, name: str, expiry: int) -> tuple[str, str]:
    match relay.provider:
        case "coturn" if relay.secrets:
            return credential(relay.secrets[0], name, expiry)
        case "static" if relay.static_username:
            return relay.static_username, relay.static_password
        case _:
            raise RelayUnavailable(f"no credentials for provider {relay.provider!r}")
