"""The account pages that allauth does not have."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import actions, first_admin
from accounts.forms import FirstAdminForm, ProfileForm, SetupTokenForm
from accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    # A copy: a refused name must not show in the page's header.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("profile")
    return render(request, "account/profile.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The page behind the one-time link; whoever is signed in becomes the admin themselves."""
    if not first_admin.wanted():
        return render(request, "account/setup_done.html", status=410)
    form_class = SetupTokenForm if request.user.is_authenticated else FirstAdminForm
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = _first_admin(request, form)
        except actions.AdminExists:
            return render(request, "account/setup_done.html", status=410)
        if user != request.user:
            login(request, user)
        messages.success(request, "You are the admin. Make a room, or look into the admin pages.")
        return redirect("room_list")
    return render(request, "account/setup.html", {"form": form})


@transaction.atomic
def _first_admin(request: HttpRequest, form: SetupTokenForm) -> User:
    user = form.save(request) if isinstance(form, FirstAdminForm) else request.user
    assert isinstance(user, User)
    actions.make_first_admin(user)
    return user
