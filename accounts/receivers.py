"""Keeps devices in step with Django's sessions and allauth's passwords."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    password_reset,
    password_set,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import actions, devices
from accounts.models import Device, User


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    devices.begin_session(request, user)


@receiver(authentication_step_completed)
def renew_session(request: HttpRequest, *, reauthenticated: bool = False, **kwargs: Any) -> None:
    if reauthenticated:
        devices.renew_session(request.session)


@receiver(user_logged_out)
def end_session_device(request: HttpRequest, **kwargs: Any) -> None:
    known: str | None = request.session.get("device")
    device = Device.objects.filter(pk=known).first() if known else None
    if device:
        devices.end_device(device)


@receiver([password_changed, password_set])
def keep_only_this_device(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Django keeps the session that the password was changed in, and ends the others."""
    devices.end_devices(user, keep=devices.begin_session(request, user))


@receiver(password_reset)
def void_every_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    actions.revoke_sign_ins(user)
