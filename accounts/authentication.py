"""Who an API request comes from: the browser's session, and nothing else."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import SessionAuthentication as DjangoSession
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.models import User


class CsrfFailed(PermissionDenied):
    default_code = "csrf_failed"
    default_detail = "This page is too old to do that. Load it again."


class SessionAuthentication(DjangoSession):
    """Signed out is a 401, so that a page knows when to ask for the password."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        # A client that shows a token must never be taken for the browser's cookie beside it.
        if "Authorization" in request.headers:
            raise AuthenticationFailed("Authorization headers are not taken here.")
        return super().authenticate(request)

    def authenticate_header(self, request: Request) -> str:
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise CsrfFailed from refusal
