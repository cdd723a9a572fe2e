"""Calls: who met in a room when, and how well it worked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import answers, valid
from rooms import history
from rooms.api import place_for
from rooms.diagnosis import Kind, Mender
from rooms.models import LeaveReason
from rooms.policy import Deed
from rooms.serializers import LARGEST, NumberField

ALICE, BOB = {"user": 1, "name": "Alice"}, {"user": 2, "name": "Bob"}
CALL = {
    "id": 17,
    "started_at": "2026-01-01T14:00:00Z",
    "ended_at": "2026-01-01T14:58:00Z",
    "people": [
        {
            **ALICE,
            "came_at": "2026-01-01T14:00:00Z",
            "left_at": "2026-01-01T14:58:00Z",
            "reason": "left",
            "seconds": 3480,
        },
        {
            **BOB,
            "came_at": "2026-01-01T14:03:00Z",
            "left_at": "2026-01-01T14:57:30Z",
            "reason": "left",
            "seconds": 3270,
        },
    ],
    "pairs": [
        {
            "one": ALICE,
            "other": BOB,
            "connections": [
                {
                    "outcome": "direct",
                    "sentence": "Straight from one to the other: nothing to do.",
                    "mender": "nobody",
                    "protocol": "udp",
                    "setup_ms": 180,
                    "restarts": 0,
                }
            ],
        }
    ],
}


class BeforeSerializer(serializers.Serializer[Any]):
    before = NumberField(
        min_value=0, max_value=LARGEST, required=False, help_text="The `id` of a call."
    )


class PresentSerializer(serializers.Serializer[Any]):
    user = serializers.IntegerField(
        source="user_id", allow_null=True, help_text="Null for a deleted account."
    )
    name = serializers.CharField()


class AttendanceSerializer(PresentSerializer):
    came_at = serializers.DateTimeField(source="came")
    left_at = serializers.DateTimeField(source="left", allow_null=True)
    reason = serializers.ChoiceField(
        choices=[*LeaveReason.choices, ("", "Inside")], help_text="Empty for who is inside."
    )
    seconds = serializers.SerializerMethodField(help_text="How long they were inside in all.")

    def get_seconds(self, person: history.Person) -> int:
        return int(person.inside.total_seconds())


class ConnectionSerializer(serializers.Serializer[Any]):
    outcome = serializers.SerializerMethodField()
    sentence = serializers.CharField(source="diagnosis.sentence")
    mender = serializers.ChoiceField(
        source="diagnosis.mender", choices=[mender.value for mender in Mender]
    )
    protocol = serializers.CharField(help_text="`udp`, `tcp` or `tls`; empty where nobody knows.")
    setup_ms = serializers.IntegerField(allow_null=True)
    restarts = serializers.IntegerField(help_text="Of both ends.")

    @extend_schema_field(serializers.ChoiceField(choices=[(kind.value, "") for kind in Kind]))
    def get_outcome(self, connection: history.Connection) -> str:
        word: str = connection.diagnosis.kind.value
        return word


class PairSerializer(serializers.Serializer[Any]):
    one = PresentSerializer()
    other = PresentSerializer()
    connections = ConnectionSerializer(
        many=True, help_text="Whoever left and came back has had another one."
    )


class CallSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Null while it goes on.")
    people = AttendanceSerializer(many=True, help_text="In the order in which they came.")
    pairs = PairSerializer(many=True, help_text="What the two ends of each have reported.")


@extend_schema_serializer(examples=[answers(calls=[CALL], more=False)])
class CallsSerializer(serializers.Serializer[Any]):
    calls = CallSerializer(many=True)
    more = serializers.BooleanField(help_text="Whether there are earlier ones.")


@extend_schema(tags=["Calls"])
class Calls(APIView):
    @extend_schema(
        summary="List the calls",
        description=f"The newest first, {history.AT_ONCE} at most; those before `before`, if it is "
        "given. The one that goes on is there too. Guests see none.",
        parameters=[BeforeSerializer],
        responses={
            200: CallsSerializer,
            400: [ValidationError({"before": ["A valid integer is required."]})],
            403: [PermissionDenied],
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        room = place_for(Deed.SEE_HISTORY, request, slug).room
        # A plain dict: given without a value it is wrong, not left out.
        wanted = valid(BeforeSerializer(data=request.query_params.dict()))
        calls, more = history.newest(room, before=wanted.get("before"))
        return Response(CallsSerializer({"calls": calls, "more": more}).data)
