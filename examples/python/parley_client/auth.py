"""How httpx speaks DPoP (RFC 9449): a fresh proof on each request, and tokens kept fresh.

Both classes serve `httpx.Client` and `httpx.AsyncClient`, and may be shared by threads: what two
requests at once may both write, a nonce or an access token, is good whichever comes last.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, Self

import httpx

from parley_client.keys import DeviceKey

# An access token is renewed when it would not outlast a slow request.
MARGIN = 30

Flow = Generator[httpx.Request, httpx.Response, httpx.Response]


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gave. The refresh token stays the same for as long as it lives."""

    access: str
    refresh: str
    expires_at: float

    @classmethod
    def of(cls, reply: dict[str, Any]) -> Self:
        return cls(reply["access"], reply["refresh"], time.monotonic() + reply["expires_in"])

    def renewed(self, reply: dict[str, Any]) -> Tokens:
        expires_at = time.monotonic() + reply["expires_in"]
        return replace(self, access=reply["access"], expires_at=expires_at)

    @property
    def due(self) -> bool:
        return time.monotonic() > self.expires_at - MARGIN


class Proofs(httpx.Auth):
    """Proves with each request who asks; enough for the token endpoints."""

    requires_response_body = True

    def __init__(self, key: DeviceKey) -> None:
        self.key = key
        # The server's latest (RFC 9449, 8.2): it makes a proof good for minutes, not for ever.
        self.nonce = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield from self.send(request)

    def send(self, request: httpx.Request, token: str = "") -> Flow:
        """Sends it with a proof, and once more when the server asks for its (newer) nonce."""
        response = yield self._signed(request, token)
        self._note(response)
        if error_code(response) == "use_dpop_nonce":
            response = yield self._signed(request, token)
            self._note(response)
        return response

    def _signed(self, request: httpx.Request, token: str) -> httpx.Request:
        # `htu` has neither query nor fragment (RFC 9449, 4.2).
        url = str(request.url.copy_with(query=None, fragment=None))
        if token:
            request.headers["Authorization"] = f"DPoP {token}"
        request.headers["DPoP"] = self.key.proof(
            request.method, url, nonce=self.nonce, bound_to=token
        )
        return request

    def _note(self, response: httpx.Response) -> None:
        self.nonce = response.headers.get("DPoP-Nonce", self.nonce)


class TokenAuth(httpx.Auth):
    """Shows the access token, which is refreshed when it is due, or refused."""

    requires_response_body = True

    def __init__(self, proofs: Proofs, refresh_url: str, tokens: Tokens) -> None:
        self.proofs = proofs
        self.tokens = tokens
        self._refresh_url = refresh_url

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self.tokens.due:
            yield from self._refresh()
        response = yield from self.proofs.send(request, self.tokens.access)
        if error_code(response) == "invalid_token" and (yield from self._refresh()):
            yield from self.proofs.send(request, self.tokens.access)

    def _refresh(self) -> Generator[httpx.Request, httpx.Response, bool]:
        """Whether there is a new access token; the refresh token works with this key alone."""
        body = {"refresh": self.tokens.refresh}
        request = httpx.Request("POST", self._refresh_url, json=body)
        response = yield from self.proofs.send(request)
        if response.is_success:
            self.tokens = self.tokens.renewed(response.json())
        return response.is_success


def error_code(response: httpx.Response) -> str:
    """The `code` of Parley's errors; empty for a success, and for a proxy's page."""
    kind = response.headers.get("Content-Type", "")
    if response.is_success or not kind.startswith("application/json"):
        return ""
    return str(response.json().get("code", ""))
