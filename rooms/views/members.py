"""What the settings page does to people: a role, the room itself, the way out."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from rooms import moderation, policy
from rooms.forms import RoleForm
from rooms.locking import require
from rooms.models import Membership
from rooms.policy import Deed
from rooms.views import SignedIn, settings_page
from rooms.views.settings import done, leave, refused


@require_POST
@settings_page
def member_role(request: SignedIn, membership: Membership, user_id: int) -> HttpResponse:
    target = membership.fellow(user_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise PermissionDenied
    moderation.change_role(target, role=form.cleaned_data["role"], by=membership)
    role = target.get_role_display().lower()
    return done(request, membership.room, "members", f"{{}} is now {role}.", target.user)


@require_POST
@settings_page
def member_owner(request: SignedIn, membership: Membership, user_id: int) -> HttpResponse:
    target = membership.fellow(user_id)
    try:
        moderation.hand_over(target, by=membership)
    except moderation.AccountDisabled:
        why = "That account is disabled and cannot own the room. Choose somebody else."
        return refused(request, membership.room, "members", why)
    said = "{} owns the room now. You are a moderator."
    return done(request, membership.room, "members", said, target.user)


@require_POST
@settings_page
def member_remove(request: SignedIn, membership: Membership, user_id: int) -> HttpResponse:
    if user_id == membership.user_id:
        return leave(request, membership)
    target = membership.fellow(user_id)
    moderation.remove(target, by=membership)
    return done(request, membership.room, "members", "{} is out of the room.", target.user)


@require_POST
@settings_page
def member_ban(request: SignedIn, membership: Membership, user_id: int) -> HttpResponse:
    target = membership.fellow(user_id)
    moderation.ban(target, by=membership)
    said = "{} is banned, and does not come back."
    return done(request, membership.room, "members", said, target.user)


@require_POST
@settings_page
def ban_lift(request: SignedIn, membership: Membership, user_id: int) -> HttpResponse:
    # Who was banned is part of who did what.
    require(policy.may(membership, Deed.SEE_RECORD))
    banned = membership.room.memberships.banned().select_related("room", "user")
    target = banned.get(user_id=user_id)
    moderation.lift_ban(target, by=membership)
    # With the last ban its part of the page goes.
    part = "banned" if membership.room.memberships.banned().exists() else "members"
    return done(request, membership.room, part, "{} may be invited and let in again.", target.user)
