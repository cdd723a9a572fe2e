"""The key of this device, and the proofs that it signs (DPoP, RFC 9449)."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm


class DeviceKey:
    """A P-256 key. Whoever copies a token without it has nothing."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        # The public half, which every proof carries (RFC 7517).
        self.jwk: dict[str, Any] = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)

    @classmethod
    def kept_in(cls, path: Path) -> Self:
        """The key in this file, made on first use; a file that others may read is refused."""
        with suppress(FileExistsError):
            _write_new(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise PermissionError(f"Others may read {path}: delete it, or chmod 600.")
        private = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{path} holds another kind of key.")
        return cls(private)

    def proof(self, method: str, url: str, *, nonce: str = "", bound_to: str = "") -> str:
        """Proves, for this one request, that the key is here (RFC 9449, 4.2).

        `bound_to` is the secret that goes along: an access token, or a ticket.
        """
        claims = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
        }
        if nonce:
            claims["nonce"] = nonce
        if bound_to:
            claims["ath"] = _base64url(hashlib.sha256(bound_to.encode()).digest())
        headers = {"typ": "dpop+jwt", "jwk": self.jwk}
        return jwt.encode(claims, self._private, algorithm="ES256", headers=headers)


def _write_new(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # O_EXCL: of two programs that start together one makes the key. The mode holds from the
    # first byte on.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    private = ec.generate_private_key(ec.SECP256R1())
    with open(descriptor, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _base64url(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
