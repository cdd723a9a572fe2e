"""Parley's HTTP API, as far as a call needs it."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from parley_client.auth import Proofs, TokenAuth, Tokens, error_code
from parley_client.keys import DeviceKey

# A new device is called after the program that says this.
OURSELVES = {"User-Agent": "parley-example/1"}


class ApiError(Exception):
    """A refusal: a stable `code`, and a sentence for people."""

    def __init__(self, response: httpx.Response) -> None:
        self.code = error_code(response)
        self.status = response.status_code
        self.retry_after = response.headers.get("Retry-After")
        detail = response.json().get("detail") if self.code else response.reason_phrase
        super().__init__(f"{detail} ({self.code or self.status})")


class NotParley(Exception):
    """What answers there is something else, or a Parley that calls itself otherwise."""


async def reach(url: str) -> None:
    """Whether a Parley answers by exactly this name, before anybody proves anything to it."""
    path = "/api/rooms/"
    async with httpx.AsyncClient(timeout=5, headers=OURSELVES) as http:
        response = await http.get(url + path)
    target = response.headers.get("Location", "")
    if response.is_redirect and target.endswith(path):
        raise NotParley(f"This Parley calls itself {target.removesuffix(path)}, and not {url}.")
    if not error_code(response):
        raise NotParley(f"What answers at {url} is no Parley.")


@dataclass(frozen=True)
class Ticket:
    """The pass for one handshake, good for 30 s, and the proof that goes with it."""

    secret: str
    url: str
    proof: str


class Parley:
    """One device of one user; `url` is exactly what the server calls itself (PARLEY_URL)."""

    def __init__(self, url: str, key: DeviceKey) -> None:
        self.url = url.rstrip("/")
        self.auth: TokenAuth | None = None
        self._proofs = Proofs(key)
        self._http = httpx.AsyncClient(base_url=self.url, timeout=5, headers=OURSELVES)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def sign_in(self, username: str, password: str, otp: str = "") -> None:
        """Tokens for this key; a key that the server has not seen becomes a new device."""
        body = {"username": username, "password": password}
        if otp:
            body["otp"] = otp
        reply = await self._request("POST", "token/", body, self._proofs)
        refresh_url = f"{self.url}/api/token/refresh/"
        self.auth = TokenAuth(self._proofs, refresh_url, Tokens.of(reply))

    async def sign_out(self) -> None:
        """Revokes the refresh token, and with it the access token and the sockets."""
        if self.auth is not None:
            body = {"refresh": self.auth.tokens.refresh}
            await self._request("POST", "token/revoke/", body, self._proofs)
            self.auth = None

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Any other call to /api/, with the access token."""
        if self.auth is None:
            raise RuntimeError("Sign in first.")
        return await self._request(method, path, body, self.auth)

    async def ticket(self, slug: str, resume: str | None = None) -> Ticket:
        """With `resume`, a seat's peer id, back to that seat."""
        body = {"resume": resume} if resume else {}
        reply = await self.call("POST", f"rooms/{slug}/tickets/", body)
        # `htu` is the socket's address in its http form; the ticket is what the proof is bound to.
        url = reply["url"].replace("ws", "http", 1)
        proof = self._proofs.key.proof(
            "GET", url, nonce=self._proofs.nonce, bound_to=reply["ticket"]
        )
        return Ticket(secret=reply["ticket"], url=reply["url"], proof=proof)

    async def _request(self, method: str, path: str, body: object, auth: httpx.Auth) -> Any:
        response = await self._http.request(method, f"/api/{path}", json=body, auth=auth)
        if not response.is_success:
            raise ApiError(response)
        return response.json() if response.content else None
