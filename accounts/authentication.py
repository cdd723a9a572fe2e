"""Who an API request comes from: an API client's bound token, or else the browser's session."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as DjangoSession
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import TokenError

from accounts import dpop
from accounts.models import Device, User
from accounts.tokens import AccessToken

NONCES = dpop.Nonces(settings.SECRET_KEY)
# What a challenge names; any other refusal is for people.
_ERRORS = frozenset({"invalid_token", "invalid_dpop_proof", "use_dpop_nonce"})
_SCHEME = "DPoP "


class CsrfFailed(PermissionDenied):
    default_code = "csrf_failed"
    default_detail = "This page is too old to do that. Load it again."


class InvalidToken(AuthenticationFailed):
    default_code = "invalid_token"
    default_detail = "This is no good access token. Fetch a new one."


class DPoPAuthentication(BaseAuthentication):
    """`Authorization: DPoP <access token>`, with a proof of the token's key beside it.

    A request that shows any other Authorization is refused: it must not be taken for the
    session whose cookie it may carry too.
    """

    def authenticate(self, request: Request) -> tuple[User, Device] | None:
        shown = request.headers.get("Authorization")
        if shown is None:
            return None
        if not shown.startswith(_SCHEME):
            raise InvalidToken
        token = shown.removeprefix(_SCHEME)
        device = _device_of(token)
        proof = proof_of(request, bound_to=token)
        if proof.thumbprint != device.thumbprint:
            raise AuthenticationFailed("The proof is made with another key.", "invalid_dpop_proof")
        return device.user, device

    def authenticate_header(self, request: Request) -> str:
        return challenge()


class SessionAuthentication(DjangoSession):
    """Signed out is a 401, so that a page knows when to ask for the password."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        found = super().authenticate(request)
        # What `request.user` brought along (accounts.middleware).
        return found and (found[0], request.device)  # type: ignore[attr-defined]

    def authenticate_header(self, request: Request) -> str:
        return challenge()

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise CsrfFailed from refusal


def challenge(code: str = "") -> str:
    """The WWW-Authenticate of a 401 (RFC 9449, section 7.1)."""
    return 'DPoP algs="ES256"' + (f', error="{code}"' if code in _ERRORS else "")


def proof_of(request: HttpRequest | Request, *, bound_to: str | None = None) -> dpop.Proof:
    """The proof that comes with the request, spent by this. Raises AuthenticationFailed."""
    proof = unspent_proof_of(request, bound_to=bound_to)
    spend(proof)
    return proof


def unspent_proof_of(request: HttpRequest | Request, *, bound_to: str | None = None) -> dpop.Proof:
    """The same for who is nobody yet: strangers are not to fill the memory of what was spent."""
    url = settings.PARLEY_URL + escape_uri_path(request.path)
    # Several headers of one name arrive joined by commas, which no proof contains.
    shown = request.META.get("HTTP_DPOP", "").split(",")
    try:
        return _proven(shown, str(request.method), url, bound_to)
    except dpop.Refused as refusal:
        raise AuthenticationFailed(refusal.detail, refusal.code) from refusal


def spend(proof: dpop.Proof) -> None:
    """Raises AuthenticationFailed where it was spent before."""
    if not _is_first(proof):
        raise AuthenticationFailed("This proof was shown before.", "invalid_dpop_proof")


def opens_socket(shown: list[str], *, url: str, ticket: str, thumbprint: str) -> bool:
    """Whether a handshake's `DPoP` headers prove this key; the proof is spent by this."""
    try:
        proof = _proven(shown, "GET", url, ticket)
    except dpop.Refused:
        return False
    return proof.thumbprint == thumbprint and _is_first(proof)


def _proven(shown: list[str], method: str, url: str, bound_to: str | None) -> dpop.Proof:
    return dpop.prove(
        shown, method=method, url=url, nonces=NONCES, now=time.time(), bound_to=bound_to
    )


def _is_first(proof: dpop.Proof) -> bool:
    name = hashlib.sha256(f"{proof.thumbprint} {proof.jti}".encode()).hexdigest()
    # Longer than any nonce lives, so a proof outlives its record never.
    return cache.add(f"dpop:{name}", True, dpop.NONCE_LASTS + dpop.SKEW)


def _device_of(token: str) -> Device:
    try:
        claims = AccessToken(token)  # type: ignore[arg-type]
    except TokenError as flaw:
        raise InvalidToken from flaw
    device = Device.objects.live().select_related("user").filter(pk=claims["did"]).first()
    good = (
        device is not None
        and device.user.is_active
        and str(device.user_id) == claims["sub"]
        and device.thumbprint == claims["cnf"]["jkt"]
    )
    if device is None or not good:
        raise InvalidToken
    return device
