"""Who a request comes from: the session's user, while the session's device is signed in."""

from __future__ import annotations

from functools import partial

from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthentication
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Device


class AuthenticationMiddleware(DjangoAuthentication):
    """Ends the session of a device that was signed out elsewhere."""

    def process_request(self, request: HttpRequest) -> None:
        # Without Django's `auser`, which would not ask about the device.
        request.user = SimpleLazyObject(partial(_user, request))  # type: ignore[assignment]


def _user(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    user = get_user(request)
    known = request.session.get("device") if user.is_authenticated else None
    if known and not Device.objects.live().filter(pk=known, user=user.pk).exists():
        request.session.flush()
        return AnonymousUser()
    return user
