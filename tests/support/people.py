"""People who use Parley over HTTP as a browser does: a session, cookies, a CSRF token."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from tests.support.proofs import Key
from tests.support.server import PASSWORD, Server


@dataclass
class Person:
    """One browser session, signed in. Everything goes through the real pages and the real API."""

    server: Server
    username: str
    password: str = PASSWORD
    # The browser's own, as a page of ours makes and registers it.
    key: Key = field(default_factory=Key)
    nonce: str = ""
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Origin": self.server.url, "User-Agent": "Mozilla/5.0 Chrome/156.0"}
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

    def sign_in(self) -> Self:
        self.http.get("/accounts/login/").raise_for_status()
        form = {"login": self.username, "password": self.password}
        answer = self.post_form("/accounts/login/", form)
        assert answer.status_code == 302, f"{self.username} cannot sign in: {answer.text}"
        self.api("POST", "devices/", {})
        return self

    def sign_out(self) -> None:
        assert self.post_form("/accounts/logout/", {}).status_code == 302

    def post_form(self, path: str, form: dict[str, str]) -> httpx.Response:
        token = self.http.cookies.get("csrf") or ""
        return self.http.post(path, data={"csrfmiddlewaretoken": token, **form})

    def call_api(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Any call to /api/, with the CSRF header and the proof that our own pages send."""
        answer = self._call(method, path, body)
        if answer.status_code == 401 and answer.json()["code"] == "use_dpop_nonce":
            answer = self._call(method, path, body)
        return answer

    def _call(self, method: str, path: str, body: object) -> httpx.Response:
        headers = {
            "X-CSRFToken": self.http.cookies.get("csrf") or "",
            "DPoP": self.key.proof(method, f"{self.server.url}/api/{path}", nonce=self.nonce),
        }
        answer = self.http.request(method, f"/api/{path}", json=body, headers=headers)
        self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
        return answer

    def api(self, method: str, path: str, body: object = None) -> Any:
        """The same, where nothing but success will do; what it gave."""
        answer = self.call_api(method, path, body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    @cached_property
    def user_id(self) -> int:
        """What the members' list says of who one is."""
        slug = self.make_room("Looking glass")
        [oneself] = self.api("GET", f"rooms/{slug}/members/")
        user: int = oneself["user"]
        return user

    def make_room(self, name: str = "Kitchen table", **options: object) -> str:
        """A room of one's own; its slug."""
        slug: str = self.api("POST", "rooms/", {"name": name, **options})["slug"]
        return slug

    def invite(self, slug: str, **options: object) -> str:
        url: str = self.api("POST", f"rooms/{slug}/invitations/", options)["url"]
        return url

    def accept(self, invitation_url: str) -> None:
        self.api("POST", "invitations/accept/", {"secret": urlsplit(invitation_url).fragment})

    def bring(self, *others: Person, slug: str) -> None:
        """Makes the others members of one's room."""
        invitation = self.invite(slug)
        for other in others:
            other.accept(invitation)

    def ticket(self, slug: str, resume: str | None = None) -> dict[str, Any]:
        """`{ticket, expires_in, url}`."""
        body = {"resume": resume} if resume else {}
        given: dict[str, Any] = self.api("POST", f"rooms/{slug}/tickets/", body)
        return given

    def hide_address(self) -> None:
        form = {"display_name": self.username.title(), "hides_address": "on"}
        assert self.post_form("/accounts/profile/", form).status_code == 302

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)

    @property
    def browser_cookies(self) -> list[dict[str, str]]:
        """The session, in the shape that a browser context takes."""
        return [
            {"name": cookie.name, "value": cookie.value or "", "url": self.server.url}
            for cookie in self.http.cookies.jar
        ]
