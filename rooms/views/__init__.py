"""The pages of rooms, one module per subject; here is who may open a page, and as what."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from accounts.models import User
from rooms import policy
from rooms.models import Membership
from rooms.policy import Deed

View = Callable[..., HttpResponseBase]

reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])


class SignedIn(HttpRequest):
    """A request that `login_required` has let through."""

    user: User


def member_page(view: View) -> View:
    """Gives a view the reader's membership; for all others there is no such room."""
    return _page_for(Deed.SEE, view)


def settings_page(view: View) -> View:
    """Gives a view the reader's membership; for guests, too, there is no such page."""
    return _page_for(Deed.SEE_MEMBERS, view)


def history_page(view: View) -> View:
    return _page_for(Deed.SEE_HISTORY, view)


def say(request: HttpRequest, sentence: str, *names: object, part: str = "") -> None:
    """Shown on the next page, within `part` of it. Names keep their direction to themselves."""
    isolated = [format_html("<bdi>{}</bdi>", name) for name in names]
    said = format_html(sentence, *isolated) if isolated else sentence
    messages.success(request, said, extra_tags=part)


def _page_for(deed: Deed, view: View) -> View:
    @login_required
    @wraps(view)
    def page(request: SignedIn, slug: str, **arguments: Any) -> HttpResponseBase:
        membership = Membership.objects.of(request.user, slug).first()
        if membership is None or not policy.may(membership, deed):
            raise Http404
        try:
            return view(request, membership, **arguments)
        except ObjectDoesNotExist as gone:
            raise Http404 from gone

    return page
