"""Rooms: the list, one room, and its link."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import valid
from rooms import actions
from rooms.api import Conflict, place, signed_in
from rooms.models import Membership, Room
from rooms.serializers import RoomSerializer


class CallIsRunning(Conflict):
    default_code = "call_running"
    default_detail = "Somebody is inside. End the call first, or wait until it is over."


@extend_schema(tags=["Rooms"])
class Rooms(APIView):
    @extend_schema(summary="List your rooms", responses=RoomSerializer(many=True))
    def get(self, request: Request) -> Response:
        rooms = Membership.objects.rooms_of(signed_in(request))
        return Response(RoomSerializer(rooms, many=True).data)

    @extend_schema(
        summary="Make a room",
        description="You are its owner, and its only member until you invite someone.",
        request=RoomSerializer,
        responses={201: RoomSerializer},
    )
    def post(self, request: Request) -> Response:
        wanted = valid(RoomSerializer(data=request.data))
        room = actions.create_room(by=signed_in(request), **wanted)
        return Response(seen(request, room.slug), status=status.HTTP_201_CREATED)


@extend_schema(tags=["Rooms"])
class OneRoom(APIView):
    @extend_schema(summary="Get a room", responses=RoomSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(seen(request, slug))

    @extend_schema(
        summary="Change a room",
        description="Its owner may; moderators change `name`, `capacity` and `locked` alone. What "
        "you leave out stays. Everyone inside is told at once.",
        request=RoomSerializer,
        responses={200: RoomSerializer, 403: [PermissionDenied]},
    )
    def patch(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        wanted = valid(RoomSerializer(data=request.data, partial=True))
        actions.configure_room(actor.room, by=actor, **wanted)
        return Response(seen(request, slug))


@extend_schema(tags=["Rooms"])
class Link(APIView):
    """The room's address, which lets in whoever has it where `access` says so."""

    @extend_schema(
        summary="Renew the link",
        description="Its owner may, while nobody is inside. The room gets another `slug`; the old "
        "address leads nowhere. Members find the new one in their list.",
        request=None,
        responses={200: RoomSerializer, 403: [PermissionDenied], 409: [CallIsRunning]},
    )
    def post(self, request: Request, slug: str) -> Response:
        actor = place(request, slug)
        try:
            room = actions.renew_link(actor.room, by=actor)
        except actions.CallRunning as running:
            raise CallIsRunning from running
        return Response(seen(request, room.slug))


def seen(request: Request, slug: str) -> dict[str, object]:
    """The room as the caller sees it now."""
    rooms = Membership.objects.filter(room__slug=slug).rooms_of(signed_in(request))
    if not rooms:
        raise Room.DoesNotExist
    return RoomSerializer(rooms[0]).data
