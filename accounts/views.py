"""The account pages that allauth does not have."""

from __future__ import annotations

from allauth.account.utils import complete_signup, get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import actions, first_admin
from accounts.forms import FirstAdminForm, ProfileForm, SetupTokenForm
from accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    came_from = get_next_redirect_url(request)
    # A copy: a refused name must not show in the page's header.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        # Not `redirect`: it takes an address without a slash for the name of a page.
        return HttpResponseRedirect(came_from or reverse("profile"))
    return render(request, "account/profile.html", {"form": form, "came_from": came_from})


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The page behind the one-time link; whoever is signed in becomes the admin themselves."""
    if not first_admin.wanted():
        return _setup_done(request)
    form_class = SetupTokenForm if request.user.is_authenticated else FirstAdminForm
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = _first_admin(request, form)
        except actions.AdminExists:
            return _setup_done(request)
        messages.success(request, "You are the admin. Make a room, or look into the admin pages.")
        return redirect("room_list") if user == request.user else _welcome(request, user)
    if form.errors and not first_admin.wanted():
        # Somebody was faster and has spent the token.
        return _setup_done(request)
    return render(request, "account/setup.html", {"form": form})


def _setup_done(request: HttpRequest) -> HttpResponse:
    return render(request, "account/setup_done.html", status=410)


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    """Signs the new admin in, and asks for the address by mail, without waiting for either."""
    verification = settings.ACCOUNT_EMAIL_VERIFICATION
    response: HttpResponse = complete_signup(
        request,
        user=user,
        email_verification="optional" if verification == "mandatory" else verification,
        success_url=None,
    )
    return response


@transaction.atomic
def _first_admin(request: HttpRequest, form: SetupTokenForm) -> User:
    user = form.save(request) if isinstance(form, FirstAdminForm) else request.user
    assert isinstance(user, User)
    actions.make_first_admin(user)
    return user
