"""The API of rooms, one module per subject; here is whom a call is from, and where it leads."""

from __future__ import annotations

from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts.models import User
from rooms import policy
from rooms.locking import require
from rooms.models import Membership
from rooms.policy import Deed


class Conflict(APIException):
    """It may be asked, but not as things stand."""

    status_code = status.HTTP_409_CONFLICT


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
    """The caller's membership, where it lets them do this to the room.

    To be asked before anybody is looked for whom an id names: what is refused says nothing of them.
    """
    membership = place(request, slug)
    require(policy.may(membership, deed))
    return membership
