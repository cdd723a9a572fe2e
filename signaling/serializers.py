"""What the API takes and gives before a socket opens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import Strict, answers, asks
from rooms.serializers import SLUG


@extend_schema_serializer(
    examples=[
        asks(),
        OpenApiExample("Resume", value={"resume": "Vb7nTq0LrX4cE8sD"}, request_only=True),
    ]
)
class ResumeSerializer(Strict):
    resume = serializers.CharField(
        max_length=64,
        required=False,
        trim_whitespace=False,
        help_text="The id of the peer whose seat to come back to.",
    )


@extend_schema_serializer(
    examples=[
        answers(
            ticket="dGlja2V0",
            expires_in=30,
            url=f"wss://parley.example.org/ws/rooms/{SLUG}/",
        )
    ]
)
class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField(help_text="For one handshake.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    url = serializers.CharField(help_text="Of the socket.")


class IceServerSerializer(serializers.Serializer[Any]):
    urls = serializers.ListField(child=serializers.CharField())
    username = serializers.CharField(required=False)
    credential = serializers.CharField(required=False)


@extend_schema_serializer(
    many=False,
    examples=[
        answers(
            iceServers=[
                {"urls": ["stun:parley.example.org:3478"]},
                {
                    "urls": ["turn:parley.example.org:3478?transport=udp"],
                    "username": "1767226200:6fd0c1b2a3e4f596",
                    "credential": "b64==",
                },
            ],
            expires_in=600,
        )
    ],
)
class IceServersSerializer(serializers.Serializer[Any]):
    iceServers = IceServerSerializer(many=True, help_text="For `new RTCPeerConnection`.")  # noqa: N815
    expires_in = serializers.IntegerField(help_text="Seconds; fetch new ones before.")
