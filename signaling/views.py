"""The call page: also for strangers, where the link of the room leads somewhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from rooms import policy
from rooms.door import Caller, at_the_door
from rooms.models import Membership, Participant, Room
from rooms.policy import Deed
from rooms.signals import room_facts
from rooms.views import SignedIn


@require_safe
@login_required
def call_page(request: SignedIn, slug: str) -> HttpResponse:
    try:
        caller = at_the_door(request.user, slug)
    except Room.DoesNotExist as nothing:
        raise Http404 from nothing
    inside = _inside(request, caller.room) if caller.looks_inside else []
    page = {
        "room": _room(caller),
        "self": {
            "user": caller.user.pk,
            "name": caller.user.name,
            "role": policy.standing_of(caller.membership).value,
            "hides_address": caller.user.hides_address,
        },
        "waiting": caller.room.knocks.waiting().filter(user=caller.user).exists(),
        "entry": caller.entry.name.lower(),
        "inside": inside,
        "urls": _urls(request, caller),
    }
    context = {"room": caller.room, "page": page}
    context["inside"] = [person["name"] for person in inside]
    return render(request, "signaling/call.html", context)


def _inside(request: SignedIn, room: Room) -> list[dict[str, str]]:
    """Who is, but for this browser itself."""
    others = Participant.objects.present().exclude(device=request.session.get("device"))
    seats = others.filter(call__room=room).select_related("user")
    return [{"peer": seat.pk, "name": seat.user.name if seat.user else ""} for seat in seats]


def _room(caller: Caller) -> dict[str, Any]:
    """Its name alone, as the socket says it too, for whoever must be let in first."""
    room = caller.room
    told = room_facts(room) if caller.looks_inside else {"name": room.name}
    return {"slug": room.slug, **told}


def _urls(request: SignedIn, caller: Caller) -> dict[str, str | None]:
    """Where the page finds what; null is what this person may not do."""
    place, slug = caller.membership, caller.room.slug

    def to(name: str) -> str:
        return reverse(name, args=[slug])

    def where_may(deed: Deed, address: str) -> str | None:
        return address if policy.may(place, deed) else None

    return {
        "tickets": to("api_tickets"),
        "iceServers": to("api_ice_servers"),
        "rooms": reverse("room_list"),
        "settings": where_may(Deed.SEE_MEMBERS, to("room_settings")),
        "history": where_may(Deed.SEE_HISTORY, to("room_history")),
        "invitations": where_may(Deed.INVITE, to("api_invitations")),
        "room": where_may(Deed.LOCK, to("api_room")),
        "endCall": where_may(Deed.END_CALL, to("api_running_call")),
        "knocks": where_may(Deed.ADMIT, to("api_knocks")),
        "knock": to("api_knocks"),
        "members": _to_some(place, Deed.REMOVE, to("api_members")),
        "holds": _to_some(place, Deed.MUTE, f"{to('api_running_call')}holds/"),
        "bans": _to_some(place, Deed.BAN, to("api_bans")),
        "messages": to("api_messages"),
        "reports": to("api_reports"),
        "profile": reverse("profile"),
        "signIn": f"{reverse(settings.LOGIN_URL)}?next={request.path}",
        "reauthenticate": f"{reverse('account_reauthenticate')}?next={request.path}",
        "sprite": static("img/icons.svg"),
    }


def _to_some(place: Membership | None, deed: Deed, address: str) -> str | None:
    """The address, for who may do this to anybody at all."""
    return address if policy.standing_of(place) in policy.TO_A_PERSON[deed] else None
