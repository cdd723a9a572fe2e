"""Knocks: who waits at the door, and whether they are let in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rooms import door
from rooms.api import Conflict, place, place_for, signed_in
from rooms.policy import Deed
from rooms.serializers import KnockSerializer


class RoomIsFull(Conflict):
    default_code = "room_full"
    default_detail = "Every seat is taken. Ask someone to step out, or let them in later."


@extend_schema(tags=["Knocks"])
class Knocks(APIView):
    @extend_schema(
        summary="List who knocks",
        description="Who came first is first. The owner and moderators may.",
        responses={200: KnockSerializer(many=True), 403: [PermissionDenied]},
    )
    def get(self, request: Request, slug: str) -> Response:
        room = place_for(Deed.ADMIT, request, slug).room
        waiting = room.knocks.waiting().select_related("user")
        return Response(KnockSerializer(waiting, many=True).data)


@extend_schema(tags=["Knocks"])
class OwnKnock(APIView):
    @extend_schema(
        summary="Stop knocking",
        description="Takes your own knock back, for whoever waits; harmless where you do not. You "
        "knock over the socket.",
        responses={204: None},
    )
    def delete(self, request: Request, slug: str) -> Response:
        caller = door.at_the_door(signed_in(request), slug)
        door.withdraw(caller.room, caller.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Knocks"])
class Admit(APIView):
    @extend_schema(
        summary="Let someone in",
        description="They are a guest until the call is over. 404 where they do not wait any more.",
        request=None,
        responses={204: None, 403: [PermissionDenied], 409: [RoomIsFull]},
    )
    def post(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place(request, slug)
        try:
            door.admit(actor.room, user_id, by=actor)
        except door.RoomFull as full:
            raise RoomIsFull from full
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Knocks"])
class Deny(APIView):
    @extend_schema(
        summary="Turn someone away",
        description="They may knock again after a minute, and three times in one call. 404 where "
        "they do not wait any more.",
        request=None,
        responses={204: None, 403: [PermissionDenied]},
    )
    def post(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place(request, slug)
        door.deny(actor.room, user_id, by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)
