"""Keys and proofs by RFC 9449: good ones, unless whoever attacks says what is to be wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm


@dataclass
class Key:
    """A device's key."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @cached_property
    def jwk(self) -> dict[str, str]:
        key: dict[str, str] = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return key

    @cached_property
    def thumbprint(self) -> str:
        members = {name: self.jwk[name] for name in ("crv", "kty", "x", "y")}
        return b64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())

    def proof(
        self,
        method: str,
        url: str,
        *,
        nonce: str = "",
        bound_to: str | None = None,
        header: dict[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """With these claims and members of the header instead of the good ones."""
        good: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
            "nonce": nonce,
        }
        if bound_to is not None:
            good["ath"] = b64(hashlib.sha256(bound_to.encode()).digest())
        said = {"typ": "dpop+jwt", "jwk": self.jwk} | (header or {})
        return jwt.encode(good | claims, self.private, "ES256", said)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
