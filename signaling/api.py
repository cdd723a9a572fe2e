"""What a page fetches before it opens a socket: a ticket, and ICE servers."""

from __future__ import annotations

import msgspec
from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import devices, limits
from accounts.authentication import proof_of
from accounts.models import Device, DeviceKind
from accounts.serializers import valid
from rooms import seats
from rooms.api import Conflict, signed_in
from rooms.door import at_the_door
from rooms.models import LeaveReason, Room
from signaling import ice, tickets
from signaling.serializers import IceServersSerializer, ResumeSerializer, TicketSerializer

# Why a seat cannot be resumed, where joining anew would undo what somebody has done.
ENDINGS = {
    LeaveReason.REPLACED: ("joined_elsewhere", "You have joined again elsewhere."),
    LeaveReason.ENDED: ("call_ended", "The call was ended for everyone."),
    LeaveReason.REMOVED: ("removed", "You were removed from this room."),
}
SEAT_GONE = ("seat_gone", "This seat has ended. Join again.")


class SeatEnded(Conflict):
    def __init__(self, reason: str) -> None:
        code, detail = ENDINGS.get(LeaveReason(reason), SEAT_GONE) if reason else SEAT_GONE
        super().__init__(detail, code)


class DeviceKeyRequired(exceptions.PermissionDenied):
    default_code = "device_key_required"
    default_detail = "Register this browser's key first."


@extend_schema(tags=["Calls"])
class TicketView(APIView):
    """The one-time pass that opens a socket; with `resume`, back to the seat that one holds."""

    @extend_schema(
        summary="Get a ticket for the call",
        description="It opens one socket, once. With `resume` it leads back to the seat you hold. "
        "Also for who has the link of a room that is open, or where one may knock.",
        request=ResumeSerializer,
        responses={
            200: TicketSerializer,
            403: [DeviceKeyRequired],
            409: [SeatEnded(reason) for reason in ("", *ENDINGS)],
            429: [limits.TooMany(30)],
        },
        auth=["session csrf proof", "DPoP proof"],
    )
    def post(self, request: Request, slug: str) -> Response:
        user = signed_in(request)
        caller = at_the_door(user, slug)
        resume = valid(ResumeSerializer(data=request.data)).get("resume")
        device = _proven(request)
        if resume and seats.holding(caller.room, device=device, peer=resume) is None:
            raise SeatEnded(seats.ending(resume, device=device))
        secret = tickets.issue(
            tickets.Ticket(
                user=user.pk,
                device=str(device.pk),
                slug=slug,
                auth_version=user.auth_version,
                thumbprint=device.thumbprint or "",
                session_hash=_session_hash(request, device),
                resume=resume,
            )
        )
        url = settings.WEBSOCKET_URL + tickets.socket_path(slug)
        reply = {"ticket": secret, "expires_in": tickets.LASTS, "url": url}
        return Response(reply, headers={"Cache-Control": "no-store"})


@extend_schema(tags=["Calls"])
class IceServersView(APIView):
    """Fresh ICE servers, outside of the socket."""

    @extend_schema(
        summary="Get ICE servers",
        description="Fresh ones, with credentials of a few minutes; the socket sends them too. 404 "
        "while you must knock.",
        responses={200: IceServersSerializer, 429: [limits.TooMany(300)]},
    )
    def get(self, request: Request, slug: str) -> Response:
        user = signed_in(request)
        if not at_the_door(user, slug).looks_inside:
            raise Room.DoesNotExist
        limits.ice_servers(user.pk)
        grant = ice.grant(user.pk, slug)
        reply = {
            "iceServers": msgspec.to_builtins(grant.servers),
            "expires_in": ice.expires_in(grant),
        }
        return Response(reply, headers={"Cache-Control": "no-store"})


def _proven(request: Request) -> Device:
    """The device that asks; an API client has proven its key together with its token."""
    device = request.auth
    assert isinstance(device, Device)
    if device.kind == DeviceKind.BROWSER and proof_of(request).thumbprint != device.thumbprint:
        raise DeviceKeyRequired
    limits.tickets(device.pk)
    devices.note_use(device)
    return device


def _session_hash(request: Request, device: Device) -> str | None:
    if device.kind == DeviceKind.CLIENT:
        return None
    return tickets.hash_session(request.session.session_key or "")
