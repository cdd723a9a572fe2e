"""What every response carries, and the one address that pages are served from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import limits
from config import errors

Handler = Callable[[HttpRequest], HttpResponse]

# Who watches the server asks it by the address of its process.
HEALTH = frozenset({"/healthz", "/readyz"})
# Its scripts write HTML as they like; all other bounds hold for it too.
WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}


def canonical_host(get_response: Handler) -> Handler:
    """Sends a page asked for by another host name to PARLEY_URL, and takes no post under one."""
    netloc = urlsplit(settings.PARLEY_URL).netloc

    def middleware(request: HttpRequest) -> HttpResponse:
        # HTTP/1.0 needs no Host.
        if request.path in HEALTH or "HTTP_HOST" not in request.META:
            request.META["HTTP_HOST"] = netloc
        elif request.META["HTTP_HOST"] != netloc:
            if request.method not in {"GET", "HEAD"}:
                return errors.misdirected(request)
            return HttpResponseRedirect(settings.PARLEY_URL + request.get_full_path())
        return get_response(request)

    return middleware


def security_headers(get_response: Handler) -> Handler:
    """What differs by path: who may use the camera, what a script may do, what may be kept."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        allowed = "(self)" if request.path.startswith("/r/") else "()"
        response["Permissions-Policy"] = ", ".join(
            f"{feature}={allowed}" for feature in ("camera", "microphone", "display-capture")
        )
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.path.startswith("/admin/"):
            response._csp_replace = WITHOUT_TRUSTED_TYPES  # type: ignore[attr-defined]
        if request.path.startswith("/api/"):
            # Tickets, relay credentials and invitation links come this way.
            response["Cache-Control"] = "no-store"
        elif response.get("Content-Type", "").startswith("text/html"):
            # A page says who reads it, and of which rooms they are.
            response.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


class Refusals:
    """Counts the forms that anybody may send, and answers where a page has to wait."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        try:
            limits.form_posted(request)
        except (limits.TooMany, *limits.AWAY) as error:
            return errors.refusal(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return errors.refusal(request, error)
