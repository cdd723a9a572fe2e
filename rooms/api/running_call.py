"""The call that is going on: ending it, and holding somebody's microphone in it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rooms import moderation
from rooms.api import place, place_for
from rooms.policy import Deed


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
        moderation.end_call(actor.room, by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Members"])
class Hold(APIView):
    """Somebody's microphone, held off for the rest of the call or until it is allowed again."""

    @extend_schema(
        summary="Mute someone",
        description="Nobody in the call hears them until you allow it again, or the call ends. "
        "Owner and moderators may, to those below them; 404 where nobody is inside.",
        request=None,
        responses={204: None, 403: [PermissionDenied]},
    )
    def put(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place_for(Deed.SEE_MEMBERS, request, slug)
        moderation.mute(actor.fellow(user_id), by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Allow someone to speak",
        description="They turn their microphone on themselves. Harmless where it is not held.",
        responses={204: None, 403: [PermissionDenied]},
    )
    def delete(self, request: Request, slug: str, user_id: int) -> Response:
        actor = place_for(Deed.SEE_MEMBERS, request, slug)
        moderation.allow_to_speak(actor.fellow(user_id), by=actor)
        return Response(status=status.HTTP_204_NO_CONTENT)
