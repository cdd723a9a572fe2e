"""The API's description as a page to read."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from rest_framework.request import Request

from config import schema, texts

Described = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
# What stands in an example's address for a part of the path.
PLACES = {
    "slug": "nXo2v1Jc0Rk7yqWm3TzLbQ",
    "device_id": "5d2c0a4e-8f10-4d55-9c1b-0a4c5b1f7e21",
    "user_id": "2",
    "id": "7",
}
WAYS = {
    ("session",): ("Session", "browser"),
    ("session", "csrf"): ("Session and CSRF token", "browser"),
    ("session", "csrf", "proof"): ("Session, CSRF token and proof", "browser"),
    ("DPoP", "proof"): ("Token and proof", "sign-in"),
    ("proof",): ("Proof", "sign-in"),
}
PLAIN = "plain-text"
# No operation's own: they are said where there is none, or by a mistake of ours.
OF_NONE = {("405", "method_not_allowed"), ("421", "misdirected"), ("500", "internal")}


class Docs(schema.Schema):
    """The one page under /api/; what goes wrong with it is JSON all the same."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def perform_authentication(self, request: Request) -> None:
        """The session's user stays: the page's header greets them."""

    def get(self, request: Request) -> HttpResponse:  # type: ignore[override]
        return render(request._request, "docs/page.html", contents())


@functools.cache
def contents() -> Described:
    openapi = schema.openapi()
    operations = [
        Operation(openapi["components"]["schemas"], path, method, methods[method])
        for path, methods in openapi["paths"].items()
        for method in METHODS
        if method in methods
    ]
    everywhere = set.intersection(*(set(one.errors) for one in operations))
    for one in operations:
        one.own_errors = [error for error in one.errors if error not in everywhere]
    return {
        "groups": [
            {
                "name": name,
                "said": said,
                "operations": [one for one in operations if one.tag == name],
            }
            for name, said in texts.TAGS.items()
        ],
        "errors": [
            {"status": status, "code": code, "remedy": prose(texts.REMEDIES[code])}
            for status, code in sorted(OF_NONE.union(*(one.errors for one in operations)))
        ],
        "everywhere": [code for _, code in sorted(everywhere)],
        "limits": [
            {"what": what, "rate": spelt(settings.RATE_LIMITS[name])}
            for name, what in texts.LIMITS.items()
        ],
        "client": (settings.BASE_DIR / "templates/docs/client.py").read_text(),
        "version": openapi["info"]["version"],
        "address": settings.PARLEY_URL,
    }


class Operation:
    """One method of one address, as the page shows it."""

    own_errors: list[tuple[str, str]]

    def __init__(self, schemas: Described, path: str, method: str, described: Described) -> None:
        self._schemas = schemas
        self.path = path
        self.method = method.upper()
        self.id = described["operationId"].replace("_", "-")
        self.tag = described["tags"][0]
        self.summary = described["summary"]
        self.description = prose(described.get("description", ""))
        self._security = described["security"]
        self._parameters = described.get("parameters", [])
        self._responses = described["responses"]
        self._body = content(described.get("requestBody", {}))
        self.statuses = [status for status in self._responses if status < "400"]
        self._answer = content(self._responses[self.statuses[0]])
        self.asked = example(self._body)
        self.answered = pretty(example(self._answer))

    @property
    def route(self) -> SafeString:
        return mark_safe(re.sub(r"(\{\w+\})", r"<var>\1</var>", escape(self.path)))  # noqa: S308

    @property
    def ways(self) -> list[Described]:
        found = [WAYS[tuple(way)] for way in self._security]
        return [{"words": words, "anchor": anchor} for words, anchor in found]

    @property
    def in_path(self) -> list[Described]:
        return [
            self._field(one["name"], one["schema"] | {"description": one["description"]})
            for one in self._parameters
        ]

    @property
    def takes(self) -> list[Described]:
        return self._fields(self._body)

    @property
    def gives(self) -> list[Described]:
        return self._fields(self._answer)

    @property
    def gives_label(self) -> str:
        is_list = self._answer.get("schema", {}).get("type") == "array"
        return "What it gives: a list of these" if is_list else "What it gives"

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [
            (status, code)
            for status, response in self._responses.items()
            if status >= "400"
            for code in content(response)["examples"]
        ]

    @property
    def curl(self) -> str:
        """A request to copy into a shell, as a client sends it."""
        path = re.sub(r"\{(\w+)\}", lambda part: PLACES[part[1]], self.path)
        lines = [f"curl -X {self.method} {settings.PARLEY_URL}{path}"]
        way = self._security[-1]
        if "DPoP" in way:
            lines.append('-H "Authorization: DPoP $ACCESS"')
        if "proof" in way:
            lines.append('-H "DPoP: $PROOF"')
        if "session" in way:
            lines += ['-b "session=$SESSION; csrf=$CSRF"', '-H "X-CSRFToken: $CSRF"']
            lines.append(f'-H "Origin: {settings.PARLEY_URL}"')
        if self.asked is not None:
            lines.append('-H "Content-Type: application/json"')
            lines.append(f"-d '{json.dumps(self.asked)}'")
        return " \\\n  ".join(lines)

    def _fields(self, described: Described) -> list[Described]:
        whole = self._resolved(described.get("schema", {}))
        whole = self._resolved(whole.get("items", whole))
        required = whole.get("required", []) if described is self._body else []
        return [
            self._field(name, one) | {"required": name in required}
            for name, one in whole.get("properties", {}).items()
        ]

    def _field(self, name: str, described: Described) -> Described:
        whole = self._resolved(described)
        said = prose(whole.get("description", ""))
        return {"name": name, "kind": self._kind(whole), "bounds": bounds(whole), "said": said}

    def _kind(self, described: Described) -> str:
        if "items" in described:
            return f"list of {self._kind(self._resolved(described['items']))}"
        if "properties" in described:
            return "{" + ", ".join(described["properties"]) + "}"
        given = described["type"]
        names = given if isinstance(given, list) else [given]
        text = described.get("format", "string")
        words = {"string": "string" if text == PLAIN else str(text)}
        return " or ".join(words.get(str(name), str(name)) for name in names)

    def _resolved(self, described: Described) -> Described:
        """Without references to other parts of the description."""
        for one in [described, *described.get("allOf", [])]:
            if "$ref" in one:
                found: Described = self._schemas[one["$ref"].rpartition("/")[2]]
                return found | {key: said for key, said in described.items() if key != "$ref"}
        return described


def content(described: Described) -> Described:
    found: Described = described.get("content", {}).get("application/json", {})
    return found


def example(described: Described) -> Any:
    values = [one["value"] for one in described.get("examples", {}).values()]
    return values[0] if values else None


def bounds(described: Described) -> str:
    found = []
    if "enum" in described:
        found.append("one of " + ", ".join(str(value) for value in described["enum"]))
    if "minimum" in described and described.get("maximum", 10**9) < 10**9:
        found.append(f"{described['minimum']} to {described['maximum']}")
    if described.get("format") == PLAIN:
        found.append("nothing that cannot be seen")
    if "maxLength" in described:
        found.append(f"at most {described['maxLength']} characters")
    if described.get("default") is not None:
        found.append(f"{described['default']} if left out")
    return "; ".join(found)


def spelt(rate: str) -> str:
    """For example "5 in 15 minutes", of "5/15m"."""
    times, period = rate.split("/")
    number, unit = period[:-1], texts.PERIODS[period[-1]]
    return f"{times} in {number} {unit}s" if number else f"{times} per {unit}"


def pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def prose(text: str) -> SafeString:
    """Our own words, of which `code` is the only markup."""
    paragraphs = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text.strip())).split("\n\n")
    return mark_safe("".join(f"<p>{one}</p>" for one in paragraphs if one))  # noqa: S308
