"""The end of an account, by its own hand."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.decorators import asks_again
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@asks_again
def delete_account(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    if request.method != "POST":
        return render(
            request, "account/delete.html", {"is_last_admin": _is_last_admin(request.user)}
        )
    actions.delete_user(request.user)
    logout(request)
    return redirect("account_deleted")


@require_safe
def account_deleted(request: HttpRequest) -> HttpResponse:
    """Says that it is done; it looks the same to everybody who comes by."""
    return render(request, "account/deleted.html")


def _is_last_admin(user: User) -> bool:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    return user.is_superuser and not others.exists()
