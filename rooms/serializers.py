"""What the API says of rooms, and what it takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from rooms.forms import MAX_USES_MOST
from rooms.models import Invitation, Membership, Role, Room
from rooms.policy import GIVEN_ROLES

ROLES = [(role.value, role.label) for role in GIVEN_ROLES]


class Strict(serializers.Serializer[Any]):
    """Refuses what it would not heed: a limit that is misspelt, or not to be set, is no limit."""

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        unheeded = {
            name: ["This cannot be set."] if name in self.fields else ["Unknown field."]
            for name in data
            if name not in self.fields or self.fields[name].read_only
        }
        if unheeded:
            raise serializers.ValidationError(unheeded)
        return values


class PersonSerializer(serializers.ModelSerializer[User]):
    user = serializers.IntegerField(source="pk")
    name = serializers.CharField()

    class Meta:
        model = User
        fields = ("user", "name")


class RoomSerializer(Strict, serializers.ModelSerializer[Room]):
    role = serializers.CharField(read_only=True)
    url = serializers.CharField(read_only=True)
    inside = PersonSerializer(source="people", many=True, read_only=True)

    class Meta:
        model = Room
        fields = ("slug", "name", "capacity", "role", "url", "inside")
        read_only_fields = ("slug",)


class MemberSerializer(Strict, serializers.ModelSerializer[Membership]):
    user = serializers.IntegerField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    username = serializers.CharField(source="user.username", read_only=True)
    role = serializers.ChoiceField(choices=ROLES)

    class Meta:
        model = Membership
        fields = ("user", "name", "username", "role")


class InvitationSerializer(Strict, serializers.ModelSerializer[Invitation]):
    role = serializers.ChoiceField(choices=ROLES, default=Role.MEMBER)
    max_uses = serializers.IntegerField(
        min_value=1, max_value=MAX_USES_MOST, allow_null=True, default=None
    )

    class Meta:
        model = Invitation
        fields = ("id", "role", "created_at", "expires_at", "max_uses", "uses")
        read_only_fields = ("expires_at", "uses")


class SecretSerializer(Strict):
    secret = serializers.CharField(max_length=128, trim_whitespace=False)
