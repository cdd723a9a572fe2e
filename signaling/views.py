"""The call page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from rooms import policy
from rooms.models import Membership, Participant, Role
from rooms.policy import Deed
from rooms.views import SignedIn, member_page


@require_safe
@member_page
def call_page(request: SignedIn, membership: Membership) -> HttpResponse:
    user = request.user
    room = membership.room
    others = Participant.objects.present().exclude(device=request.session.get("device"))
    seats = others.filter(call__room=room).select_related("user")
    inside = [{"peer": seat.pk, "name": seat.user.name if seat.user else ""} for seat in seats]
    page = {
        "room": {
            "slug": room.slug,
            "name": room.name,
            "capacity": room.capacity,
            "locked": room.locked,
        },
        "self": {"user": user.pk, "name": user.name, "role": membership.role},
        "inside": inside,
        "urls": {
            "tickets": reverse("api_tickets", args=[room.slug]),
            "iceServers": reverse("api_ice_servers", args=[room.slug]),
            "rooms": reverse("room_list"),
            "settings": reverse("room_settings", args=[room.slug]),
            "invitations": _invitations(membership),
            "room": _to(membership, Deed.LOCK, "api_room"),
            "endCall": _to(membership, Deed.END_CALL, "api_running_call"),
            "profile": reverse("profile"),
            "signIn": f"{reverse(settings.LOGIN_URL)}?next={request.path}",
            "reauthenticate": f"{reverse('account_reauthenticate')}?next={request.path}",
            "sprite": static("img/icons.svg"),
        },
    }
    context = {"room": room, "membership": membership, "page": page}
    context["inside"] = [person["name"] for person in inside]
    return render(request, "signaling/call.html", context)


def _invitations(membership: Membership) -> str | None:
    """Where this member makes invitations, if they may."""
    may = policy.may_invite(membership, Role.MEMBER)
    return reverse("api_invitations", args=[membership.room.slug]) if may else None


def _to(membership: Membership, deed: Deed, name: str) -> str | None:
    """Where this member does this to the room, if they may."""
    may = policy.may(membership, deed)
    return reverse(name, args=[membership.room.slug]) if may else None
