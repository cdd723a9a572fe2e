"""The pages of a room: the list, the settings, and the way in by invitation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from rooms import actions, policy
from rooms.forms import InvitationForm, NewRoomForm, RoleForm, RoomForm
from rooms.models import Membership, Room
from rooms.policy import Deed

# Where a new link waits in the session, secret and all, until the next look at the settings.
FRESH = "fresh_invitation"

reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])


class SignedIn(HttpRequest):
    """A request that `login_required` has let through."""

    user: User


@dataclass(frozen=True)
class MemberRow:
    """Someone in the room, and what the reader of the page may do to them."""

    place: Membership
    may_remove: bool
    may_change_role: bool


def member_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a view the reader's membership; for all others there is no such room."""

    @login_required
    @wraps(view)
    def page(request: SignedIn, slug: str, **arguments: Any) -> HttpResponse:
        membership = Membership.objects.of(request.user, slug).first()
        if not policy.may_see(membership):
            raise Http404
        try:
            return view(request, membership, **arguments)
        except ObjectDoesNotExist as gone:
            raise Http404 from gone

    return page


@require_safe
@login_required
def room_list(request: SignedIn) -> HttpResponse:
    rooms = Room.objects.as_seen_by(request.user)
    live = [room for room in rooms if room.inside]
    quiet = [room for room in rooms if not room.inside]
    return render(request, "rooms/list.html", {"rooms": rooms, "live": live, "quiet": quiet})


@reads_and_posts
@login_required
def room_new(request: SignedIn) -> HttpResponse:
    form = NewRoomForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        room = actions.create_room(name=form.cleaned_data["name"], by=request.user)
        return redirect("room_settings", room.slug)
    return render(request, "rooms/new.html", {"form": form})


@reads_and_posts
@member_page
def room_settings(request: SignedIn, membership: Membership) -> HttpResponse:
    if request.method != "POST":
        return _settings(request, membership, fresh=_fresh_link(request, membership.room))
    if not policy.may(membership, Deed.CONFIGURE):
        raise PermissionDenied
    form = RoomForm(request.POST, instance=membership.room)
    if not form.is_valid():
        membership.room.refresh_from_db()
        return _settings(request, membership, form=form)
    actions.configure_room(membership.room, by=membership, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("room_settings", membership.room.slug)


@require_POST
@member_page
def member_role(request: SignedIn, membership: Membership, user_id: int) -> HttpResponse:
    target = membership.fellow(user_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise PermissionDenied
    actions.change_role(target, role=form.cleaned_data["role"], by=membership)
    messages.success(request, f"{target.user} is now {target.get_role_display().lower()}.")
    return redirect("room_settings", membership.room.slug)


@require_POST
@member_page
def member_remove(request: SignedIn, membership: Membership, user_id: int) -> HttpResponse:
    if user_id == membership.user_id:
        return _leave(request, membership)
    target = membership.fellow(user_id)
    actions.remove_member(target, by=membership)
    messages.success(request, f"{target.user} is no longer a member.")
    return redirect("room_settings", membership.room.slug)


@reads_and_posts
@member_page
def invitation_new(request: SignedIn, membership: Membership) -> HttpResponse:
    """The next look at the settings shows the link, once; whoever comes later makes another."""
    if request.method != "POST":
        return redirect("room_settings", membership.room.slug)
    if not policy.may(membership, Deed.INVITE):
        raise PermissionDenied
    form = InvitationForm(request.POST, by=membership)
    if not form.is_valid():
        return _settings(request, membership, invitation_form=form)
    invitation, secret = actions.invite(membership.room, by=membership, **form.cleaned_data)
    request.session[FRESH] = {
        "room": membership.room.slug,
        "invitation": invitation.pk,
        "url": invitation.link(secret),
    }
    return redirect(reverse("room_settings", args=[membership.room.slug]) + "#invitations")


@require_POST
@member_page
def invitation_revoke(request: SignedIn, membership: Membership, pk: int) -> HttpResponse:
    invitation = membership.room.invitations.select_related("room").get(pk=pk)
    actions.revoke_invitation(invitation, by=membership)
    messages.success(request, "That link no longer works.")
    return redirect("room_settings", membership.room.slug)


@require_POST
@member_page
def room_close(request: SignedIn, membership: Membership) -> HttpResponse:
    actions.close_room(membership.room, by=membership)
    messages.success(request, f"{membership.room.name} is deleted.")
    return redirect("room_list")


@require_POST
@member_page
def room_leave(request: SignedIn, membership: Membership) -> HttpResponse:
    return _leave(request, membership)


@require_safe
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """The secret stays in the fragment; the page's script posts it."""
    return render(request, "rooms/invite.html")


def _leave(request: SignedIn, membership: Membership) -> HttpResponse:
    actions.leave_room(membership)
    messages.success(request, f"You have left {membership.room.name}.")
    return redirect("room_list")


@never_cache
def _settings(request: SignedIn, membership: Membership, **filled: Any) -> HttpResponse:
    room, may_manage = membership.room, policy.may(membership, Deed.CONFIGURE)
    context = {
        "room": room,
        "membership": membership,
        "members": _members(membership),
        "may_manage": may_manage,
        "may_close": policy.may(membership, Deed.CLOSE),
        "may_leave": policy.may_leave(membership),
        "fresh": None,
    }
    if may_manage:
        context |= {
            "form": RoomForm(instance=room),
            "invitation_form": InvitationForm(by=membership),
            "invitations": room.invitations.open()
            .select_related("created_by")
            .order_by("-created_at"),
            "roles": [(role.value, role.label) for role in policy.GIVEN_ROLES],
        }
    return render(request, "rooms/settings.html", context | filled)


def _fresh_link(request: SignedIn, room: Room) -> dict[str, str] | None:
    """The link that was made a moment ago, with its QR code; none where it is void by now."""
    fresh = request.session.get(FRESH)
    if request.method != "GET" or not fresh or fresh["room"] != room.slug:
        return None
    del request.session[FRESH]
    if not room.invitations.open().filter(pk=fresh.get("invitation")).exists():
        return None
    qr = segno.make(fresh["url"], error="m").svg_data_uri(scale=4, border=0)
    return {"url": fresh["url"], "qr": qr}


def _members(viewer: Membership) -> list[MemberRow]:
    return [
        MemberRow(
            place=member,
            may_remove=policy.may(viewer, Deed.REMOVE, member),
            may_change_role=policy.may_change_role(viewer, member),
        )
        for member in viewer.room.memberships.by_rank()
    ]
