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
from rooms.models import Participant, Room
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
    inside = _inside(request, caller)
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
        **inside,
        "urls": _urls(request, caller),
    }
    context = {"room": caller.room, "page": page}
    context["inside"] = [person["name"] for person in inside["inside"]]
    return render(request, "signaling/call.html", context)


def _inside(request: SignedIn, caller: Caller) -> dict[str, Any]:
    """Who is; and by themselves the seats that Join takes from whoever asks, as the socket says."""
    found: dict[str, Any] = {"inside": [], "elsewhere": None, "displaced": None}
    if not caller.looks_inside:
        return found
    sits_once = not policy.may_sit_twice(caller.membership)
    for seat in Participant.objects.inside(caller.room).select_related("user"):
        if seat.device_id and str(seat.device_id) == request.session.get("device"):
            found["elsewhere"] = seat.pk
        elif sits_once and seat.user_id == caller.user.pk:
            found["displaced"] = seat.pk
        else:
            name = seat.user.name if seat.user else ""
            found["inside"].append({"peer": seat.pk, "name": name})
    return found


def _room(caller: Caller) -> dict[str, Any]:
    """Its name alone, as the socket says it too, for whoever must be let in first."""
    room = caller.room
    told = room_facts(room) if caller.looks_inside else {"name": room.name}
    return {"slug": room.slug, **told}


def _urls(request: SignedIn, caller: Caller) -> dict[str, str | None]:
    """Where the page finds what; null is what is not there for this person."""
    slug = caller.room.slug
    settles = policy.may(caller.membership, Deed.SEE_MEMBERS)
    return {
        "api": reverse("api_room", args=[slug]),
        "rooms": reverse("room_list"),
        "settings": reverse("room_settings", args=[slug]) if settles else None,
        "profile": reverse("profile"),
        "signIn": f"{reverse(settings.LOGIN_URL)}?next={request.path}",
        "reauthenticate": f"{reverse('account_reauthenticate')}?next={request.path}",
        "sprite": static("img/icons.svg"),
    }
