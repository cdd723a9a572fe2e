"""The API of rooms, one module per subject; here is whom a call is from, and where it leads."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.request import Request

from accounts.models import User
from rooms import policy
from rooms.models import Membership
from rooms.policy import Deed


def signed_in(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def place(request: Request, slug: str) -> Membership:
    """The caller's membership. A room that they may not see is one that does not exist."""
    membership = Membership.objects.of(signed_in(request), slug).first()
    if not policy.may_see(membership):
        raise Http404
    return membership


def place_for(deed: Deed, request: Request, slug: str) -> Membership:
    """The caller's membership, where it lets them do this to the room."""
    membership = place(request, slug)
    if not policy.may(membership, deed):
        raise PermissionDenied
    return membership
