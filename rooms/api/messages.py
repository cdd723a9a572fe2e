"""Messages: what was written in a room's chat, for who was away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied as Refused
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import answers, valid
from rooms import policy
from rooms.api import place_for
from rooms.models import Membership, Message, MessageQuerySet
from rooms.policy import Deed
from rooms.serializers import LARGEST, NumberField

AT_ONCE = 200


class ChatIsOff(Refused):
    default_code = "chat_off"
    default_detail = "This room has no chat. Its owner can turn it on."


class SinceSerializer(serializers.Serializer[Any]):
    after = NumberField(min_value=0, max_value=LARGEST, required=False)


class MessageSerializer(serializers.ModelSerializer[Message]):
    id = serializers.IntegerField(
        source="number", read_only=True, help_text="Counts up by one within the room."
    )
    user = serializers.IntegerField(
        source="user_id", read_only=True, allow_null=True, help_text="Null for a deleted account."
    )
    name = serializers.CharField(source="user.name", default="", read_only=True)

    class Meta:
        model = Message
        fields = ("id", "client_id", "user", "name", "text", "at")
        read_only_fields = fields
        extra_kwargs = {"client_id": {"help_text": "The `id` that its sender gave it."}}


@extend_schema_serializer(
    examples=[
        answers(
            messages=[
                {
                    "id": 42,
                    "client_id": "m-17",
                    "user": 2,
                    "name": "Bob",
                    "text": "Shall we start with the roses?",
                    "at": "2026-01-01T10:02:11Z",
                }
            ],
            more=False,
            chat_days=30,
        )
    ]
)
class MessagesSerializer(serializers.Serializer[Any]):
    messages = MessageSerializer(many=True, read_only=True)
    more = serializers.BooleanField(
        read_only=True,
        help_text="Whether there are further ones: with `after` later, else earlier.",
    )
    chat_days = serializers.IntegerField(
        read_only=True, help_text="How many days they are kept; 0 is until the call is over."
    )


@extend_schema(tags=["Chat"])
class Messages(APIView):
    @extend_schema(
        summary="Read the chat",
        description=f"At most {AT_ONCE}, the oldest first: those since `after`, or else the "
        "newest. Guests read what was written since the running call began. One writes over the "
        "socket.",
        parameters=[SinceSerializer],
        responses={
            200: MessagesSerializer,
            400: [ValidationError({"after": ["A valid integer is required."]})],
            403: [PermissionDenied, ChatIsOff],
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        reader = place_for(Deed.CHAT, request, slug)
        room = reader.room
        # A plain dict: given without a value it is wrong, not left out.
        wanted = valid(SinceSerializer(data=request.query_params.dict()))
        if not room.has_chat:
            raise ChatIsOff
        after = wanted.get("after")
        theirs = _read_by(reader)
        messages = _newest(theirs) if after is None else list(theirs.after(after)[: AT_ONCE + 1])
        more = len(messages) > AT_ONCE
        if more:
            messages.pop(0 if after is None else -1)
        body = {"messages": messages, "more": more, "chat_days": room.chat_days}
        return Response(MessagesSerializer(body).data)


def _read_by(reader: Membership) -> MessageQuerySet:
    messages = reader.room.messages.all()
    return messages if policy.may(reader, Deed.READ_EARLIER) else messages.of_the_call()


def _newest(messages: MessageQuerySet) -> list[Message]:
    latest = messages.select_related("user").order_by("-number")[: AT_ONCE + 1]
    return list(reversed(latest))
