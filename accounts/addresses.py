"""The one answer to "from where": the address of whoever is in front of our own proxies."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest

# Of a peer that has no address, as behind a Unix socket.
_NOWHERE = IPv4Address(0)


def client_ip(request: HttpRequest) -> str:
    """Any other header is a claim of whoever sent it."""
    peer = request.META.get("REMOTE_ADDR") or ""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return address(peer, forwarded, settings.TRUSTED_PROXY_COUNT)


def socket_ip(scope: dict[str, Any]) -> str:
    """The same for an ASGI scope."""
    lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    peer, _ = scope.get("client") or ("", 0)
    forwarded = b",".join(lines).decode("latin-1")
    return address(peer, forwarded, settings.TRUSTED_PROXY_COUNT)


def address(peer: str, forwarded: str, trusted: int) -> str:
    """What the outermost of our `trusted` proxies saw; what cannot be read is not believed.

    Each proxy appends whom it heard from, so only the last entries are theirs.
    """
    entries = forwarded.split(",")
    named = _read(entries[-trusted]) if 0 < trusted <= len(entries) else None
    return str(named or _read(peer) or _NOWHERE)


def neighbourhood(ip: str) -> str:
    """Who holds one IPv6 address holds its whole /64."""
    found = ip_address(ip)
    if isinstance(found, IPv4Address):
        return ip
    return str(IPv6Network((int(found), 64), strict=False))


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    # Anew from its number: the zone, as in fe80::1%eth0, is nobody's business but that machine's.
    return found.ipv4_mapped or IPv6Address(int(found))
