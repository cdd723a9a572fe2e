"""The API described by itself: OpenAPI 3.1, of which the decorators say only what is special."""

from __future__ import annotations

import functools
import re
from typing import Any

from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CsrfFailed, InvalidToken
from accounts.names import validate_plain_text
from config import errors, texts
from config.parsers import TooLarge

Described = dict[str, Any]
# A class, or an instance where the words depend on the case.
Problem = Exception | type[Exception]

SAFE = frozenset({"GET", "HEAD"})
NONCE, RETRY = "DPoP-Nonce", "Retry-After"
# Refused before anything of ours sees the request: without a nonce.
BEFORE_US = frozenset({"413", "503"})
HEADERS_OF = {"401": "WWW-Authenticate", "429": RETRY}

BY_TOKEN: list[Problem] = [
    InvalidToken,
    exceptions.AuthenticationFailed("This proof was shown before.", "invalid_dpop_proof"),
    exceptions.AuthenticationFailed("Use the nonce of this reply.", "use_dpop_nonce"),
]


class Operation(AutoSchema):
    """Adds to every operation who may call it, and what can go wrong with any call.

    In a decorator's `responses`, a list of exceptions stands for the errors with that status; in
    its `auth`, each string is a way to say who calls, by the schemes that it takes together.
    """

    def get_auth(self) -> list[str]:  # type: ignore[override]
        return ["session" if self.method in SAFE else "session csrf", "DPoP proof"]

    def get_operation(self, *args: Any, **kwargs: Any) -> Described | None:
        operation: Described | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        operation["security"] = [
            {scheme: [] for scheme in way.split()} for way in operation["security"]
        ]
        for status, problems in self._shared(operation).items():
            response = described(problems, status)
            operation["responses"][status] = merged(operation["responses"].get(status), response)
        for status, response in operation["responses"].items():
            response["headers"] = headers(status)
        for parameter in operation.get("parameters", []):
            parameter["description"] = texts.IN_PATH[parameter["name"]]
        operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation

    def _shared(self, operation: Described) -> dict[str, list[Problem]]:
        shared: dict[str, list[Problem]] = {
            "406": [exceptions.NotAcceptable],
            "503": [errors.Unavailable],
        }
        shared["401"] = list(BY_TOKEN)
        if any("session" in way for way in operation["security"]):
            shared["401"].insert(0, exceptions.NotAuthenticated)
        if any("csrf" in way for way in operation["security"]):
            shared["403"] = [CsrfFailed]
        if "{" in self.path:
            shared["404"] = [exceptions.NotFound(errors.SENTENCES["not_found"])]
        if "requestBody" in operation:
            fields = {"name": ["This field is required."]}
            shared["400"] = [exceptions.ValidationError(fields)]
            shared["413"] = [TooLarge]
            shared["415"] = [exceptions.UnsupportedMediaType("text/plain")]
        return shared

    def _get_response_for_code(
        self, serializer: Any, status_code: str, *args: Any, **kwargs: Any
    ) -> Described:
        if isinstance(serializer, list):
            return described(serializer, status_code)
        response: Described = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, *args, **kwargs
        )
        response["description"] = texts.STATUSES[status_code]
        return response

    def _insert_field_validators(self, field: Any, schema: Described) -> None:
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        if validate_plain_text in field.validators:
            schema["format"] = "plain-text"
        elif any(isinstance(one, ProhibitNullCharactersValidator) for one in field.validators):
            schema.setdefault("pattern", r"^[^\u0000]*$")


def described(problems: list[Problem], status: str) -> Described:
    """The response with these errors: each of their codes, and the body as it would be served."""
    bodies = [body(problem) for problem in problems]
    content = {
        "schema": {
            "$ref": "#/components/schemas/Error",
            "properties": {"code": {"enum": [one["code"] for one in bodies]}},
        },
        "examples": {one["code"]: {"value": one} for one in bodies},
    }
    return {"description": texts.STATUSES[status], "content": {"application/json": content}}


def body(problem: Problem) -> Described:
    response = errors.problem(problem() if isinstance(problem, type) else problem, {})
    assert response is not None, f"{problem!r} is no error of the API"
    return dict(response.data)


def merged(one: Described | None, other: Described) -> Described:
    if one is None:
        return other
    ours, theirs = (each["content"]["application/json"] for each in (one, other))
    codes = ours["schema"]["properties"]["code"]["enum"]
    added = [code for code in theirs["examples"] if code not in codes]
    codes += added
    ours["examples"] |= {code: theirs["examples"][code] for code in added}
    return one


def headers(status: str) -> Described:
    names = [NONCE, HEADERS_OF.get(status), RETRY if status == "503" else None]
    kept = [name for name in names if name and not (name == NONCE and status in BEFORE_US)]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in kept}


def complete(result: Described, **_: Any) -> Described:
    """What concerns no operation alone (the generator's last step)."""
    result["info"] |= {"version": version(), "description": texts.ABOUT}
    result["servers"] = [{"url": settings.PARLEY_URL}]
    result["tags"] = [{"name": name, "description": said} for name, said in texts.TAGS.items()]
    components = result["components"]
    components["schemas"]["Error"] = texts.ERROR
    components["headers"] = texts.HEADERS
    components["securitySchemes"] = texts.schemes(settings.SESSION_COOKIE_NAME)
    for name, schema in components["schemas"].items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    return result


def version() -> str:
    """That of the newest heading of CHANGELOG.md."""
    changes = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    heading = re.search(r"^## (\S+)", changes, re.MULTILINE)
    assert heading is not None
    return heading[1]


@functools.cache
def openapi() -> Described:
    """Made once: the code does not change while it runs."""
    result: Described = SchemaGenerator().get_schema(public=True)
    return result


class Schema(APIView):
    """For whoever asks: it says nothing of anybody."""

    schema = None
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response(openapi())
