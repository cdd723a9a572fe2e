"""Devices: how a browser's session or an API client comes to one, and how it ends.

Ending a device is the one way to end a sign-in: its sessions, tokens and sockets go with it.
"""

from __future__ import annotations

import datetime as dt
import time
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone

from accounts import mail
from accounts.dpop import Proof
from accounts.models import Device, DeviceKind, RefreshGrant, User
from accounts.signals import device_ended, tell
from accounts.user_agents import device_name

USE_NOTED_EVERY = dt.timedelta(minutes=1)
MOST_DEVICES = 10


class KeyRefused(Exception):
    """The key was revoked, or is another account's or another kind of device's."""


class FreshSignInNeeded(Exception):
    """The password, or the passkey, must be shown once more before this."""


# --- a browser's device ---


def begin_session(session: SessionBase, user: User, user_agent: str) -> Device:
    """Somebody has signed in here: the session's own device, or a new one."""
    session["signed_in_at"] = time.time()
    known: str | None = session.get("device")
    device = user.devices.live().filter(pk=known).first() if known else None
    if device is None:
        device = _begin(user, device_name(user_agent), DeviceKind.BROWSER)
        session["device"] = str(device.pk)
    return device


def renew_session(session: SessionBase) -> None:
    """Somebody has shown here again who they are: whoever has copied the cookie has not."""
    before = session.session_key
    session["signed_in_at"] = time.time()
    session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=session.session_key)


@transaction.atomic
def register_key(session: SessionBase, user: User, shown: Proof) -> tuple[Device, bool]:
    """The device that holds this key, now the session's own; and whether the key is new.

    Raises KeyRefused, or FreshSignInNeeded: a cookie that was stolen brings no key of its own.
    """
    # Two tabs of a new browser come at the same moment.
    User.objects.select_for_update().get(pk=user.pk)
    device = user.devices.live().get(pk=session["device"])
    if device.thumbprint == shown.thumbprint:
        return device, False
    known = _holder(shown, user, DeviceKind.BROWSER)
    if not _is_fresh(session, device):
        raise FreshSignInNeeded
    if known is None and device.key is None:
        _give_key(device, shown)
    else:
        # One browser, one device: what the session had so far is over.
        left, device = device, known or _begin(user, device.name, DeviceKind.BROWSER, shown)
        _take_up(device)
        session["device"] = str(device.pk)
        session.save()
        end_device(left)
    if known is None:
        _announce(device)
    return device, known is None


def _is_fresh(session: SessionBase, device: Device) -> bool:
    """Signed in since the device has its key, and within a quarter of an hour."""
    signed_in_at: float = session.get("signed_in_at", 0)
    since_key = device.key_at is None or signed_in_at > device.key_at.timestamp()
    return since_key and time.time() - signed_in_at <= settings.FRESH_SIGN_IN


# --- an API client's device ---


@transaction.atomic
def client_device(user: User, shown: Proof, name: str) -> Device:
    """The API client that holds this key. Raises KeyRefused."""
    User.objects.select_for_update().get(pk=user.pk)
    device = _holder(shown, user, DeviceKind.CLIENT)
    if device is None:
        device = _begin(user, name, DeviceKind.CLIENT, shown)
        _announce(device)
    else:
        _take_up(device)
    return device


# --- every device ---


def note_use(device: Device) -> None:
    now = timezone.now()
    if device.last_used_at < now - USE_NOTED_EVERY:
        Device.objects.live().filter(pk=device.pk).update(last_used_at=now)


@transaction.atomic
def end_device(device: Device) -> None:
    """Signs one device out; harmless where it is out already."""
    if Device.objects.live().filter(pk=device.pk).update(ended_at=timezone.now()):
        RefreshGrant.objects.filter(device=device).delete()
        _end_sessions_of(device)
        tell(device_ended, device_id=device.pk)


@transaction.atomic
def revoke_device(device: Device) -> None:
    """Signs it out, and refuses its key for good."""
    end_device(device)
    Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=timezone.now())


@transaction.atomic
def end_devices(user: User, *, keep: Device | None = None) -> None:
    """Signs out every device of the user but the one to keep."""
    for device in user.devices.live():
        if device != keep:
            end_device(device)


def end_session(session: UserSession) -> None:
    """Ends a browser's session, and its device with it."""
    known = _device_id_of(session)
    device = Device.objects.filter(pk=known).first() if known else None
    if device:
        end_device(device)
    session.end()


def _end_sessions_of(device: Device) -> None:
    for session in UserSession.objects.filter(user=device.user_id):
        if _device_id_of(session) == str(device.pk):
            session.end()


def _device_id_of(session: UserSession) -> str | None:
    """None where the session has run out."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)
    known: str | None = store.get("device")
    return known


def _begin(user: User, name: str, kind: DeviceKind, shown: Proof | None = None) -> Device:
    device = Device(user=user, name=name, kind=kind)
    if shown:
        _hold(device, shown)
    device.save(force_insert=True)
    _retire_for(device)
    return device


def _retire_for(device: Device) -> None:
    """Where this one is one too many, the one unused longest goes."""
    others = device.user.devices.live().exclude(pk=device.pk)
    for retired in others.order_by("-last_used_at", "-created_at")[MOST_DEVICES - 1 :]:
        end_device(retired)
        mail.write(device.user, "device_retired", device=retired)


def _holder(shown: Proof, user: User, kind: DeviceKind) -> Device | None:
    """Whose key this is already. Raises KeyRefused where it is not this user's to use."""
    holder = Device.objects.filter(thumbprint=shown.thumbprint).first()
    if holder and (holder.user_id != user.pk or holder.kind != kind or holder.revoked_at):
        raise KeyRefused
    return holder


def _take_up(device: Device) -> None:
    """A device that was signed out is in use again."""
    device.ended_at, device.last_used_at = None, timezone.now()
    device.save(update_fields=["ended_at", "last_used_at"])
    _retire_for(device)


def _give_key(device: Device, shown: Proof) -> None:
    _hold(device, shown)
    device.save(update_fields=["key", "thumbprint", "key_at"])


def _hold(device: Device, shown: Proof) -> None:
    device.key, device.thumbprint = dict(shown.key), shown.thumbprint
    device.key_at = timezone.now()


def _announce(device: Device) -> None:
    mail.write(device.user, "device_added", device=device)
