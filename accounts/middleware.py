"""Who a request comes from: the session's user, while the session's device is signed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthentication
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import devices
from accounts.authentication import NONCES
from accounts.models import Device

Handler = Callable[[HttpRequest], HttpResponse]


class AuthenticationMiddleware(DjangoAuthentication):
    """Ends the session of a device that was signed out elsewhere.

    `request.device` is the session's device, once somebody has asked for `request.user`.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.device = None  # type: ignore[attr-defined]
        # Without Django's `auser`, which would not ask about the device.
        request.user = SimpleLazyObject(partial(_user, request))  # type: ignore[assignment]


def dpop_nonce(get_response: Handler) -> Handler:
    """Each reply of the API brings the nonce for the next proof (RFC 9449, section 8.2)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/api/"):
            response["DPoP-Nonce"] = NONCES.issue(time.time())
        return response

    return middleware


def _user(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    user = get_user(request)
    if not user.is_authenticated:
        return user
    known = request.session.get("device")
    device = Device.objects.live().filter(pk=known, user=user.pk).first() if known else None
    if device is None:
        request.session.flush()
        return AnonymousUser()
    devices.note_use(device)
    request.device = device  # type: ignore[attr-defined]
    return user
