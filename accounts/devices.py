"""Devices: how a browser's session or an API client comes to one, and how it ends.

Ending a device is the one way to end a sign-in: its sessions, tokens and sockets go with it. What
begins and ends devices of one user happens one by one, under the lock of the user's row.
"""

from __future__ import annotations

import datetime as dt
import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from accounts import mail
from accounts.addresses import client_ip
from accounts.dpop import Proof
from accounts.models import Device, DeviceKind, RefreshGrant, User
from accounts.signals import device_ended, tell
from accounts.user_agents import device_name

USE_NOTED_EVERY = dt.timedelta(minutes=1)
MOST_DEVICES = 10
USER_AGENT_LENGTH = 200


class KeyRefused(Exception):
    """The key was revoked, or is another account's or another kind of device's."""


class FreshSignInNeeded(Exception):
    """The password, or the passkey, must be shown once more before this."""


class SignedOut(Exception):
    """The sign-in that this rests on has ended meanwhile."""


@transaction.atomic
def begin_session(request: HttpRequest, user: User) -> Device:
    """Somebody has signed in here: the session's own device, or a new one."""
    _lock(user)
    user_agent = request.headers.get("User-Agent", "")
    device = _device_of(request.session, user)
    if device is None:
        device = _begin(user, device_name(user_agent), DeviceKind.BROWSER)
        request.session["signed_in_at"] = time.time()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "ip": client_ip(request),
            "user_agent": user_agent[:USER_AGENT_LENGTH],
        },
    )
    _tie(request.session, device)
    # allauth takes what it lists but finds nobody signed in to for left over.
    request.session.save()
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

    Raises SignedOut, KeyRefused, or FreshSignInNeeded: a cookie that was stolen brings no key.
    """
    _lock(user)
    device = _device_of(session, user)
    if device is None:
        raise SignedOut
    if device.thumbprint == shown.thumbprint:
        return device, False
    known = _holder(shown, user, DeviceKind.BROWSER)
    if not _is_fresh(session, device):
        raise FreshSignInNeeded
    if known is None and device.key is None:
        _hold(device, shown)
        device.save(update_fields=["key", "thumbprint", "key_at"])
    else:
        device = _exchange(session, device, known, shown)
    if known is None:
        _announce(device)
    return device, known is None


def _device_of(session: SessionBase, user: User) -> Device | None:
    known: str | None = session.get("device")
    return user.devices.live().filter(pk=known).first() if known else None


def _is_fresh(session: SessionBase, device: Device) -> bool:
    """Signed in since the device has its key, and within a quarter of an hour."""
    signed_in_at: float = session.get("signed_in_at", 0)
    since_key = device.key_at is None or signed_in_at > device.key_at.timestamp()
    return since_key and time.time() - signed_in_at <= settings.FRESH_SIGN_IN


def _exchange(session: SessionBase, left: Device, known: Device | None, shown: Proof) -> Device:
    """One browser, one device: what the session had so far is over."""
    device = known or Device(user=left.user, name=left.name)
    _tie(session, device)
    try:
        session.save()
    except UpdateError as gone:
        raise SignedOut from gone
    end_device(left)
    if left.key is None:
        # It was never more than a sign-in on its way.
        left.delete()
    _take_up(device, shown)
    return device


@transaction.atomic
def client_device(user: User, shown: Proof, name: str) -> Device:
    """The API client that holds this key. Raises KeyRefused, or SignedOut.

    `user` is as the password was found right; nothing may have ended that meanwhile.
    """
    now = _lock(user)
    if now is None or not now.is_active or _credentials(now) != _credentials(user):
        raise SignedOut
    known = _holder(shown, user, DeviceKind.CLIENT)
    device = known or Device(user=user, name=name, kind=DeviceKind.CLIENT)
    _take_up(device, shown)
    if known is None:
        _announce(device)
    return device


def note_use(device: Device) -> None:
    now = timezone.now()
    if device.last_used_at < now - USE_NOTED_EVERY:
        Device.objects.live().filter(pk=device.pk).update(last_used_at=now)


@transaction.atomic
def end_device(device: Device) -> bool:
    """Signs one device out; whether it was in."""
    _lock(device.user)
    ended = Device.objects.live().filter(pk=device.pk).update(ended_at=timezone.now())
    if ended:
        RefreshGrant.objects.filter(device=device).delete()
        for session in UserSession.objects.filter(data__device=str(device.pk)):
            session.end()
        tell(device_ended, device_id=device.pk)
    return bool(ended)


@transaction.atomic
def revoke_device(device: Device) -> None:
    """Signs it out, and refuses its key for good."""
    end_device(device)
    now = timezone.now()
    revoked = Device.objects.filter(pk=device.pk, revoked_at=None)
    revoked.update(revoked_at=now, ended_at=Coalesce(F("ended_at"), now))


@transaction.atomic
def end_devices(user: User, *, keep: Device | None = None) -> None:
    """Signs out every device of the user but the one to keep."""
    _lock(user)
    for device in user.devices.live():
        if device != keep:
            end_device(device)


def end_session(session: UserSession) -> None:
    """Ends a browser's session, and its device with it."""
    known = session.data.get("device")
    device = Device.objects.filter(pk=known).first() if known else None
    if device:
        end_device(device)
    session.end()


def _lock(user: User) -> User | None:
    # Not its key: whoever records what was done to them need not wait.
    return User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()


def _credentials(user: User) -> tuple[str, int]:
    return user.password, user.auth_version


def _begin(user: User, name: str, kind: DeviceKind) -> Device:
    device = Device.objects.create(user=user, name=name, kind=kind)
    _retire_for(device)
    return device


def _tie(session: SessionBase, device: Device) -> None:
    """The session stands for this device, in allauth's list too."""
    session["device"] = str(device.pk)
    listed = UserSession.objects.filter(session_key=session.session_key)
    listed.update(data={"device": str(device.pk)})


def _holder(shown: Proof, user: User, kind: DeviceKind) -> Device | None:
    """Whose key this is already. Raises KeyRefused where it is not this user's to use."""
    holder = Device.objects.filter(thumbprint=shown.thumbprint).first()
    if holder and (holder.user_id != user.pk or holder.kind != kind or holder.revoked_at):
        raise KeyRefused
    return holder


def _take_up(device: Device, shown: Proof) -> None:
    """A device that is new, or was signed out, is in use with this key."""
    _hold(device, shown)
    device.ended_at, device.last_used_at = None, timezone.now()
    device.save()
    _retire_for(device)


def _hold(device: Device, shown: Proof) -> None:
    device.key, device.thumbprint = dict(shown.key), shown.thumbprint
    device.key_at = timezone.now()


def _retire_for(device: Device) -> None:
    """Where this one is one too many, the one unused longest goes."""
    others = device.user.devices.live().exclude(pk=device.pk)
    for retired in others.order_by("-last_used_at", "-created_at")[MOST_DEVICES - 1 :]:
        if end_device(retired):
            mail.write(device.user, "device_retired", device=retired)


def _announce(device: Device) -> None:
    mail.write(device.user, "device_added", device=device)
