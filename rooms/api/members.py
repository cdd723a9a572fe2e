"""Members: who belongs to a room, as what, and who must not come back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import valid
from rooms import actions, moderation, policy
from rooms.api import Conflict, place, place_for
from rooms.locking import require
from rooms.policy import Deed
from rooms.serializers import BanSerializer, MemberSerializer, NewOwnerSerializer, RoleSerializer


class AccountIsDisabled(Conflict):
    default_code = "account_disabled"
    default_detail = "This account is disabled. Choose somebody who can sign in."


@extend_schema(tags=["Members"])
class Members(APIView):
    @extend_schema(
        summary="List the members",
        description="The owner first, then the moderators, then the members, then the guests of "
        "the running call, each by name. Guests may not.",
        responses={200: MemberSerializer(many=True), 403: [PermissionDenied]},
    )
    def get(self, request: Request, slug: str) -> Response:
        members = place_for(Deed.SEE_MEMBERS, request, slug).room.memberships.standing().by_rank()
        return Response(MemberSerializer(members, many=True).data)


@extend_schema(tags=["Members"])
class Member(APIView):
    """One person's place in the room; taking away one's own is leaving."""

    @extend_schema(
        summary="Change a member's role",
        description="The owner says who moderates; a guest who is given a role stays. The owner's "
        "own role changes by handing over alone.",
        request=RoleSerializer,
        responses={200: MemberSerializer, 403: [PermissionDenied]},
    )
    def patch(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place_for(Deed.SEE_MEMBERS, request, slug)
        wanted = valid(RoleSerializer(data=request.data, partial=True))
        target = actor.fellow(user_id)
        if "role" in wanted:
            moderation.change_role(target, by=actor, role=wanted["role"])
        return Response(MemberSerializer(target).data)

    @extend_schema(
        summary="Remove a member, or leave",
        description="With your own id you leave. Who is in the call is out of it within 2 s.",
        responses={204: None, 403: [PermissionDenied]},
    )
    def delete(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place(request, slug)
        if user_id == actor.user_id:
            actions.leave_room(actor)
        else:
            require(policy.may(actor, Deed.SEE_MEMBERS))
            moderation.remove(actor.fellow(user_id), by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Members"])
class Owner(APIView):
    @extend_schema(
        summary="Hand the room over",
        description="The owner may, to a moderator or a member, and is a moderator from then on.",
        request=NewOwnerSerializer,
        responses={200: MemberSerializer, 403: [PermissionDenied], 409: [AccountIsDisabled]},
    )
    def put(self, request: Request, slug: str) -> Response:
        actor = place_for(Deed.SEE_MEMBERS, request, slug)
        wanted = valid(NewOwnerSerializer(data=request.data))
        target = actor.fellow(wanted["user"])
        try:
            moderation.hand_over(target, by=actor)
        except moderation.AccountDisabled as disabled:
            raise AccountIsDisabled from disabled
        return Response(MemberSerializer(target).data)


@extend_schema(tags=["Members"])
class Bans(APIView):
    @extend_schema(
        summary="List who is banned",
        description="The latest first. The owner and moderators may.",
        responses={200: BanSerializer(many=True), 403: [PermissionDenied]},
    )
    def get(self, request: Request, slug: str) -> Response:
        # Who was banned is part of who did what.
        room = place_for(Deed.SEE_RECORD, request, slug).room
        return Response(BanSerializer(room.memberships.latest_bans(), many=True).data)


@extend_schema(tags=["Members"])
class Ban(APIView):
    """Somebody who is out, and whom no link, knock or invitation brings back."""

    @extend_schema(
        summary="Ban someone",
        description="A member or a guest, below you. They are out of the call within 2 s.",
        request=None,
        responses={204: None, 403: [PermissionDenied]},
    )
    def put(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place_for(Deed.SEE_RECORD, request, slug)
        places = actor.room.memberships.select_related("room", "user")
        moderation.ban(places.get(user_id=user_id), by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Lift a ban",
        description="They are a stranger again, whom somebody may invite or let in.",
        responses={204: None, 403: [PermissionDenied]},
    )
    def delete(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place_for(Deed.SEE_RECORD, request, slug)
        banned = actor.room.memberships.banned().select_related("room", "user")
        moderation.lift_ban(banned.get(user_id=user_id), by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)
