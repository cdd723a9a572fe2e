"""Invitations on the settings page: making a link, and turning one off."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from rooms import actions, policy
from rooms.forms import InvitationForm
from rooms.locking import require
from rooms.models import Membership
from rooms.policy import Deed
from rooms.views import SignedIn, reads_and_posts, settings_page
from rooms.views.settings import FRESH, back, done, page


@reads_and_posts
@settings_page
def invitation_new(request: SignedIn, membership: Membership) -> HttpResponse:
    """The next look at the settings shows the link, once; whoever comes later makes another."""
    if request.method != "POST":
        return back(membership.room, "invitations")
    require(policy.may(membership, Deed.INVITE))
    form = InvitationForm(request.POST, by=membership)
    if not form.is_valid():
        return page(request, membership, invitation_form=form)
    invitation, secret = actions.invite(membership.room, by=membership, **form.cleaned_data)
    request.session[FRESH] = {
        "room": membership.room.slug,
        "invitation": invitation.pk,
        "url": invitation.link(secret),
    }
    return back(membership.room, "invitations")


@require_POST
@settings_page
def invitation_revoke(request: SignedIn, membership: Membership, pk: int) -> HttpResponse:
    require(policy.may(membership, Deed.INVITE))
    invitation = membership.room.invitations.select_related("room").get(pk=pk)
    actions.revoke_invitation(invitation, by=membership)
    return done(request, membership.room, "invitations", "That link no longer works.")
