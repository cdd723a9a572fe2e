"""Rooms, their members and invitations, as JSON."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from rooms import actions, policy
from rooms.models import Invitation, Membership, Room
from rooms.serializers import (
    InvitationSerializer,
    MemberSerializer,
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
    if not policy.may_enter(membership):
        raise Http404
    return membership


class Rooms(APIView):
    def get(self, request: Request) -> Response:
        rooms = Room.objects.as_seen_by(signed_in(request))
        return Response(RoomSerializer(rooms, many=True).data)

    def post(self, request: Request) -> Response:
        wanted = RoomSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        room = actions.create_room(by=signed_in(request), **wanted.validated_data)
        return Response(seen(request, room.slug), status=status.HTTP_201_CREATED)


class OneRoom(APIView):
    def get(self, request: Request, slug: str) -> Response:
        return Response(seen(request, slug))

    def patch(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        wanted = RoomSerializer(data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        actions.configure_room(actor.room, by=actor, **wanted.validated_data)
        return Response(seen(request, slug))


class Members(APIView):
    def get(self, request: Request, slug: str) -> Response:
        members = place(request, slug).room.memberships.by_rank()
        return Response(MemberSerializer(members, many=True).data)


class Member(APIView):
    """One person's place in the room; taking away one's own is leaving."""

    def patch(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place(request, slug)
        target = actor.fellow(user_id)
        wanted = MemberSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        actions.change_role(target, by=actor, **wanted.validated_data)
        return Response(MemberSerializer(target).data)

    def delete(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place(request, slug)
        actions.remove_member(actor.fellow(user_id), by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Invitations(APIView):
    def get(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        if not policy.may_manage(actor):
            self.permission_denied(request)
        invitations = actor.room.invitations.open().order_by("-created_at")
        return Response(InvitationSerializer(invitations, many=True).data)

    def post(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        wanted = InvitationSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        invitation, secret = actions.invite(actor.room, by=actor, **wanted.validated_data)
        body = InvitationSerializer(invitation).data | {"url": Invitation.link(secret)}
        return Response(body, status=status.HTTP_201_CREATED)


class OneInvitation(APIView):
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        actor = place(request, slug)
        invitation = actor.room.invitations.select_related("room").get(pk=pk)
        actions.revoke_invitation(invitation, by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Accept(APIView):
    def post(self, request: Request) -> Response:
        wanted = SecretSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            membership = actions.accept_invitation(
                wanted.validated_data["secret"], by=signed_in(request)
            )
        except ObjectDoesNotExist as void:
            raise InvitationVoid from void
        room = membership.room
        return Response({"room": {"slug": room.slug, "name": room.name, "url": room.url}})


def seen(request: Request, slug: str) -> dict[str, object]:
    """The room as the caller sees it now."""
    rooms = Room.objects.filter(slug=slug).as_seen_by(signed_in(request))
    if not rooms:
        raise Room.DoesNotExist
    return RoomSerializer(rooms[0]).data
