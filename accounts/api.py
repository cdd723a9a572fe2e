"""Devices and tokens, for the page's own scripts and for API clients."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import credentials, devices, grants, limits
from accounts.authentication import DPoPAuthentication, proof_of, spend, unspent_proof_of
from accounts.models import Device, User
from accounts.serializers import (
    AccessSerializer,
    DeviceSerializer,
    RefreshSerializer,
    SignInSerializer,
    TokensSerializer,
    valid,
)
from accounts.tokens import AccessToken
from accounts.user_agents import client_name


class FreshSignInNeeded(PermissionDenied):
    default_code = "fresh_sign_in"
    default_detail = "Show once more that it is you: sign in again."


class KeyRefused(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "key_refused"
    default_detail = "This key is not to be used any more. Make another one."


class NoGrant(AuthenticationFailed):
    default_code = "invalid_grant"
    default_detail = "This refresh token is not good with this key. Sign in again."


BROWSERS_ONLY = "A browser brings its key here; yours is known already."
REJECTIONS = (
    credentials.NO_MATCH,
    credentials.NO_CODE,
    credentials.WRONG_CODE,
    credentials.UNVERIFIED,
)


def rejected(why: credentials.Why) -> AuthenticationFailed:
    return AuthenticationFailed(why.detail, why.code)


@extend_schema(tags=["Devices"])
class Devices(APIView):
    """One's own devices; a browser brings the key of its own."""

    @extend_schema(
        summary="List your devices",
        description="The one used last comes first. Those that are signed out stand there too.",
        responses=DeviceSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        own = owner(request).devices.listed().order_by("-last_used_at", "-created_at")
        return Response(_described(request, own, many=True))

    @extend_schema(
        summary="Register this browser's key",
        description="The key is the one of the proof. It answers 200 where it is known already. "
        "A new key asks for a fresh sign-in, and you get a mail.",
        request=DeviceSerializer(partial=True),
        responses={
            200: DeviceSerializer,
            201: DeviceSerializer,
            403: [FreshSignInNeeded, PermissionDenied(BROWSERS_ONLY)],
            409: [KeyRefused],
        },
        auth=["session csrf proof"],
    )
    def post(self, request: Request) -> Response:
        wanted = valid(DeviceSerializer(data=request.data, partial=True))
        if isinstance(request.successful_authenticator, DPoPAuthentication):
            # Its key is the one that it has proven already.
            raise PermissionDenied(BROWSERS_ONLY)
        shown = proof_of(request)
        try:
            device, is_new = devices.register_key(request.session, owner(request), shown)
        except (devices.KeyRefused, IntegrityError) as refusal:
            raise KeyRefused from refusal
        except devices.FreshSignInNeeded as refusal:
            raise FreshSignInNeeded from refusal
        except devices.SignedOut as refusal:
            raise NotAuthenticated from refusal
        _rename(device, wanted)
        request.auth = device
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(_described(request, device), status=code)


@extend_schema(tags=["Devices"])
class OneDevice(APIView):
    @extend_schema(summary="Rename a device", request=DeviceSerializer, responses=DeviceSerializer)
    def patch(self, request: Request, device_id: str) -> Response:
        device = owner(request).devices.get(pk=device_id, revoked_at=None)
        wanted = valid(DeviceSerializer(data=request.data, partial=True))
        _rename(device, wanted)
        return Response(_described(request, device))

    @extend_schema(
        summary="Revoke a device",
        description="It is signed out at once, and its key is refused for good.",
        responses={204: None},
    )
    def delete(self, request: Request, device_id: str) -> Response:
        devices.revoke_device(owner(request).devices.get(pk=device_id, revoked_at=None))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Tokens"], auth=["proof"])
class TokenEndpoint(APIView):
    """For who has no session; a cookie that comes along says nothing here."""

    authentication_classes = (DPoPAuthentication,)
    permission_classes = (AllowAny,)


class TokenView(TokenEndpoint):
    """A password, and a second factor where there is one, for tokens that are bound to a key."""

    @extend_schema(
        summary="Sign in",
        description="With a proof by the key that the tokens shall be bound to. A new key is a "
        "new device, and you get a mail.",
        request=SignInSerializer,
        responses={
            200: TokensSerializer,
            401: [rejected(each) for each in REJECTIONS],
            409: [KeyRefused],
            429: [limits.TooMany(300)],
        },
    )
    def post(self, request: Request) -> Response:
        wanted = valid(SignInSerializer(data=request.data))
        shown = unspent_proof_of(request)
        # Who holds a key of the account's own is not held to what strangers get wrong.
        request._request.proven_key = shown.thumbprint  # type: ignore[attr-defined]
        limits.may_try(request._request)
        spend(shown)
        user = _verified(request, **wanted)
        name = client_name(request.headers.get("User-Agent", ""))
        try:
            device, refresh = grants.open_grant(user, shown, name)
        except (devices.KeyRefused, IntegrityError) as refusal:
            raise KeyRefused from refusal
        except devices.SignedOut as refusal:
            raise rejected(credentials.NO_MATCH) from refusal
        reply = _access(device) | {"refresh": refresh, "device": device.pk}
        return Response(TokensSerializer(reply).data)


class RefreshView(TokenEndpoint):
    @extend_schema(
        summary="Get a new access token",
        description="With a proof by the same key. The refresh token stays good: 14 days from its "
        "last use, 60 at most.",
        request=RefreshSerializer,
        responses={200: AccessSerializer, 401: [NoGrant], 429: [limits.TooMany(30)]},
    )
    def post(self, request: Request) -> Response:
        device = _redeemed(request)
        limits.refreshes(device.pk)
        devices.note_use(device)
        return Response(AccessSerializer(_access(device)).data)


class RevokeView(TokenEndpoint):
    """Signs the client out: its tokens and sockets end with it."""

    @extend_schema(
        summary="Sign out",
        description="With a proof by the same key. The tokens and the sockets end with it.",
        request=RefreshSerializer,
        responses={204: None, 401: [NoGrant]},
    )
    def post(self, request: Request) -> Response:
        devices.end_device(_redeemed(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def owner(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def _verified(request: Request, username: str, password: str, otp: str | None = None) -> User:
    try:
        return credentials.verify(request._request, username, password, otp)
    except credentials.Rejected as refusal:
        raise rejected(refusal.why) from refusal


def _redeemed(request: Request) -> Device:
    wanted = valid(RefreshSerializer(data=request.data))
    shown = unspent_proof_of(request)
    try:
        device = grants.redeem(wanted["refresh"], shown.thumbprint)
    except grants.NoGrant as refusal:
        raise NoGrant from refusal
    spend(shown)
    return device


def _access(device: Device) -> dict[str, Any]:
    return {
        "access": str(AccessToken.for_device(device)),
        "token_type": "DPoP",
        "expires_in": settings.ACCESS_LASTS,
    }


def _rename(device: Device, given: dict[str, Any]) -> None:
    if "name" in given:
        device.name = given["name"]
        Device.objects.filter(pk=device.pk).update(name=device.name)


def _described(request: Request, what: Any, *, many: bool = False) -> Any:
    return DeviceSerializer(what, many=many, context={"request": request}).data
