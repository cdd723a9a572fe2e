"""What a view asks for before it does anything."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

View = Callable[..., HttpResponseBase]


def asks_again(view: View) -> View:
    """Asks for the password or the passkey once more: a copied cookie takes no account over."""
    asking: View = reauthentication_required(view)

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return asking(request, *args, **kwargs)
        except ReauthenticationRequired:
            if request.method != "POST":
                raise
            # allauth would keep what was posted in the session, a password among it.
            return redirect(request.get_full_path())

    return page
