"""What a proof must say (RFC 9449, 4.3), without a server; more of it: tests/attacks."""

from __future__ import annotations

import pytest
from jwt.algorithms import ECAlgorithm

from accounts import dpop
from accounts.dpop import Nonces, Refused, prove
from tests.support.proofs import Key, b64

NOW = 1_790_000_000.0
URL = "https://parley.example.org/api/rooms/"
NONCES = Nonces("the secret of these tests")
KEY = Key()


def shown(key: Key = KEY, **more: object) -> str:
    """A good proof, but for what is told otherwise."""
    claims: dict[str, object] = {"iat": int(NOW), "nonce": NONCES.issue(NOW)}
    return key.proof("GET", URL, **(claims | more))  # type: ignore[arg-type]


def proven(*proofs: str, now: float = NOW, bound_to: str | None = None) -> dpop.Proof:
    return prove(proofs, method="GET", url=URL, nonces=NONCES, now=now, bound_to=bound_to)


def refusal(*proofs: str, now: float = NOW, bound_to: str | None = None) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        proven(*proofs, now=now, bound_to=bound_to)
    return caught.value.code, caught.value.detail


def test_a_good_proof_tells_whose_key_it_is():
    proof = proven(shown(jti="once"))
    assert proof == dpop.Proof(KEY.thumbprint, KEY.jwk, "once")


def test_a_thumbprint_is_that_of_the_rfc():
    # RFC 9449, section 6.1: the key of its examples, and the `jkt` that is told of it.
    key = {
        "kty": "EC",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        "crv": "P-256",
    }
    assert dpop.thumbprint(key) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_a_hash_is_that_of_the_rfc():
    # RFC 9449, section 7.1.
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert dpop.hash_of(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


def test_a_proof_is_bound_to_the_token_beside_it():
    assert proven(shown(bound_to="token"), bound_to="token").key == KEY.jwk
    for other in (shown(), shown(bound_to="another"), shown(ath=None)):
        assert refusal(other, bound_to="token") == (
            "invalid_dpop_proof",
            "`ath` is not this token's hash.",
        )


def test_there_is_one_proof():
    for proofs in ((), (shown(), shown())):
        assert refusal(*proofs) == ("invalid_dpop_proof", "Send exactly one DPoP header.")


JWK = "`jwk` must be a public P-256 key."
BROKEN = {
    "more than 4 KiB": (shown(more="x" * 4000), "The proof is longer than 4 KiB."),
    "empty": ("", "The proof is no signed JWT."),
    "padded": (shown() + "=", "The proof is no signed JWT."),
    "four parts": (shown() + ".AAAA", "The proof is no signed JWT."),
    "unsigned": ("e30.e30.", "The proof is no signed JWT."),
    "no JSON": ("AAAA.AAAA.AAAA", "This is no DPoP proof."),
    "another signature": (shown()[:-4] + "AAAA", "This is no DPoP proof."),
    "typ JWT": (shown(header={"typ": "JWT"}), "`typ` must be dpop+jwt."),
    "no jwk": (shown(header={"jwk": None}), JWK),
    "a private jwk": (shown(header={"jwk": KEY.jwk | {"d": "AA"}}), JWK),
    "x a number": (shown(header={"jwk": KEY.jwk | {"x": 7}}), JWK),
    "y spelt otherwise": (shown(header={"jwk": KEY.jwk | {"y": "AB"}}), JWK),
    "y no base64": (shown(header={"jwk": KEY.jwk | {"y": "A"}}), "This is no DPoP proof."),
    "another's jwk": (shown(header={"jwk": Key().jwk}), "This is no DPoP proof."),
    "kid": (shown(header={"kid": "1"}), "The header has typ, alg and jwk alone."),
    "htm": (shown(htm="POST"), "`htm` is not this request's method."),
    "htu": (shown(htu=URL + "?a=1"), "`htu` is not this request's address."),
    "iat missing": (shown(iat=None), "`iat` must be a number."),
    "iat true": (shown(iat=True), "`iat` must be a number."),
    "iat NaN": (shown(iat=float("nan")), "`iat` is more than 5 minutes off our clock."),
    "iat huge": (shown(iat=10**400), "This is no DPoP proof."),
    "jti empty": (shown(jti=""), "`jti` must name the proof."),
    "jti a number": (shown(jti=7), "`jti` must name the proof."),
    "jti too long": (shown(jti="é" * 65), "`jti` must name the proof."),
    "jti half a character": (shown(jti="\ud800"), "This is no DPoP proof."),
}


@pytest.mark.parametrize(("proof", "detail"), BROKEN.values(), ids=BROKEN.keys())
def test_the_first_rule_that_is_broken_is_named(proof: str, detail: str):
    assert refusal(proof) == ("invalid_dpop_proof", detail)


def test_another_algorithm_is_refused_by_its_name():
    header, claims, signature = shown().split(".")
    other = b64(b'{"typ":"dpop+jwt","alg":"none"}')
    assert refusal(f"{other}.{claims}.{signature}")[1] == "`alg` must be ES256."


def test_claims_are_an_object():
    header, _, _ = shown().split(".")
    told = f"{header}.{b64(b'[]')}"
    signature = ECAlgorithm(ECAlgorithm.SHA256).sign(told.encode(), KEY.private)
    assert refusal(f"{told}.{b64(signature)}")[1] == "The claims must be an object."


@pytest.mark.parametrize("off", [-300, 300, 299.5, 0])
def test_a_clock_may_be_five_minutes_off(off: float):
    assert proven(shown(iat=NOW + off)).key == KEY.jwk


@pytest.mark.parametrize("off", [-301, 301])
def test_a_clock_may_not_be_more_than_that_off(off: int):
    assert refusal(shown(iat=int(NOW) + off))[1] == "`iat` is more than 5 minutes off our clock."


# --- nonces ---


def test_a_nonce_is_good_for_five_minutes():
    nonce = NONCES.issue(NOW)
    assert NONCES.is_good(nonce, NOW)
    assert NONCES.is_good(nonce, NOW + 300)
    assert not NONCES.is_good(nonce, NOW + 301)


def test_nonces_are_good_where_they_come_from():
    assert Nonces("the secret of these tests").is_good(NONCES.issue(NOW), NOW)
    assert not NONCES.is_good(Nonces("another secret").issue(NOW), NOW)


@pytest.mark.parametrize("nonce", [None, 7, [], "", "A", "é", "A" * 32, "A" * 65, "AAAA" * 3])
def test_what_is_no_nonce_is_not_good(nonce: object):
    assert not NONCES.is_good(nonce, NOW)


def test_a_nonce_says_no_more_than_the_time():
    assert NONCES.issue(NOW) == NONCES.issue(NOW + 0.9)
    assert NONCES.issue(NOW) != NONCES.issue(NOW + 1)


@pytest.mark.parametrize("nonce", ["", None, "A" * 32])
def test_another_nonce_is_asked_for(nonce: object):
    assert refusal(shown(nonce=nonce)) == (
        "use_dpop_nonce",
        "Make the proof again with this reply's DPoP-Nonce.",
    )
    # What else is wrong with it matters more: it would not help.
    assert refusal(shown(nonce=nonce, htm="POST"))[0] == "invalid_dpop_proof"
