"""One shape for every error of the API: `{"code", "detail", "fields"?}`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import csrf, defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.authentication import challenge
from accounts.limits import AWAY, TooMany

logger = logging.getLogger(__name__)

# What we say where the framework's words would tell too much or too little.
SENTENCES = {
    "invalid": "Something in this request is not as it should be.",
    "not_authenticated": "Sign in first.",
    "permission_denied": "You may not do this.",
    "csrf_failed": "This page is too old to do that. Load it again.",
    "not_found": "There is nothing here, or it is not yours to see.",
    "misdirected": "This server goes by another name.",
    "internal": "Something went wrong on our side.",
    "unavailable": "We cannot do this right now. Try again in a moment.",
}
# Codes of Django REST framework that need no name of their own.
SAME_AS = {"parse_error": "invalid", "authentication_failed": "not_authenticated"}


class Unavailable(exceptions.APIException):
    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = SENTENCES["unavailable"]
    # Django REST framework makes Retry-After of it.
    wait = 3


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The reply to whatever an endpoint raised; None lets it become a logged 500."""
    known = _as_known(error)
    response = exception_handler(known, context)
    if response is not None:
        response.data = _body(known)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = challenge(response.data["code"])
    return response


def _as_known(error: Exception) -> Exception:
    match error:
        case Http404() | ObjectDoesNotExist():
            return exceptions.NotFound(SENTENCES["not_found"])
        case PermissionDenied():
            return exceptions.PermissionDenied(SENTENCES["permission_denied"])
        case exceptions.NotAuthenticated():
            return exceptions.NotAuthenticated(SENTENCES["not_authenticated"])
        case BadRequest() | SuspiciousOperation() | MultiPartParserError():
            return exceptions.ParseError(SENTENCES["invalid"])
    if isinstance(error, AWAY):
        logger.error("database or cache unavailable", exc_info=error)
        return Unavailable()
    return error


def _body(error: Exception) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        fields: dict[str, Any] = dict(error.detail) if isinstance(error.detail, dict) else {}
        whole = fields.pop("non_field_errors", [SENTENCES["invalid"]])
        body = {"code": "invalid", "detail": str(whole[0])}
        flat = {name: list(_sentences(wrong)) for name, wrong in fields.items()}
        return body | ({"fields": flat} if flat else {})
    if isinstance(error, exceptions.APIException):
        code = str(error.get_codes())
        return {"code": SAME_AS.get(code, code), "detail": str(error.detail)}
    raise error


def _sentences(wrong: Any) -> Iterator[str]:
    """Of a field with parts: what is wrong with any of them."""
    if isinstance(wrong, str):
        yield str(wrong)
        return
    for part in wrong.values() if isinstance(wrong, dict) else wrong:
        yield from _sentences(part)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _json(request, 400, "invalid") or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _json(request, 403, "permission_denied") or defaults.permission_denied(
        request, exception
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    # Without the token, which is never twice the same: no two of these pages can be told apart.
    return _json(request, 404, "not_found") or render(
        request, "404.html", {"csrf_token": ""}, status=404
    )


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponseBase:
    """Whatever else is asked for under /api/, by whatever method, with a slash or without."""
    return not_found(request, Http404())


def misdirected(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.MISDIRECTED_REQUEST
    return _json(request, status, "misdirected") or HttpResponse(status=status)


def server_error(request: HttpRequest) -> HttpResponseBase:
    # Also what failed before the view or after it, as the session.
    refused = refusal(request, sys.exc_info()[1])
    return refused or _json(request, 500, "internal") or defaults.server_error(request)


def refusal(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The answer where one has to wait; None to anything else."""
    if not isinstance(error, (TooMany, *AWAY)):
        return None
    known = _as_known(error)
    assert isinstance(known, TooMany | Unavailable)
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse(_body(known), status=known.status_code)
    elif isinstance(known, TooMany):
        context = {"error": known, "again": _again(request)}
        answer = render(request, "429.html", context, status=known.status_code)
    else:
        # Without the request, whose user could not be looked up either.
        page = render_to_string("503.html", {"again": _again(request)})
        answer = HttpResponse(page, status=known.status_code)
    answer["Retry-After"] = str(known.wait)
    return answer


def _again(request: HttpRequest) -> str:
    """Where one tries again: this page, or the one whose form was sent."""
    if request.method in {"GET", "HEAD"}:
        return settings.PARLEY_URL + request.get_full_path()
    came_from = request.headers.get("Referer", "")
    return came_from if came_from.startswith(f"{settings.PARLEY_URL}/") else "/"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    return _json(request, 403, "csrf_failed") or csrf.csrf_failure(request, reason)


def _json(request: HttpRequest, status: int, code: str) -> JsonResponse | None:
    """The API's answer, or None where a page is wanted."""
    if not request.path.startswith("/api/"):
        return None
    return JsonResponse({"code": code, "detail": SENTENCES[code]}, status=status)
