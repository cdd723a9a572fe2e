"""Invitations: making them, turning them off, and coming by one."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import valid
from rooms import actions
from rooms.api import place, place_for, signed_in
from rooms.models import Invitation
from rooms.policy import Deed
from rooms.serializers import (
    AcceptedSerializer,
    InvitationSerializer,
    MadeInvitationSerializer,
    SecretSerializer,
)


class InvitationVoid(NotFound):
    """Wrong, spent, expired, revoked: which of them is nobody's business."""

    default_code = "invitation_void"
    default_detail = "This invitation does not work. Ask the person who sent it for a new one."


@extend_schema(tags=["Invitations"])
class Invitations(APIView):
    @extend_schema(
        summary="List the open invitations",
        description="The newest first, without their links: nobody can read those a second time.",
        responses={200: InvitationSerializer(many=True), 403: [PermissionDenied]},
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = place_for(Deed.INVITE, request, slug)
        invitations = actor.room.invitations.open().order_by("-created_at")
        return Response(InvitationSerializer(invitations, many=True).data)

    @extend_schema(
        summary="Make an invitation",
        description="`url` is shown this once. Only the owner makes links for moderators.",
        request=InvitationSerializer,
        responses={201: MadeInvitationSerializer, 403: [PermissionDenied]},
    )
    def post(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        wanted = valid(InvitationSerializer(data=request.data))
        invitation, secret = actions.invite(actor.room, by=actor, **wanted)
        body = InvitationSerializer(invitation).data | {"url": Invitation.link(secret)}
        return Response(body, status=status.HTTP_201_CREATED)


@extend_schema(tags=["Invitations"])
class OneInvitation(APIView):
    @extend_schema(
        summary="Revoke an invitation",
        description="Its link stops working. Whoever came by it stays a member.",
        responses={204: None, 403: [PermissionDenied]},
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        actor = place_for(Deed.INVITE, request, slug)
        invitation = actor.room.invitations.select_related("room").get(pk=pk)
        actions.revoke_invitation(invitation, by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Invitations"])
class Accept(APIView):
    @extend_schema(
        summary="Accept an invitation",
        description="`secret` is what stands behind the `#` of the link. Twice is harmless.",
        request=SecretSerializer,
        responses={200: AcceptedSerializer, 404: [InvitationVoid]},
    )
    def post(self, request: Request) -> Response:
        wanted = valid(SecretSerializer(data=request.data))
        try:
            membership = actions.accept_invitation(wanted["secret"], by=signed_in(request))
        except ObjectDoesNotExist as void:
            raise InvitationVoid from void
        return Response(AcceptedSerializer(membership).data)
