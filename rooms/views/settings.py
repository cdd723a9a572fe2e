"""The settings of a room: the page, and what is posted from each of its sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from rooms import actions, policy
from rooms.forms import ChatForm, EntryForm, InvitationForm, LockForm, RoomForm, Section
from rooms.models import Membership, Role, Room
from rooms.policy import Deed
from rooms.views import SignedIn, member_page, reads_and_posts, say, settings_page

# Where a new link waits in the session, secret and all, until the next look at the settings.
FRESH = "fresh_invitation"


# Each part of the page that can have something to say, and what it needs to be there.
_PARTS = {
    "room": "room_form",
    "entry": "entry_form",
    "link": "room",
    "chat": "chat_form",
    "members": "members",
    "banned": "banned",
    "invitations": "invitation_form",
}


@dataclass(frozen=True)
class MemberRow:
    """Someone's place, and what the reader of the page may do to it."""

    place: Membership
    may_change_role: bool
    may_hand_over: bool
    may_remove: bool
    may_ban: bool

    @property
    def is_guest(self) -> bool:
        return self.place.role == Role.GUEST


@reads_and_posts
@settings_page
def room_settings(request: SignedIn, membership: Membership) -> HttpResponse:
    if request.method != "POST":
        return page(request, membership, fresh=_fresh_link(request, membership.room))
    return _save(request, membership, Deed.CONFIGURE, RoomForm, "room")


@reads_and_posts
@settings_page
def room_entry(request: SignedIn, membership: Membership) -> HttpResponse:
    return _save(request, membership, Deed.SET_ACCESS, EntryForm, "entry")


@reads_and_posts
@settings_page
def room_chat(request: SignedIn, membership: Membership) -> HttpResponse:
    return _save(request, membership, Deed.SET_CHAT, ChatForm, "chat")


@require_POST
@settings_page
def room_lock(request: SignedIn, membership: Membership) -> HttpResponse:
    form = LockForm(request.POST)
    form.full_clean()
    locked = form.cleaned_data["locked"]
    actions.configure_room(membership.room, by=membership, locked=locked)
    said = "The room is locked." if locked else "The room is not locked any more."
    return done(request, membership.room, "link", said)


@require_POST
@settings_page
def room_link(request: SignedIn, membership: Membership) -> HttpResponse:
    try:
        room = actions.renew_link(membership.room, by=membership)
    except actions.CallRunning:
        why = "Somebody is inside. Renew the link when the call is over."
        return refused(request, membership.room, "link", why)
    return done(request, room, "link", "The room has a new link. The old one leads nowhere.")


@require_POST
@settings_page
def room_close(request: SignedIn, membership: Membership) -> HttpResponse:
    actions.close_room(membership.room, by=membership)
    say(request, "{} is deleted.", membership.room.name)
    return redirect("room_list")


@require_POST
@member_page
def room_leave(request: SignedIn, membership: Membership) -> HttpResponse:
    return leave(request, membership)


def leave(request: SignedIn, membership: Membership) -> HttpResponse:
    actions.leave_room(membership)
    say(request, "You have left {}.", membership.room.name)
    return redirect("room_list")


def back(room: Room, part: str) -> HttpResponse:
    """To the part of the page that one came from."""
    return redirect(f"{reverse('room_settings', args=[room.slug])}#{part}")


def done(request: SignedIn, room: Room, part: str, sentence: str, *names: object) -> HttpResponse:
    say(request, sentence, *names, part=part)
    return back(room, part)


def refused(request: SignedIn, room: Room, part: str, why: str) -> HttpResponse:
    messages.error(request, why, extra_tags=part)
    return back(room, part)


@never_cache
def page(request: SignedIn, membership: Membership, **filled: Any) -> HttpResponse:
    """The whole of it; `filled` is what was typed into one of its forms and refused."""
    room = membership.room
    rows = [_row(membership, place) for place in room.memberships.standing().by_rank()]
    context: dict[str, Any] = {
        "room": room,
        "membership": membership,
        "members": rows,
        "member_count": sum(not row.is_guest for row in rows),
        "roles": [(role.value, role.label) for role in policy.GIVEN_ROLES],
        "may_see_history": policy.may(membership, Deed.SEE_HISTORY),
        "may_lock": policy.may(membership, Deed.LOCK),
        "may_close": policy.may(membership, Deed.CLOSE),
        "may_leave": policy.may_leave(membership),
        "has_relay": bool(settings.TURN_URLS),
        "fresh": None,
    }
    context |= _managed(membership) | filled
    context["parts"] = [part for part, needs in _PARTS.items() if context.get(needs)]
    return render(request, "rooms/settings.html", context)


def _managed(membership: Membership) -> dict[str, Any]:
    """What the page has for those alone who may change something of it."""
    room, may = membership.room, policy.may
    managed: dict[str, Any] = {}
    if may(membership, Deed.CONFIGURE):
        managed["room_form"] = RoomForm(instance=room)
    if may(membership, Deed.SET_ACCESS):
        managed["entry_form"] = EntryForm(instance=room)
    if may(membership, Deed.SET_CHAT):
        managed["chat_form"] = ChatForm(instance=room)
    if may(membership, Deed.SEE_RECORD):
        bans = room.memberships.latest_bans()
        managed["banned"] = [_row(membership, place) for place in bans]
    if may(membership, Deed.INVITE):
        invitations = room.invitations.open().select_related("created_by")
        managed["invitations"] = invitations.order_by("-created_at")
        managed["invitation_form"] = InvitationForm(by=membership)
    return managed


def _row(viewer: Membership, place: Membership) -> MemberRow:
    return MemberRow(
        place=place,
        may_change_role=policy.may_change_role(viewer, place),
        may_hand_over=policy.may_hand_over(viewer, place),
        may_remove=policy.may(viewer, Deed.REMOVE, place),
        may_ban=policy.may(viewer, Deed.BAN, place),
    )


def _save(
    request: SignedIn, membership: Membership, deed: Deed, section: type[Section], name: str
) -> HttpResponse:
    if request.method != "POST":
        return back(membership.room, name)
    if not policy.may(membership, deed):
        raise PermissionDenied
    form = section(request.POST, instance=membership.room)
    if not form.is_valid():
        membership.room.refresh_from_db()
        return page(request, membership, **{f"{name}_form": form})
    actions.configure_room(membership.room, by=membership, **form.chosen)
    return done(request, membership.room, name, "Saved.")


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
