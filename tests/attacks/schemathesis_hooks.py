"""What schemathesis runs with: who it calls as, with fresh proofs, and rooms that are really there.

It is loaded into the process of schemathesis, which tells it who to be by the environment.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import schemathesis
from django.core.exceptions import ValidationError
from hypothesis import strategies as st

from accounts.names import validate_plain_text
from tests.support.people import Person
from tests.support.proofs import Key
from tests.support.server import PASSWORD

SLUG = re.compile(r"[-a-zA-Z0-9_]+")


@dataclass
class Address:
    """All that a person needs to know of a server that runs elsewhere."""

    url: str


class Caller:
    """Nobody, a browser session, or an API client; each with a key."""

    def __init__(self, url: str, kind: str, username: str) -> None:
        self.url, self.kind, self.username = url, kind, username
        self.nonce = httpx.get(f"{url}/api/schema/").headers["DPoP-Nonce"]
        self.access = ""
        self.headers: dict[str, str] = {}
        self.doubted = False
        self.enter()

    def enter(self) -> None:
        self.key = Key()
        if self.kind == "session":
            person = Person(Address(self.url), self.username, key=self.key).sign_in()  # type: ignore[arg-type]
            csrf = person.http.cookies["csrf"]
            self.headers = {"Cookie": person.cookie_header, "X-CSRFToken": csrf, "Origin": self.url}
            person.http.close()
        elif self.kind == "client":
            body = {"username": self.username, "password": PASSWORD}
            proof = self.key.proof("POST", f"{self.url}/api/token/", nonce=self.nonce)
            reply = httpx.post(f"{self.url}/api/token/", json=body, headers={"DPoP": proof})
            self.access = reply.raise_for_status().json()["access"]
            self.headers = {"Authorization": f"DPoP {self.access}"}

    def reenter_if_thrown_out(self) -> None:
        """It may have revoked its own device: it was asked to try everything."""
        if not self.doubted:
            return
        self.doubted = False
        url = f"{self.url}/api/rooms/"
        headers = self.headers | {"DPoP": self.proof("GET", url)}
        if httpx.get(url, headers=headers).status_code == HTTPStatus.UNAUTHORIZED:
            self.enter()

    def proof(self, method: str, url: str) -> str:
        return self.key.proof(method, url, nonce=self.nonce, bound_to=self.access or None)

    def heard(self, response: Any) -> None:
        [self.nonce] = response.headers.get("dpop-nonce", [self.nonce])
        self.doubted |= response.status_code == HTTPStatus.UNAUTHORIZED


CALLER = Caller(os.environ["CALL_URL"], os.environ["CALL_KIND"], os.environ["CALL_AS"])
# What may stand in a path, by room: its members' ids, and those of its invitations.
ROOMS: dict[str, dict[str, list[int]]] = json.loads(os.environ["CALL_ROOMS"])


def is_plain(text: str) -> bool:
    try:
        validate_plain_text(text)
    except ValidationError:
        return False
    return True


schemathesis.openapi.format("plain-text", st.text(min_size=1).filter(is_plain))


@schemathesis.auth(refresh_interval=None)
class Credentials:
    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> Caller:
        CALLER.reenter_if_thrown_out()
        return CALLER

    def set(
        self, case: schemathesis.Case[Any], caller: Caller, context: schemathesis.AuthContext
    ) -> None:
        url = caller.url + urlsplit(case.formatted_path).path
        case.headers.update({**caller.headers, "DPoP": caller.proof(case.method, url)})


@schemathesis.hook
def after_call(context: Any, case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
    CALLER.heard(response)


@schemathesis.hook
def map_path_parameters(
    context: Any, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """A slug or a number that could be one becomes one that is, as a rule."""
    slug = (path_parameters or {}).get("slug")
    # Every fifth stays what nobody has; so does what was made wrong on purpose.
    if path_parameters is None or not isinstance(slug, str) or not SLUG.fullmatch(slug):
        return path_parameters
    if sum(slug.encode()) % 5 == 0:
        return path_parameters
    slug = list(ROOMS)[sum(slug.encode()) % len(ROOMS)]
    there = {
        name: one_of(ROOMS[slug][name], path_parameters[name])
        for name in ROOMS[slug]
        if name in path_parameters
    }
    return {**path_parameters, **there, "slug": slug}


def one_of(known: list[int], value: Any) -> Any:
    is_good = isinstance(value, int) and 0 < value < 10**18
    return known[value % len(known)] if is_good else value
