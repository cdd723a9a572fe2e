"""Proofs of possession (DPoP, RFC 9449): whoever sends this request holds this key.

That a proof is shown once, its `jti`, is for the caller to see to.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from jwt import api_jws
from jwt.algorithms import ECAlgorithm

MOST_BYTES = 4096
MOST_JTI = 128
# Seconds: how far a client's clock may be off, and how long a nonce is good.
SKEW = 300
NONCE_LASTS = 300

_INVALID = "invalid_dpop_proof"
_NONCE = "use_dpop_nonce"
_STAMP_BYTES, _MAC_BYTES = 8, 16
# Three parts in base64url, without the padding and the odd letters that some readers skip.
_COMPACT = re.compile(r"([\w-]+\.){2}[\w-]+", re.ASCII)


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """No good proof; `code` is RFC 9449's, `detail` says which rule it breaks."""

    def __init__(self, detail: str, code: str = _INVALID) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Proof:
    """Who was proven: the RFC 7638 thumbprint and the public JWK; and the proof's own id."""

    thumbprint: str
    key: Mapping[str, str]
    jti: str


class Nonces:
    """Nonces that need no memory (RFC 9449, section 8): the time, and an HMAC of it."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"dpop-nonce" + secret.encode()).digest()

    def issue(self, now: float) -> str:
        stamp = int(now).to_bytes(_STAMP_BYTES, "big")
        return _b64(stamp + self._mac(stamp))

    def is_good(self, nonce: object, now: float) -> bool:
        if not isinstance(nonce, str) or len(nonce) > 64:
            return False
        try:
            told = _unb64(nonce)
        except ValueError:
            return False
        stamp, mac = told[:_STAMP_BYTES], told[_STAMP_BYTES:]
        ours = hmac.compare_digest(mac, self._mac(stamp))
        return ours and now - int.from_bytes(stamp, "big") <= NONCE_LASTS

    def _mac(self, stamp: bytes) -> bytes:
        return hmac.digest(self._secret, stamp, "sha256")[:_MAC_BYTES]


def prove(
    shown: Sequence[str],
    *,
    method: str,
    url: str,
    nonces: Nonces,
    now: float,
    bound_to: str | None = None,
) -> Proof:
    """What the `DPoP` headers of a request prove (RFC 9449, section 4.3); raises Refused.

    `url` is the address asked for, without query and fragment; `bound_to` the access token or
    ticket that comes with the proof; `now` is in seconds since 1970.
    """
    try:
        key, claims = _opened(shown)
        _check_request(claims, method, url)
        _check_time(claims, nonces, now)
        if bound_to is not None:
            _require(claims.get("ath") == hash_of(bound_to), "`ath` is not this token's hash.")
        jti = claims.get("jti")
        # Half a character has no bytes, and ends here.
        good = isinstance(jti, str) and 0 < len(jti.encode()) <= MOST_JTI
        _require(good, "`jti` must name the proof.")
    except Refused:
        raise
    except Exception as surprise:  # whatever a stranger's bytes break in here, they prove nothing
        raise Refused("This is no DPoP proof.") from surprise
    return Proof(thumbprint(key), key, str(jti))


def thumbprint(key: Mapping[str, str]) -> str:
    """RFC 7638: the hash of the key's required members, in their order."""
    members = {name: key[name] for name in ("crv", "kty", "x", "y")}
    return hash_of(json.dumps(members, separators=(",", ":")))


def hash_of(token: str) -> str:
    """The base64url of its SHA-256, as `ath` has it."""
    return _b64(hashlib.sha256(token.encode()).digest())


def _opened(shown: Sequence[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """The key that the proof was made with, and what it claims."""
    _require(len(shown) == 1, "Send exactly one DPoP header.")
    [proof] = shown
    _require(len(proof) <= MOST_BYTES, "The proof is longer than 4 KiB.")
    _require(_COMPACT.fullmatch(proof) is not None, "The proof is no signed JWT.")
    header = api_jws.get_unverified_header(proof)
    _require(header.get("typ") == "dpop+jwt", "`typ` must be dpop+jwt.")
    _require(header.get("alg") == "ES256", "`alg` must be ES256.")
    key = _public_key(header.get("jwk"))
    _require(header.keys() == {"typ", "alg", "jwk"}, "The header has typ, alg and jwk alone.")
    public = cast(EllipticCurvePublicKey, ECAlgorithm.from_jwk(key))
    claims = json.loads(api_jws.decode(proof, public, algorithms=["ES256"]))
    _require(isinstance(claims, dict), "The claims must be an object.")
    return key, claims


def _public_key(jwk: Any) -> dict[str, str]:
    """Exactly the four members, in the one spelling that base64url has for their bytes.

    Another spelling of the same key would have another thumbprint, and so pass for another key.
    """
    good = (
        isinstance(jwk, dict)
        and jwk.keys() == {"kty", "crv", "x", "y"}
        and (jwk["kty"], jwk["crv"]) == ("EC", "P-256")
        and all(isinstance(jwk[at], str) and _b64(_unb64(jwk[at])) == jwk[at] for at in "xy")
    )
    _require(good, "`jwk` must be a public P-256 key.")
    return cast(dict[str, str], jwk)


def _check_request(claims: dict[str, Any], method: str, url: str) -> None:
    _require(claims.get("htm") == method, "`htm` is not this request's method.")
    _require(claims.get("htu") == url, "`htu` is not this request's address.")


def _check_time(claims: dict[str, Any], nonces: Nonces, now: float) -> None:
    if not nonces.is_good(claims.get("nonce"), now):
        raise Refused("Make the proof again with this reply's DPoP-Nonce.", _NONCE)
    iat: Any = claims.get("iat")
    _require(type(iat) in (int, float), "`iat` must be a number.")
    # Said this way round, "not a number" is refused too.
    _require(abs(now - iat) <= SKEW, "`iat` is more than 5 minutes off our clock.")


def _require(holds: bool, detail: str) -> None:
    if not holds:
        raise Refused(detail)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
