"""An API client: no session, but tokens and tickets that are bound to a key of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import connect

from tests.support import client
from tests.support.proofs import Key
from tests.support.server import PASSWORD, Server

# No Origin and no cookie, whatever a test does not bring along itself.
SOCKET_OPTIONS: dict[str, Any] = {
    "compression": None,
    "max_size": None,
    "ping_interval": None,
    "proxy": None,
}


@dataclass
class ApiClient:
    """One device of kind "client"; everything goes over the real port."""

    server: Server
    username: str
    password: str = PASSWORD
    key: Key = field(default_factory=Key)
    nonce: str = ""
    access: str = ""
    refresh: str = ""
    device: str = ""
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"User-Agent": "parley-tests/1"}
        self.http = httpx.Client(base_url=self.server.url, headers=headers, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.http.close()

    def proof(self, method: str, path: str, bound_to: str | None = None, **claims: Any) -> str:
        url = f"{self.server.url}{path}"
        return self.key.proof(method, url, nonce=self.nonce, bound_to=bound_to, **claims)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        bound_to: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """With a good proof, made again where the server asks for its nonce."""
        answer = self._ask(method, path, body, bound_to, headers or {})
        if answer.status_code == 401 and answer.json()["code"] == "use_dpop_nonce":
            answer = self._ask(method, path, body, bound_to, headers or {})
        return answer

    def _ask(
        self, method: str, path: str, body: object, bound_to: str | None, more: dict[str, str]
    ) -> httpx.Response:
        headers = {"DPoP": self.proof(method, f"/api/{path}", bound_to)} | more
        answer = self.http.request(method, f"/api/{path}", json=body, headers=headers)
        self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
        return answer

    def ask_tokens(self, **more: str) -> httpx.Response:
        """The password, and whatever else there is (`otp`), for tokens."""
        credentials = {"username": self.username, "password": self.password, **more}
        return self.ask("POST", "token/", credentials)

    def sign_in(self, **more: str) -> Self:
        answer = self.ask_tokens(**more)
        assert answer.status_code == 200, answer.text
        given = answer.json()
        self.access, self.refresh = given["access"], given["refresh"]
        self.device = given["device"]
        return self

    def ask_access(self, refresh: str | None = None) -> httpx.Response:
        """A new access token; it is the one used from now on."""
        answer = self.ask("POST", "token/refresh/", {"refresh": refresh or self.refresh})
        if answer.status_code == 200:
            self.access = answer.json()["access"]
        return answer

    def sign_out(self) -> httpx.Response:
        return self.ask("POST", "token/revoke/", {"refresh": self.refresh})

    def call_api(
        self, method: str, path: str, body: object = None, access: str | None = None
    ) -> httpx.Response:
        """Any other call, with a token (its own unless another is given) and its proof."""
        token = access or self.access
        headers = {"Authorization": f"DPoP {token}"}
        return self.ask(method, path, body, bound_to=token, headers=headers)

    def ticket(self, slug: str) -> dict[str, Any]:
        """`{ticket, expires_in, url}`."""
        answer = self.call_api("POST", f"rooms/{slug}/tickets/", {})
        assert answer.status_code == 200, answer.text
        given: dict[str, Any] = answer.json()
        return given

    def socket_proof(self, ticket: dict[str, Any], **claims: Any) -> str:
        """For the handshake: the socket's address has the scheme of http there."""
        path = ticket["url"].removeprefix(self.server.url.replace("http", "ws", 1))
        return self.proof("GET", path, ticket["ticket"], **claims)

    async def dial(
        self, ticket: dict[str, Any], headers: dict[str, str] | None = None
    ) -> client.Client:
        """With its proof, or with whatever headers the test wants instead."""
        shown = {"DPoP": self.socket_proof(ticket)} if headers is None else headers
        socket = await connect(
            ticket["url"],
            subprotocols=["parley.v1", f"parley.ticket.{ticket['ticket']}"],  # type: ignore[list-item]
            additional_headers=shown,
            **SOCKET_OPTIONS,
        )
        dialled = client.Client(socket)
        client.opened.append(dialled)
        return dialled
