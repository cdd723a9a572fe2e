"""The pages of one's devices and sessions. One sees and touches one's own alone."""

from __future__ import annotations

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, devices
from accounts.forms import DeviceNameForm
from accounts.models import DeviceQuerySet, User


@login_required
@require_safe
def device_list(request: HttpRequest) -> HttpResponse:
    return _listed(request)


@login_required
@require_POST
def device_rename(request: HttpRequest, device_id: UUID) -> HttpResponse:
    form = DeviceNameForm(request.POST, instance=get_object_or_404(_own(request), pk=device_id))
    if not form.is_valid():
        return _listed(request, refused=form)
    form.instance.save(update_fields=["name"])
    messages.success(request, f"It is called {form.instance.name} now.")
    return redirect("devices")


@login_required
@require_POST
def device_revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = get_object_or_404(_own(request), pk=device_id)
    devices.revoke_device(device)
    if device == request.device:  # type: ignore[attr-defined]
        return _signed_out(request, "This device is revoked, and you are signed out here.")
    messages.success(request, f"{device.name} is revoked.")
    return redirect("devices")


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    actions.revoke_sign_ins(request.user)
    return _signed_out(request, "You are signed out everywhere.")


@login_required
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session of allauth's list, which by itself ends only all the others."""
    session = get_object_or_404(UserSession, user=request.user, pk=session_id)
    is_here = session.is_current()
    devices.end_session(session)
    if is_here:
        return _signed_out(request, "This session is over, and you are signed out here.")
    messages.success(request, "The session is over.")
    return redirect("usersessions_list")


def _listed(request: HttpRequest, refused: DeviceNameForm | None = None) -> HttpResponse:
    """The page; with a name that was refused, it opens where that can be mended."""
    own = _own(request)
    here = request.device  # type: ignore[attr-defined]
    elsewhere = own.live().exclude(pk=here.pk).order_by("-last_used_at")
    gone = own.signed_out().order_by("-last_used_at")
    context = {"here": here, "live": [here, *elsewhere], "gone": gone, "refused": refused}
    return render(request, "account/devices.html", context)


def _own(request: HttpRequest) -> DeviceQuerySet:
    """What is revoked is gone for good, and shown to nobody."""
    assert isinstance(request.user, User)
    return request.user.devices.filter(revoked_at=None)


def _signed_out(request: HttpRequest, sentence: str) -> HttpResponse:
    logout(request)
    messages.info(request, sentence)
    return redirect("account_login")
