"""Proofs that are none: each breaks one rule of RFC 9449, sections 4.2 and 4.3, and no other."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from accounts.dpop import Nonces
from tests.attacks.attempt import ES256, Attempt, encoded, signed
from tests.support.proofs import Key, b64

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# Of P-256: the field that its points are of.
PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1

Forgery = Callable[[Attempt], str]


# --- the shape ---


def four_segments(one: Attempt) -> str:
    """A reader that skips what is no base64 finds blanks after the claims."""
    claims = encoded(one.claims)
    claims += b" " * (-len(claims) % 3)
    told = f"{b64(encoded(one.header))}.{b64(claims)}.ICAg"
    return f"{told}.{b64(ES256.sign(told.encode(), one.key.private))}"


def no_base64(one: Attempt) -> str:
    told = f"{b64(encoded(one.header))}.!{b64(encoded(one.claims))}"
    return f"{told}.{b64(ES256.sign(told.encode(), one.key.private))}"


# --- the signature ---


def alg_none(one: Attempt) -> str:
    return signed(one.header | {"alg": "none"}, one.claims, lambda told: b"")


def hs256_of_pem(one: Attempt) -> str:
    public = one.key.private.public_key()
    return _hs256(one, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def hs256_of_jwk(one: Attempt) -> str:
    return _hs256(one, json.dumps(one.key.jwk).encode())


def hs256_of_point(one: Attempt) -> str:
    public = one.key.private.public_key()
    return _hs256(one, public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _hs256(one: Attempt, secret: bytes) -> str:
    header = one.header | {"alg": "HS256"}
    return signed(header, one.claims, lambda told: hmac.digest(secret, told, "sha256"))


def es384(one: Attempt) -> str:
    private = ec.generate_private_key(ec.SECP384R1())
    jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return one.by(ECAlgorithm(ECAlgorithm.SHA384), private, jwk, alg="ES384")


def es256_on_another_curve(one: Attempt) -> str:
    private = ec.generate_private_key(ec.SECP256K1())
    jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return one.by(ES256, private, jwk)


def rs256(one: Attempt) -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return one.by(RSAAlgorithm(RSAAlgorithm.SHA256), private, jwk, alg="RS256")


def by_another_key(one: Attempt) -> str:
    return one.by(ES256, Key().private, one.key.jwk)


def naming_another_key(one: Attempt) -> str:
    return one.by(ES256, one.key.private, Key().jwk)


def unsigned(one: Attempt) -> str:
    return signed(one.header, one.claims, lambda told: b"")


def signed_with_zeros(one: Attempt) -> str:
    return signed(one.header, one.claims, lambda told: bytes(64))


def signed_in_der(one: Attempt) -> str:
    how = ec.ECDSA(ECAlgorithm.SHA256())
    return signed(one.header, one.claims, lambda told: one.key.private.sign(told, how))


def changed_afterwards(one: Attempt) -> str:
    header, _, signature = one.proof().split(".")
    return f"{header}.{b64(encoded(one.claims))}.{signature}"


# --- the key ---


def private_jwk(one: Attempt) -> str:
    return one.saying(jwk=ECAlgorithm.to_jwk(one.key.private, as_dict=True))


def half_a_key(one: Attempt) -> str:
    return one.saying(jwk={name: one.key.jwk[name] for name in ("kty", "crv", "x")})


def off_the_curve(one: Attempt) -> str:
    y = (one.key.private.public_key().public_numbers().y + 1) % PRIME
    return one.with_key(y=b64(y.to_bytes(32, "big")))


def infinity(one: Attempt) -> str:
    return one.with_key(x=b64(bytes(32)), y=b64(bytes(32)))


def longer_x(one: Attempt) -> str:
    x = one.key.private.public_key().public_numbers().x
    return one.with_key(x=b64(x.to_bytes(33, "big")))


def shorter_x(one: Attempt) -> str:
    x = one.key.private.public_key().public_numbers().x
    return one.with_key(x=b64(x.to_bytes(32, "big")[1:]))


def spelt_otherwise(one: Attempt) -> str:
    """The last letter has two bits that no byte needs: the same key, with another thumbprint."""
    x = one.key.jwk["x"]
    return one.with_key(x=x[:-1] + ALPHABET[ALPHABET.index(x[-1]) ^ 1])


def padded(one: Attempt) -> str:
    return one.with_key(x=one.key.jwk["x"] + "=")


def broken_into_lines(one: Attempt) -> str:
    return one.with_key(x=one.key.jwk["x"] + "\n")


# --- the address, the nonce and the time ---


def a_way_round(one: Attempt) -> str:
    host, slash, path = one.url.rpartition(f"{one.url.split('/')[2]}/")
    return one.claiming(htu=f"{host}{slash}x/../{path}")


def tampered_nonce(one: Attempt) -> str:
    first = "B" if one.nonce[-2] != "B" else "C"
    return one.claiming(nonce=one.nonce[:-2] + first + one.nonce[-1])


def nonce_of(seconds_ago: int) -> Forgery:
    return lambda one: one.claiming(nonce=Nonces(one.secret).issue(time.time() - seconds_ago))


def iat_off_by(seconds: float) -> Forgery:
    return lambda one: one.claiming(iat=int(time.time() + seconds))


def iat_spelt(number: str) -> Forgery:
    """Numbers that Python's own writer would not write."""

    def forge(one: Attempt) -> str:
        told = json.dumps(one.claims | {"iat": "HERE"}).replace('"HERE"', number)
        return one.proof(claims=told.encode())

    return forge


def deep_claims(one: Attempt) -> str:
    return one.proof(claims=b"[" * 1400 + b"]" * 1400)


def deep_claim(one: Attempt) -> str:
    told = json.dumps(one.claims | {"jti": "HERE"}).encode()
    return one.proof(claims=told.replace(b'"HERE"', b"[" * 1100 + b"]" * 1100))


def deep_header(one: Attempt) -> str:
    return one.proof(header=b"[" * 1400 + b"]" * 1400)


def five_kib(one: Attempt) -> str:
    return one.claiming(more="x" * 3600)


# --- the table: what is shown as the test's name, by the number of the check in section 4.3 ---


FORGERIES: dict[str, Forgery] = {
    # 2: one well-formed JWT
    "2: empty": lambda one: "",
    "2: a word": lambda one: "proof",
    "2: two segments": lambda one: one.proof().rpartition(".")[0],
    "2: four segments": lambda one: one.proof() + ".AAAA",
    "2: four segments, well signed": four_segments,
    "2: five segments, as an encrypted one": lambda one: one.proof() + ".AAAA.AAAA",
    "2: no base64": lambda one: "!" + one.proof()[1:],
    "2: no base64, well signed": no_base64,
    "2: a padded signature": lambda one: one.proof() + "==",
    "2: a comma within": lambda one: one.proof().replace(".", ",", 1),
    "2: two proofs joined": lambda one: f"{one.proof()},{one.proof()}",
    "2: two proofs joined by a space": lambda one: f"{one.proof()} {one.proof()}",
    "2: 5 KiB": five_kib,
    "2: the header is a list": lambda one: one.proof(header=b"[]"),
    "2: the header is no JSON": lambda one: one.proof(header=b"{"),
    "2: the header is no UTF-8": lambda one: one.proof(header=b'{"typ":"\xff"}'),
    "2: a deep header": deep_header,
    "2: the claims are a list": lambda one: one.proof(claims=[one.claims]),
    "2: the claims are a number": lambda one: one.proof(claims=b"7"),
    "2: the claims are a string": lambda one: one.proof(claims=b'"htm"'),
    "2: the claims are null": lambda one: one.proof(claims=b"null"),
    "2: the claims are empty": lambda one: one.proof(claims=b""),
    "2: the claims are no UTF-8": lambda one: one.proof(claims=b'{"jti":"\xff"}'),
    "2: deep claims": deep_claims,
    # 3: every required claim
    "3: jti missing": lambda one: one.without("jti"),
    "3: jti empty": lambda one: one.claiming(jti=""),
    "3: jti a number": lambda one: one.claiming(jti=7),
    "3: jti null": lambda one: one.claiming(jti=None),
    "3: jti a list": lambda one: one.claiming(jti=["a"]),
    "3: jti deep": deep_claim,
    "3: jti too long": lambda one: one.claiming(jti="a" * 129),
    "3: jti half a character": lambda one: one.claiming(jti="\ud800"),
    "3: htm missing": lambda one: one.without("htm"),
    "3: htu missing": lambda one: one.without("htu"),
    "3: iat missing": lambda one: one.without("iat"),
    # 4: the type
    "4: typ missing": lambda one: one.without("typ"),
    "4: typ in capitals": lambda one: one.saying(typ="DPoP+JWT"),
    "4: typ JWT": lambda one: one.saying(typ="JWT"),
    "4: typ of an access token": lambda one: one.saying(typ="at+jwt"),
    "4: typ spelt out": lambda one: one.saying(typ="application/dpop+jwt"),
    "4: typ a list": lambda one: one.saying(typ=["dpop+jwt"]),
    # 5: an asymmetric algorithm, of those we name
    "5: alg none": alg_none,
    "5: alg none, signed": lambda one: one.saying(alg="none"),
    "5: alg None": lambda one: one.saying(alg="None"),
    "5: alg missing": lambda one: one.without("alg"),
    "5: alg a list": lambda one: one.saying(alg=["ES256"]),
    "5: alg in small letters": lambda one: one.saying(alg="es256"),
    "5: HS256 with the public key's PEM": hs256_of_pem,
    "5: HS256 with the public JWK": hs256_of_jwk,
    "5: HS256 with the public point": hs256_of_point,
    "5: ES384": es384,
    "5: RS256": rs256,
    # 6: the signature is that of the key in `jwk`
    "6: signed by another key": by_another_key,
    "6: another key named": naming_another_key,
    "6: unsigned": unsigned,
    "6: signed with zeros": signed_with_zeros,
    "6: signed in DER": signed_in_der,
    "6: half a signature": lambda one: one.proof()[:-43],
    "6: changed afterwards": changed_afterwards,
    # 7 and section 4.2: the key is a public one, in one spelling; nothing else in the header
    "7: the private key": private_jwk,
    "7: jwk missing": lambda one: one.without("jwk"),
    "7: jwk null": lambda one: one.saying(jwk=None),
    "7: jwk a string": lambda one: one.saying(jwk=json.dumps(one.key.jwk)),
    "7: jwk a list": lambda one: one.saying(jwk=[one.key.jwk]),
    "7: jwk of no key": lambda one: one.saying(jwk={}),
    "7: jwk without y": half_a_key,
    "7: jwk with kid": lambda one: one.with_key(kid="1"),
    "7: jwk with use": lambda one: one.with_key(use="sig"),
    "7: jwk of an octet key": lambda one: one.saying(jwk={"kty": "oct", "k": "AAAA"}),
    "7: jwk of another type": lambda one: one.with_key(kty="OKP"),
    "7: jwk of another curve": lambda one: one.with_key(crv="P-384"),
    "7: a key of another curve": es256_on_another_curve,
    "7: off the curve": off_the_curve,
    "7: the point at infinity": infinity,
    "7: x a number": lambda one: one.with_key(x=7),
    "7: x too long": longer_x,
    "7: x too short": shorter_x,
    "7: the same key spelt otherwise": spelt_otherwise,
    "7: the same key padded": padded,
    "7: the same key in two lines": broken_into_lines,
    "7: kid in the header": lambda one: one.saying(kid="1"),
    "7: jku in the header": lambda one: one.saying(jku="http://evil.example/keys"),
    "7: x5c in the header": lambda one: one.saying(x5c=["AAAA"]),
    "7: crit in the header": lambda one: one.saying(crit=["exp"], exp=1),
    "7: b64 in the header": lambda one: one.saying(b64=True),
    "7: b64 off": lambda one: one.saying(b64=False, crit=["b64"]),
    "7: a nonce in the header": lambda one: one.saying(nonce=one.nonce),
    # 8: the method
    "8: htm of another method": lambda one: one.claiming(htm="DELETE"),
    "8: htm in small letters": lambda one: one.claiming(htm=one.method.lower()),
    "8: htm a list": lambda one: one.claiming(htm=[one.method]),
    "8: htm empty": lambda one: one.claiming(htm=""),
    # 9: the address
    "9: htu of another path": lambda one: one.claiming(htu=one.url + "more/"),
    "9: htu of the path alone": lambda one: one.claiming(htu="/" + one.url.split("/", 3)[3]),
    "9: htu without its slash": lambda one: one.claiming(htu=one.url.rstrip("/")),
    "9: htu of another port": lambda one: one.claiming(
        htu=one.url.replace("localhost:", "localhost:1")
    ),
    "9: htu of another scheme": lambda one: one.claiming(htu=one.url.replace("http:", "https:")),
    "9: htu of another host": lambda one: one.claiming(
        htu=one.url.replace("localhost", "evil.example")
    ),
    "9: htu by its number": lambda one: one.claiming(htu=one.url.replace("localhost", "127.0.0.1")),
    "9: htu in capitals": lambda one: one.claiming(htu=one.url.upper()),
    "9: htu with a host in capitals": lambda one: one.claiming(
        htu=one.url.replace("localhost", "LOCALHOST")
    ),
    "9: htu with a user": lambda one: one.claiming(htu=one.url.replace("//", "//evil.example@")),
    "9: htu with a query": lambda one: one.claiming(htu=one.url + "?a=1"),
    "9: htu with a fragment": lambda one: one.claiming(htu=one.url + "#a"),
    "9: htu with a space": lambda one: one.claiming(htu=one.url + " "),
    "9: htu a way round": a_way_round,
    "9: htu null": lambda one: one.claiming(htu=None),
    # 10: the nonce
    "10: nonce missing": lambda one: one.without("nonce"),
    "10: nonce empty": lambda one: one.claiming(nonce=""),
    "10: nonce of six minutes ago": nonce_of(360),
    "10: nonce of another server": lambda one: one.claiming(
        nonce=Nonces("other").issue(time.time())
    ),
    "10: nonce tampered with": tampered_nonce,
    "10: nonce cut short": lambda one: one.claiming(nonce=one.nonce[:11]),
    "10: nonce with more behind": lambda one: one.claiming(nonce=one.nonce + "AAAA"),
    "10: nonce of zeros": lambda one: one.claiming(nonce="A" * 32),
    "10: nonce a list": lambda one: one.claiming(nonce=[one.nonce]),
    "10: nonce a number": lambda one: one.claiming(nonce=7),
    "10: nonce a proof": lambda one: one.claiming(nonce=one.proof()),
    "10: nonce in Greek": lambda one: one.claiming(nonce="\u03b1" * 32),
    # 11: the time
    "11: iat of six minutes ago": iat_off_by(-360),
    "11: iat in six minutes": iat_off_by(360),
    "11: iat in milliseconds": lambda one: one.claiming(iat=int(time.time() * 1000)),
    "11: iat null": lambda one: one.claiming(iat=None),
    "11: iat a string": lambda one: one.claiming(iat=str(int(time.time()))),
    "11: iat true": lambda one: one.claiming(iat=True),
    "11: iat a list": lambda one: one.claiming(iat=[int(time.time())]),
    "11: iat not a number": iat_spelt("NaN"),
    "11: iat infinite": iat_spelt("Infinity"),
    "11: iat 1e400": iat_spelt("1e400"),
    "11: iat of 2,000 digits": iat_spelt("9" * 2000),
}
# 12: the token's hash, where a token comes along.
WITH_A_TOKEN: dict[str, Forgery] = {
    "12: ath missing": lambda one: one.without("ath"),
    "12: ath null": lambda one: one.claiming(ath=None),
    "12: ath of another token": lambda one: one.claiming(ath=b64(hashlib.sha256(b"x").digest())),
    "12: ath in hexadecimal": lambda one: one.claiming(
        ath=hashlib.sha256(str(one.bound_to).encode()).hexdigest()
    ),
    "12: ath padded": lambda one: one.claiming(ath=one.claims["ath"] + "="),
    "12: ath the token itself": lambda one: one.claiming(ath=one.bound_to),
    "12: another key than the token's": lambda one: replace(one, key=Key()).proof(),
}
