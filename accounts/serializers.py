"""What the API says of devices and tokens, and what it takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Device

# A longer one is no name, password or code of anybody's.
MOST = 320
ACCESS = {"access": "eyJ0eXAiOiJhdCtqd3QifQ.e30.c2ln", "token_type": "DPoP", "expires_in": 300}


def asks(**value: Any) -> OpenApiExample:
    return OpenApiExample("Request", value=value, request_only=True)


def answers(**value: Any) -> OpenApiExample:
    return OpenApiExample("Answer", value=value, response_only=True)


def valid(wanted: serializers.Serializer[Any]) -> dict[str, Any]:
    """What was sent, as it is meant; what is wrong with it is the answer."""
    wanted.is_valid(raise_exception=True)
    values: dict[str, Any] = wanted.validated_data
    return values


class Strict(serializers.Serializer[Any]):
    """Refuses what it would not heed: a limit that is misspelt, or not to be set, is no limit.

    A number is no text, and a text is no number: it takes what its description says.
    """

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        flaws = {name: self._flaw(name, value) for name, value in data.items()}
        wrong = {name: [flaw] for name, flaw in flaws.items() if flaw}
        if wrong:
            raise serializers.ValidationError(wrong)
        return values

    def _flaw(self, name: str, value: Any) -> str:
        field = self.fields.get(name)
        if field is None:
            return "Unknown field."
        if field.read_only:
            return "This cannot be set."
        if isinstance(field, serializers.CharField) and isinstance(value, int | float):
            return "Not a valid string."
        if isinstance(field, serializers.IntegerField) and isinstance(value, str):
            return "A valid integer is required."
        if isinstance(field, serializers.BooleanField) and not isinstance(value, bool):
            return "Must be a valid boolean."
        return ""


@extend_schema_serializer(
    examples=[
        answers(
            id="5d2c0a4e-8f10-4d55-9c1b-0a4c5b1f7e21",
            name="Firefox on Linux",
            kind="browser",
            thumbprint="0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
            created_at="2026-01-01T10:00:00Z",
            last_used_at="2026-01-01T10:05:00Z",
            ended_at=None,
            revoked_at=None,
            current=True,
        ),
        asks(name="Kitchen laptop"),
    ]
)
class DeviceSerializer(Strict, serializers.ModelSerializer[Device]):
    current = serializers.SerializerMethodField()

    class Meta:
        model = Device
        fields = (
            "id",
            "name",
            "kind",
            "thumbprint",
            "created_at",
            "last_used_at",
            "ended_at",
            "revoked_at",
            "current",
        )
        read_only_fields = ("ended_at", "revoked_at")

    def get_current(self, device: Device) -> bool:
        return bool(device == self.context["request"].auth)


@extend_schema_serializer(
    examples=[asks(username="alice", password="correct horse battery staple")]
)
class SignInSerializer(Strict):
    username = serializers.CharField(max_length=MOST, trim_whitespace=False)
    password = serializers.CharField(max_length=MOST, trim_whitespace=False)
    otp = serializers.CharField(
        max_length=64,
        required=False,
        trim_whitespace=False,
        help_text="A code of the authenticator app, or a recovery code, where the account has a "
        "second factor; so too where that is a passkey.",
    )


@extend_schema_serializer(examples=[asks(refresh="cmVmcmVzaA")])
class RefreshSerializer(Strict):
    refresh = serializers.CharField(max_length=MOST, trim_whitespace=False)


@extend_schema_serializer(examples=[answers(**ACCESS)])
class AccessSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="For `Authorization: DPoP`.")
    token_type = serializers.CharField(help_text="Always `DPoP`.")
    expires_in = serializers.IntegerField(help_text="Seconds.")


@extend_schema_serializer(
    examples=[
        answers(**ACCESS, refresh="cmVmcmVzaA", device="5d2c0a4e-8f10-4d55-9c1b-0a4c5b1f7e21")
    ]
)
class TokensSerializer(AccessSerializer):
    refresh = serializers.CharField(help_text="For new access tokens, by the same key.")
    device = serializers.UUIDField(help_text="The device's id.")
