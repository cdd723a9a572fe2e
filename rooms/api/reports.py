"""Reports: what each end of a pair says of its connection to the other."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import Strict, asks, valid
from rooms import reports
from rooms.api import signed_in
from rooms.serializers import LARGEST

STATES = ("new", "connecting", "connected", "disconnected", "failed", "closed")
CANDIDATES = ("host", "srflx", "prflx", "relay")
PROTOCOLS = ("udp", "tcp", "tls")
NO_PATH = {"local_type": "", "remote_type": "", "protocol": ""}
A_DAY = 24 * 60 * 60 * 1000
MOST_RESTARTS = 1000
MOST_ERRORS = 16


class ErrorCode(serializers.IntegerField):
    """A number of STUN or TURN; a text is none."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


def _peer(said: str) -> serializers.CharField:
    return serializers.CharField(max_length=16, trim_whitespace=False, help_text=said)


def _one_of(words: tuple[str, ...], said: str) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=words, required=False, help_text=said)


def _count(most: int, said: str) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=most, default=0, help_text=said)


@extend_schema_serializer(
    examples=[
        asks(
            reporter="Vb7nTq0LrX4cE8sD",
            about="qk3VZ0mS5pY1xW2a",
            state="connected",
            local_type="host",
            remote_type="srflx",
            protocol="udp",
            setup_ms=180,
            restarts=0,
            ice_errors=[701],
            bytes_sent=48_210_338,
            bytes_received=51_020_117,
        )
    ]
)
class ReportSerializer(Strict):
    reporter = _peer("Your own peer id in that call.")
    about = _peer("Whom you were connected to.")
    state = serializers.ChoiceField(
        choices=STATES, help_text="`connectionState` when the connection was given up."
    )
    local_type = _one_of(
        CANDIDATES, "Of the chosen path, at your end; left out where there was none."
    )
    remote_type = _one_of(CANDIDATES, "The same at the other end.")
    protocol = _one_of(PROTOCOLS, "What the path runs over; to the relay, where there is one.")
    setup_ms = serializers.IntegerField(
        min_value=0,
        max_value=A_DAY,
        allow_null=True,
        default=None,
        help_text="Until it was up for the first time; null where it never was.",
    )
    restarts = _count(MOST_RESTARTS, "How often it had to be mended.")
    ice_errors = serializers.ListField(
        child=ErrorCode(min_value=300, max_value=799),
        max_length=MOST_ERRORS,
        default=list,
        help_text="Codes of `icecandidateerror`, each once.",
    )
    bytes_sent = _count(LARGEST, "Over all paths.")
    bytes_received = _count(LARGEST, "The same, the other way.")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        return NO_PATH | said


@extend_schema(tags=["Calls"])
class Reports(APIView):
    @extend_schema(
        summary="Report a connection",
        description="When it is over, once for each peer; a later report takes the place of an "
        "earlier one. It is taken until ten minutes after your seat has ended, also from who was "
        "removed. 404 where the seat is not yours, or the peer was not in the same call.",
        request=ReportSerializer,
        responses={204: None},
    )
    def post(self, request: Request, slug: str) -> Response:
        said = valid(ReportSerializer(data=request.data))
        reports.take(slug, by=signed_in(request), **said)
        return Response(status=status.HTTP_204_NO_CONTENT)
