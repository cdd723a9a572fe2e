"""What a page fetches before it opens a socket: a ticket, and ICE servers."""

from __future__ import annotations

import msgspec
from django.conf import settings
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from rooms import seats
from rooms.api import place, signed_in
from rooms.models import LeaveReason
from signaling import ice, tickets

# Why a seat cannot be resumed, where joining anew would undo what somebody has done.
ENDINGS = {
    LeaveReason.REPLACED: ("joined_elsewhere", "This device has joined again on another page."),
    LeaveReason.ENDED: ("call_ended", "The call was ended for everyone."),
}
SEAT_GONE = ("seat_gone", "This seat has ended. Join again.")


class SeatEnded(exceptions.APIException):
    status_code = 409

    def __init__(self, reason: str) -> None:
        code, detail = ENDINGS.get(LeaveReason(reason), SEAT_GONE) if reason else SEAT_GONE
        super().__init__(detail, code)


class TicketRequest(serializers.Serializer[None]):
    resume = serializers.CharField(max_length=64, required=False)


class TicketView(APIView):
    """The one-time pass that opens a socket; with `resume`, back to the seat that one holds."""

    def post(self, request: Request, slug: str) -> Response:
        user, membership = signed_in(request), place(request, slug)
        wanted = TicketRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        resume = wanted.validated_data.get("resume")
        agent = request.headers.get("User-Agent", "")
        device = actions.device_of(request.session, user, agent)
        if resume and seats.holding(membership.room, device=device, peer=resume) is None:
            raise SeatEnded(seats.ending(resume, device=device))
        secret = tickets.issue(
            tickets.Ticket(
                user=user.pk,
                device=str(device.pk),
                slug=slug,
                auth_version=user.auth_version,
                session_hash=tickets.hash_session(request.session.session_key or ""),
                origin=settings.PARLEY_URL,
                resume=resume,
            )
        )
        url = settings.WEBSOCKET_URL + f"/ws/rooms/{slug}/"
        reply = {"ticket": secret, "expires_in": tickets.LASTS, "url": url}
        return Response(reply, headers={"Cache-Control": "no-store"})


class IceServersView(APIView):
    """Fresh ICE servers, outside of the socket."""

    def get(self, request: Request, slug: str) -> Response:
        grant = ice.grant(place(request, slug).user_id, slug)
        reply = {
            "iceServers": msgspec.to_builtins(grant.servers),
            "expires_in": ice.expires_in(grant),
        }
        return Response(reply, headers={"Cache-Control": "no-store"})
