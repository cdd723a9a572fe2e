"""Access tokens: JWTs that are good for five minutes, one device, and the key it holds (RFC 9068).

The refresh token is no JWT but 256 random bits, of which `RefreshGrant` keeps the hash.
"""

from __future__ import annotations

from typing import Any, Self

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken as SimpleAccessToken

from accounts.models import Device

TYPE = "at+jwt"


class Backend(TokenBackend):
    """Says in the header what kind of token this is: no other JWT of ours is taken for one."""

    def encode(self, payload: dict[str, Any]) -> str:
        claims = payload | {"aud": self.audience, "iss": self.issuer}
        return jwt.encode(claims, self.prepared_signing_key, self.algorithm, {"typ": TYPE})

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        claims = super().decode(token, verify)
        if jwt.get_unverified_header(token).get("typ") != TYPE:
            raise TokenBackendError("Token is of another kind")
        return claims


class AccessToken(SimpleAccessToken):
    """Claims: iss, aud, sub (user), did (device), jti, iat, nbf, exp, cnf.jkt (RFC 9449, 6.1)."""

    _token_backend = Backend(
        api_settings.ALGORITHM,
        settings.JWT_SIGNING_KEY,
        audience=api_settings.AUDIENCE,
        issuer=api_settings.ISSUER,
    )

    @classmethod
    def for_device(cls, device: Device) -> Self:
        token = cls()
        token[api_settings.USER_ID_CLAIM] = str(device.user_id)
        token["did"] = str(device.pk)
        token["nbf"] = token["iat"]
        token["cnf"] = {"jkt": device.thumbprint}
        return token
