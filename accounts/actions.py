"""What begins and ends a sign-in. Whoever holds a live socket hears of it after the commit."""

from __future__ import annotations

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import first_admin
from accounts.models import Device, User
from accounts.signals import device_ended, tell, user_revoked
from accounts.user_agents import device_name

USE_NOTED_EVERY = dt.timedelta(minutes=1)


class AdminExists(Exception):
    """There is a superuser already, so the first one is no longer to be had."""


def device_of(session: SessionBase, user: User, user_agent: str) -> Device:
    """The session's own device, which is in use now; one that is signed out stays so."""
    known: str | None = session.get("device")
    if known:
        _note_use(known)
        return user.devices.get(pk=known)
    device = user.devices.create(name=device_name(user_agent))
    session["device"] = str(device.pk)
    return device


@transaction.atomic
def end_device(device: Device) -> None:
    """Signs one device out; harmless where it is out already."""
    if Device.objects.live().filter(pk=device.pk).update(ended_at=timezone.now()):
        tell(device_ended, device_id=device.pk)


@transaction.atomic
def end_devices(user: User, *, keep: Device | None = None) -> None:
    """Signs out every device of the user but the one to keep."""
    for device in user.devices.live():
        if device != keep:
            end_device(device)


@transaction.atomic
def revoke_sign_ins(user: User) -> None:
    """Voids every sign-in of the user from before: sessions, devices and sockets."""
    User.objects.filter(pk=user.pk).update(auth_version=F("auth_version") + 1)
    user.refresh_from_db(fields=["auth_version"])
    end_devices(user)
    tell(user_revoked, user_id=user.pk)


@transaction.atomic
def disable_user(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    revoke_sign_ins(user)


@transaction.atomic
def delete_user(user: User) -> None:
    revoke_sign_ins(user)
    user.delete()


@transaction.atomic
def make_first_admin(user: User) -> None:
    """Raises AdminExists when somebody was faster."""
    # A row that is always there is the lock: two people may hold the link at the same time.
    ContentType.objects.select_for_update().get(app_label="accounts", model="user")
    if User.objects.filter(is_superuser=True).exists():
        raise AdminExists
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    transaction.on_commit(first_admin.spend, robust=True)


def _note_use(device_id: str) -> None:
    now = timezone.now()
    due = Device.objects.live().filter(pk=device_id, last_used_at__lt=now - USE_NOTED_EVERY)
    due.update(last_used_at=now)
