"""Rooms, their members and invitations, as JSON."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from rooms import actions, policy
from rooms.models import Invitation, Membership, Room
from rooms.policy import Deed
from rooms.serializers import (
    AcceptedSerializer,
    InvitationSerializer,
    MadeInvitationSerializer,
    MemberSerializer,
    RoleSerializer,
    RoomSerializer,
    SecretSerializer,
)


class InvitationVoid(NotFound):
    """Wrong, spent, expired, revoked: which of them is nobody's business."""

    default_code = "invitation_void"
    default_detail = "This invitation does not work. Ask the person who sent it for a new one."


def signed_in(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def place(request: Request, slug: str) -> Membership:
    """The caller's membership. A room that they may not see is one that does not exist."""
    membership = Membership.objects.of(signed_in(request), slug).first()
    if not policy.may_see(membership):
        raise Http404
    return membership


@extend_schema(tags=["Rooms"])
class Rooms(APIView):
    @extend_schema(summary="List your rooms", responses=RoomSerializer(many=True))
    def get(self, request: Request) -> Response:
        rooms = Room.objects.as_seen_by(signed_in(request))
        return Response(RoomSerializer(rooms, many=True).data)

    @extend_schema(
        summary="Make a room",
        description="You are its owner, and its only member until you invite someone.",
        request=RoomSerializer,
        responses={201: RoomSerializer},
    )
    def post(self, request: Request) -> Response:
        wanted = RoomSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        room = actions.create_room(by=signed_in(request), **wanted.validated_data)
        return Response(seen(request, room.slug), status=status.HTTP_201_CREATED)


@extend_schema(tags=["Rooms"])
class OneRoom(APIView):
    @extend_schema(summary="Get a room", responses=RoomSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(seen(request, slug))

    @extend_schema(
        summary="Change a room",
        description="Its owner and moderators may. Everyone inside is told at once.",
        request=RoomSerializer,
        responses={200: RoomSerializer, 403: [PermissionDenied]},
    )
    def patch(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        wanted = RoomSerializer(data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        actions.configure_room(actor.room, by=actor, **wanted.validated_data)
        return Response(seen(request, slug))


@extend_schema(tags=["Rooms"])
class RunningCall(APIView):
    @extend_schema(
        summary="End the call for all",
        description="Its owner and moderators may. The room stays; nothing happens where nobody "
        "is inside.",
        responses={204: None, 403: [PermissionDenied]},
    )
    def delete(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        actions.end_call(actor.room, by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Members"])
class Members(APIView):
    @extend_schema(
        summary="List the members",
        description="The owner first, then the moderators, then by name.",
        responses=MemberSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        members = place(request, slug).room.memberships.by_rank()
        return Response(MemberSerializer(members, many=True).data)


@extend_schema(tags=["Members"])
class Member(APIView):
    """One person's place in the room; taking away one's own is leaving."""

    @extend_schema(
        summary="Change a member's role",
        description="The owner says who moderates. The owner's own role stays.",
        request=RoleSerializer,
        responses={200: MemberSerializer, 403: [PermissionDenied]},
    )
    def patch(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place(request, slug)
        target = actor.fellow(user_id)
        wanted = RoleSerializer(data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        actions.change_role(target, by=actor, role=wanted.validated_data.get("role", target.role))
        return Response(MemberSerializer(target).data)

    @extend_schema(
        summary="Remove a member, or leave",
        description="With your own id you leave. Who is in the call is out of it within 2 s.",
        responses={204: None, 403: [PermissionDenied]},
    )
    def delete(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place(request, slug)
        target = actor.fellow(user_id)
        if target == actor:
            actions.leave_room(actor)
        else:
            actions.remove_member(target, by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Invitations"])
class Invitations(APIView):
    @extend_schema(
        summary="List the open invitations",
        description="The newest first, without their links: nobody can read those a second time.",
        responses={200: InvitationSerializer(many=True), 403: [PermissionDenied]},
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        if not policy.may(actor, Deed.INVITE):
            raise PermissionDenied
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
        wanted = InvitationSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        invitation, secret = actions.invite(actor.room, by=actor, **wanted.validated_data)
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
        actor = place(request, slug)
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
        wanted = SecretSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            membership = actions.accept_invitation(
                wanted.validated_data["secret"], by=signed_in(request)
            )
        except ObjectDoesNotExist as void:
            raise InvitationVoid from void
        return Response(AcceptedSerializer(membership).data)


def seen(request: Request, slug: str) -> dict[str, object]:
    """The room as the caller sees it now."""
    rooms = Room.objects.filter(slug=slug).as_seen_by(signed_in(request))
    if not rooms:
        raise Room.DoesNotExist
    return RoomSerializer(rooms[0]).data
