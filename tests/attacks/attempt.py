"""A proof for one request: good as it stands, and well signed whatever is changed of it."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jwt.algorithms import Algorithm, ECAlgorithm

from tests.support.proofs import Key, b64

ES256 = ECAlgorithm(ECAlgorithm.SHA256)


@dataclass
class Attempt:
    """What a good proof for one request is made of."""

    method: str
    url: str
    nonce: str
    # Of the server that is asked, for what it would have said before.
    secret: str
    bound_to: str | None = None
    key: Key = field(default_factory=Key)

    @property
    def header(self) -> dict[str, Any]:
        return {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.jwk}

    @property
    def claims(self) -> dict[str, Any]:
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": self.method,
            "htu": self.url,
            "iat": int(time.time()),
            "nonce": self.nonce,
        }
        if self.bound_to is not None:
            claims["ath"] = b64(hashlib.sha256(self.bound_to.encode()).digest())
        return claims

    def proof(
        self,
        header: Mapping[str, Any] | bytes | None = None,
        claims: Mapping[str, Any] | list[Any] | bytes | None = None,
    ) -> str:
        """Well signed, whatever it says."""
        return signed(
            self.header if header is None else header,
            self.claims if claims is None else claims,
            lambda told: ES256.sign(told, self.key.private),
        )

    def saying(self, **members: Any) -> str:
        """Its header with these members."""
        return self.proof(header=self.header | members)

    def claiming(self, **claims: Any) -> str:
        return self.proof(claims=self.claims | claims)

    def without(self, name: str) -> str:
        """Neither in the header nor among the claims."""
        header, claims = self.header, self.claims
        header.pop(name, None)
        claims.pop(name, None)
        return self.proof(header, claims)

    def with_key(self, **members: Any) -> str:
        return self.saying(jwk=self.key.jwk | members)

    def by(self, algorithm: Algorithm, private: Any, jwk: Any, **header: Any) -> str:
        """By another key, or in another way; else good."""
        said = self.header | {"jwk": jwk} | header
        return signed(said, self.claims, lambda told: algorithm.sign(told, private))


def signed(header: Any, claims: Any, sign: Callable[[bytes], bytes]) -> str:
    told = f"{b64(encoded(header))}.{b64(encoded(claims))}"
    return f"{told}.{b64(sign(told.encode()))}"


def encoded(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()
