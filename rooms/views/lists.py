"""The list of one's rooms, a new one, and the way in by invitation."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms import actions
from rooms.forms import NewRoomForm
from rooms.models import Membership
from rooms.views import SignedIn, reads_and_posts


@require_safe
@login_required
def room_list(request: SignedIn) -> HttpResponse:
    rooms = Membership.objects.rooms_of(request.user)
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


@require_safe
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """The secret stays in the fragment; the page's script posts it."""
    return render(request, "rooms/invite.html")
