"""What the API says of rooms, and what it takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.models import User
from accounts.serializers import Strict, answers, asks
from rooms.forms import MAX_USES_MOST
from rooms.models import Invitation, Knock, Membership, Role, Room
from rooms.policy import GIVEN_ROLES

ROLES = [(role.value, role.label) for role in GIVEN_ROLES]
# No id of ours is longer, in an address or in a body.
ID_MOST = 10**18 - 1
# The largest whole number that every JSON reader takes exactly.
LARGEST = 2**53 - 1
SLUG = "nXo2v1Jc0Rk7yqWm3TzLbQ"
BOB = {"user": 2, "name": "Bob"}
INVITATION = {
    "id": 7,
    "role": "member",
    "created_at": "2026-01-01T10:00:00Z",
    "expires_at": "2026-01-08T10:00:00Z",
    "max_uses": 5,
    "uses": 1,
}


class NumberField(serializers.IntegerField):
    """In an address, where everything is text: digits, and nothing that merely counts as some."""

    def to_internal_value(self, data: Any) -> int:
        if not (data.isascii() and data.isdigit()):
            self.fail("invalid")
        return super().to_internal_value(data)


class PersonSerializer(serializers.ModelSerializer[User]):
    user = serializers.IntegerField(source="pk", read_only=True)
    name = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = ("user", "name")


@extend_schema_serializer(
    examples=[
        answers(
            slug=SLUG,
            name="Garden plan",
            capacity=6,
            locked=False,
            access="knock",
            hides_addresses=False,
            has_chat=True,
            chat_days=30,
            role="owner",
            url=f"https://parley.example.org/r/{SLUG}/",
            inside=[BOB],
        ),
        asks(name="Garden plan", capacity=6, access="knock"),
    ]
)
class RoomSerializer(Strict, serializers.ModelSerializer[Room]):
    role = serializers.ChoiceField(choices=Role.choices, read_only=True, help_text="Your own.")
    url = serializers.CharField(read_only=True, help_text="Where people open it.")
    inside = PersonSerializer(
        source="people", many=True, read_only=True, help_text="Who is in the call now."
    )

    class Meta:
        model = Room
        fields = (
            "slug",
            "name",
            "capacity",
            "locked",
            "access",
            "hides_addresses",
            "has_chat",
            "chat_days",
            "role",
            "url",
            "inside",
        )
        read_only_fields = ("slug",)
        extra_kwargs = {
            "slug": {"help_text": "What the room is called in addresses."},
            "capacity": {"help_text": "How many may be inside at once; 6 if nobody says."},
            "locked": {"help_text": "Nobody new comes in but the owner and moderators."},
            "access": {
                "help_text": "Besides its members: nobody (`members`), whoever has the link and is "
                "let in (`knock`), or whoever has the link (`open`)."
            },
            "hides_addresses": {"help_text": "All media goes through the relay."},
            "has_chat": {"help_text": "Without it nobody reads or writes messages."},
            "chat_days": {
                "help_text": "How long a message is kept; 0 is for as long as the call goes on."
            },
        }


@extend_schema_serializer(examples=[answers(**BOB, username="bob", role="member")])
class MemberSerializer(serializers.ModelSerializer[Membership]):
    user = serializers.IntegerField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    username = serializers.CharField(source="user.username", read_only=True)
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)

    class Meta:
        model = Membership
        fields = ("user", "name", "username", "role")


@extend_schema_serializer(examples=[asks(role="moderator")])
class RoleSerializer(Strict):
    role = serializers.ChoiceField(choices=ROLES)


@extend_schema_serializer(examples=[asks(user=2)])
class NewOwnerSerializer(Strict):
    user = serializers.IntegerField(min_value=1, max_value=ID_MOST, help_text="A member.")


@extend_schema_serializer(
    examples=[answers(**BOB, username="bob", banned_at="2026-01-01T10:00:00Z")]
)
class BanSerializer(serializers.ModelSerializer[Membership]):
    user = serializers.IntegerField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    username = serializers.CharField(source="user.username", read_only=True)
    banned_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Membership
        fields = ("user", "name", "username", "banned_at")


@extend_schema_serializer(examples=[answers(**BOB, at="2026-01-01T10:00:00Z")])
class KnockSerializer(serializers.ModelSerializer[Knock]):
    user = serializers.IntegerField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = Knock
        fields = ("user", "name", "at")


@extend_schema_serializer(
    examples=[answers(**INVITATION), asks(role="member", max_uses=5)],
)
class InvitationSerializer(Strict, serializers.ModelSerializer[Invitation]):
    role = serializers.ChoiceField(
        choices=ROLES, default=Role.MEMBER, help_text="Of whoever comes by it."
    )
    max_uses = serializers.IntegerField(
        min_value=1,
        max_value=MAX_USES_MOST,
        allow_null=True,
        default=None,
        help_text="How many may come by it; null is as many as like.",
    )

    class Meta:
        model = Invitation
        fields = ("id", "role", "created_at", "expires_at", "max_uses", "uses")
        read_only_fields = ("expires_at", "uses")


@extend_schema_serializer(
    examples=[answers(**INVITATION, url="https://parley.example.org/invite/#c2VjcmV0")]
)
class MadeInvitationSerializer(InvitationSerializer):
    url = serializers.CharField(read_only=True, help_text="The link. It is shown this once.")

    class Meta(InvitationSerializer.Meta):
        fields = (*InvitationSerializer.Meta.fields, "url")  # type: ignore[assignment]


@extend_schema_serializer(examples=[asks(secret="c2VjcmV0")])
class SecretSerializer(Strict):
    secret = serializers.CharField(
        max_length=128, trim_whitespace=False, help_text="What stands behind the `#` of the link."
    )


class EnteredRoomSerializer(serializers.ModelSerializer[Room]):
    url = serializers.CharField(read_only=True)

    class Meta:
        model = Room
        fields = ("slug", "name", "url")
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        answers(
            room={
                "slug": SLUG,
                "name": "Garden plan",
                "url": f"https://parley.example.org/r/{SLUG}/",
            }
        )
    ]
)
class AcceptedSerializer(serializers.Serializer[Any]):
    room = EnteredRoomSerializer(read_only=True)
