"""A token is worth nothing to who has only copied it: RFC 9449, 5 and 7; ASVS 5.0, 9.1."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import jwt
import pytest

from tests.attacks.conftest import Join, SignInClient
from tests.support.api_client import ApiClient
from tests.support.fixtures import Serve
from tests.support.people import Person
from tests.support.ports import until
from tests.support.proofs import Key, b64

ROOMS = "/api/rooms/"
SCHEMES = ["Bearer {}", "bearer {}", "dpop {}", "DPOP {}", "DPoP  {}", "DPoP\t{}", "{}", "Basic {}"]


@pytest.fixture
def owner(sign_up: Join) -> Person:
    return sign_up()


@pytest.fixture
def client(owner: Person, connect: SignInClient) -> ApiClient:
    """The owner's; its tokens are the ones that were stolen."""
    return connect(owner)


def refusal(answer: httpx.Response) -> str:
    """The code of a 401, which says in its challenge what is wrong."""
    assert answer.status_code == 401, answer.text
    code: str = answer.json()["code"]
    assert answer.headers["WWW-Authenticate"] == f'DPoP algs="ES256", error="{code}"'
    return code


def show(client: ApiClient, authorization: str, *, key: Key | None = None) -> httpx.Response:
    """With a proof for whatever stands behind the scheme, by the client's key or another."""
    token = authorization.rpartition(" ")[2]
    proof = (key or client.key).proof(
        "GET", client.server.url + ROOMS, nonce=client.nonce, bound_to=token
    )
    headers = {"Authorization": authorization, "DPoP": proof}
    return client.http.get(ROOMS, headers=headers)


def goes_on(client: ApiClient) -> bool:
    return client.call_api("GET", "rooms/").status_code == 200


# --- an access token ---


def test_an_access_token_is_worthless_with_another_key(alice: ApiClient):
    """RFC 9449, 7.1: the proof's key is the token's `cnf.jkt`."""
    assert refusal(show(alice, f"DPoP {alice.access}", key=Key())) == "invalid_dpop_proof"
    assert goes_on(alice)


def test_an_access_token_is_worthless_with_the_thiefs_own_device(
    client: ApiClient, sign_up: Join, connect: SignInClient
):
    """RFC 9449, 7.1: a key that Parley knows is not for that the token's."""
    thief = connect(sign_up("charlie"))
    answer = thief.call_api("GET", "rooms/", access=client.access)
    assert refusal(answer) == "invalid_dpop_proof"
    assert goes_on(thief)
    assert goes_on(client)


def test_an_access_token_is_worthless_without_a_proof(alice: ApiClient):
    """RFC 9449, 7.1."""
    answer = alice.http.get(ROOMS, headers={"Authorization": f"DPoP {alice.access}"})
    assert refusal(answer) == "invalid_dpop_proof"


def test_an_access_token_is_worthless_with_the_proof_for_another_token(client: ApiClient):
    """RFC 9449, 4.3, check 12: both tokens are of this device."""
    stolen = client.access
    assert client.ask_access().status_code == 200
    assert client.access != stolen
    proof = client.proof("GET", ROOMS, client.access)
    headers = {"Authorization": f"DPoP {stolen}", "DPoP": proof}
    assert refusal(client.http.get(ROOMS, headers=headers)) == "invalid_dpop_proof"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_bound_token_passes_under_its_own_scheme_alone(alice: ApiClient, scheme: str):
    """RFC 9449, 7.2: never downgraded to Bearer."""
    assert refusal(show(alice, scheme.format(alice.access))) == "invalid_token"
    assert goes_on(alice)


def test_an_authorization_that_says_nothing_is_no_absent_one(owner: Person):
    """ASVS 5.0, 7.2.1: the session beside it is not asked."""
    assert owner.http.get(ROOMS).status_code == 200
    for said in ("", "DPoP", "Bearer", "Digest x", "DPoP x", "DPoP é", ",", "DPoP ,"):
        answer = owner.http.get(ROOMS, headers=[(b"Authorization", said.encode())])
        assert refusal(answer) == "invalid_token", said


def test_a_token_as_bearer_is_not_rescued_by_a_session_beside_it(owner: Person, client: ApiClient):
    """RFC 9449, 7.2: what is refused by its token does not pass by its cookie."""
    assert owner.http.get(ROOMS).status_code == 200
    for scheme in ("Bearer", "Token", "dpop"):
        answer = owner.http.get(ROOMS, headers={"Authorization": f"{scheme} {client.access}"})
        assert refusal(answer) == "invalid_token"


def test_a_stolen_token_with_the_thiefs_session_beside_it_is_refused(
    client: ApiClient, sign_up: Join
):
    """RFC 9449, 7.1: nor does it pass for the thief's own sign-in."""
    thief = sign_up("charlie")
    proof = thief.key.proof(
        "GET", thief.server.url + ROOMS, nonce=thief.nonce, bound_to=client.access
    )
    headers = {"Authorization": f"DPoP {client.access}", "DPoP": proof}
    assert refusal(thief.http.get(ROOMS, headers=headers)) == "invalid_dpop_proof"


@pytest.mark.parametrize("name", ["access_token", "token", "access", "authorization"])
def test_a_token_in_the_query_or_a_cookie_is_not_looked_at(alice: ApiClient, name: str):
    """RFC 6750, 2.3; ASVS 5.0, 14.2.1."""
    shown = {"DPoP": alice.proof("GET", ROOMS, alice.access)}
    for value in (alice.access, f"DPoP {alice.access}"):
        answer = alice.http.get(ROOMS, params={name: value}, headers=shown)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        answer = alice.http.get(ROOMS, headers=shown | {"Cookie": f'{name}="{value}"'})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_token_in_the_body_is_not_looked_at(alice: ApiClient):
    """RFC 6750, 2.2."""
    shown = {"DPoP": alice.proof("POST", ROOMS, alice.access)}
    body = {"name": "Den", "access_token": alice.access}
    answer = alice.http.post(ROOMS, json=body, headers=shown)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_two_authorization_headers_are_refused_though_each_is_good(alice: ApiClient):
    """RFC 9110, 11.6.2."""
    good = ("Authorization", f"DPoP {alice.access}")
    proof = ("DPoP", alice.proof("GET", ROOMS, alice.access))
    for others in ([good], [("Authorization", "Bearer x")], [("Authorization", "")]):
        for both in ([good, *others], [*others, good]):
            answer = alice.http.get(ROOMS, headers=[*both, proof])
            assert refusal(answer) == "invalid_token"


# --- a forged one ---


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def signing_key(client: ApiClient) -> str:
    """What this server signs with, which only who runs it can read."""
    return client.server.shell("from django.conf import settings; print(settings.JWT_SIGNING_KEY)")


def test_the_claims_of_an_access_token(alice: ApiClient):
    """RFC 9068, 2.2, and RFC 9449, 6.1: what is forged below is forged from these."""
    claims, url = claims_of(alice.access), alice.server.url
    assert claims.keys() >= {"iss", "aud", "sub", "did", "jti", "iat", "nbf", "exp", "cnf"}
    assert (claims["iss"], claims["aud"]) == (url, f"{url}/api/")
    assert claims["did"] == alice.device
    assert claims["cnf"] == {"jkt": alice.key.thumbprint}
    assert claims["exp"] - claims["iat"] == 300
    assert jwt.get_unverified_header(alice.access) == {"alg": "HS256", "typ": "at+jwt"}


def altered(token: str, **claims: Any) -> str:
    """With these claims instead, under the old signature."""
    header, _, signature = token.split(".")
    return f"{header}.{b64(json.dumps(claims_of(token) | claims).encode())}.{signature}"


def headed(token: str, header: bytes) -> str:
    _, claims, signature = token.split(".")
    return f"{b64(header)}.{claims}.{signature}"


Forge = Callable[[str], str]

WITHOUT_THE_KEY: dict[str, Forge] = {
    "another user": lambda token: altered(token, sub="1"),
    "another device": lambda token: altered(token, did="0" * 32),
    "another key": lambda token: altered(token, cnf={"jkt": "A" * 43}),
    "a longer life": lambda token: altered(token, exp=int(time.time()) + 10**6),
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "half a token": lambda token: token[: len(token) // 2],
    "one letter of the signature": lambda token: (
        token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
    ),
    "alg none": lambda token: jwt.encode(claims_of(token), "", "none", {"typ": "at+jwt"}),
    "alg none, signed": lambda token: headed(token, b'{"alg":"none","typ":"at+jwt"}'),
    "another secret": lambda token: jwt.encode(
        claims_of(token), "y" * 50, "HS256", {"typ": "at+jwt"}
    ),
    "SECRET_KEY": lambda token: jwt.encode(claims_of(token), "x", "HS256", {"typ": "at+jwt"}),
    "HS512": lambda token: jwt.encode(claims_of(token), "x" * 70, "HS512", {"typ": "at+jwt"}),
    "kid into the file system": lambda token: headed(
        token, b'{"alg":"HS256","typ":"at+jwt","kid":"../../dev/null"}'
    ),
    "kid that is none": lambda token: headed(token, b'{"alg":"HS256","typ":"at+jwt","kid":7}'),
    "alg a list": lambda token: headed(token, b'{"alg":["HS256"],"typ":"at+jwt"}'),
    "alg an object": lambda token: headed(token, b'{"alg":{},"typ":"at+jwt"}'),
    "crit": lambda token: headed(token, b'{"alg":"HS256","typ":"at+jwt","crit":["exp"]}'),
    "b64 off": lambda token: headed(token, b'{"alg":"HS256","typ":"at+jwt","b64":false}'),
    "a deep header": lambda token: headed(token, b"[" * 9000 + b"]" * 9000),
    "a header that is no object": lambda token: headed(token, b"[]"),
    "half a character": lambda token: headed(token, b'{"alg":"\\ud800","typ":"at+jwt"}'),
    "a long number": lambda token: headed(token, b'{"alg":' + b"9" * 5000 + b"}"),
    "no JSON": lambda token: headed(token, b"\xff\xfe"),
    "dots": lambda token: "...",
    "a made-up word": lambda token: secrets.token_urlsafe(32),
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("forge", WITHOUT_THE_KEY.values(), ids=WITHOUT_THE_KEY.keys())
def test_an_access_token_that_we_did_not_sign_is_refused(
    target: Any, forge: Forge, alice: ApiClient
):
    """RFC 8725, 3; ASVS 5.0, 9.1.1 to 9.1.3."""
    assert refusal(show(alice, f"DPoP {forge(alice.access)}")) == "invalid_token"


def test_what_our_key_signed_for_something_else_is_no_access_token(client: ApiClient):
    """RFC 8725, 3.8 to 3.12; ASVS 5.0, 9.2.1 to 9.2.4: issuer, audience, time and type."""
    key, claims = signing_key(client), claims_of(client.access)
    now = int(time.time())

    def ours(typ: str | None = "at+jwt", **other: Any) -> str:
        told = {name: value for name, value in (claims | other).items() if value is not None}
        return jwt.encode(told, key, "HS256", {"typ": typ})

    assert show(client, f"DPoP {ours()}").status_code == 200
    for forged in (
        ours(typ="JWT"),
        ours(typ="dpop+jwt"),
        ours(typ=None),
        ours(typ="AT+JWT"),
        ours(iss="http://evil.example"),
        ours(iss=None),
        ours(aud="http://evil.example/api/"),
        ours(aud=None),
        ours(exp=now - 1),
        ours(exp=None),
        ours(nbf=now + 60),
        ours(sub="0"),
        ours(did="00000000-0000-0000-0000-000000000000"),
        ours(cnf={"jkt": "A" * 43}),
        ours(token_type="refresh"),
        ours(jti=None),
    ):
        assert refusal(show(client, f"DPoP {forged}")) == "invalid_token", claims_of(forged)


def test_an_access_token_runs_out(serve: Serve, sign_up: Join, connect: SignInClient):
    """ASVS 5.0, 9.2.1."""
    dave = connect(sign_up(server=serve(PARLEY_ACCESS_LASTS="3")))
    assert show(dave, f"DPoP {dave.access}").status_code == 200
    until(lambda: not goes_on(dave), 10, "the token has run out")
    assert refusal(show(dave, f"DPoP {dave.access}")) == "invalid_token"
    assert dave.ask_access().status_code == 200
    assert goes_on(dave)


# --- a refresh token ---


def refused_grant(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["code"]) == (401, "invalid_grant")


def test_a_stolen_refresh_token_gives_nothing_and_takes_nothing_from_its_owner(
    client: ApiClient, sign_up: Join, connect: SignInClient
):
    """RFC 9449, 5; RFC 9700, 4.14.2: fifty tries with other keys, and the owner goes on."""
    thief = connect(sign_up("charlie"))
    for number in range(50):
        if number % 2:
            thief.key = Key()
        assert refused_grant(thief.ask_access(client.refresh))
        assert refused_grant(thief.ask("POST", "token/revoke/", {"refresh": client.refresh}))
    assert goes_on(client)
    assert client.ask_access().status_code == 200
    assert goes_on(client)


def test_a_refresh_token_is_worthless_without_a_proof(alice: ApiClient):
    """RFC 9449, 5."""
    answer = alice.http.post("/api/token/refresh/", json={"refresh": alice.refresh})
    assert refusal(answer) == "invalid_dpop_proof"


def test_a_refresh_token_is_no_access_token(alice: ApiClient):
    """ASVS 5.0, 9.2.2."""
    assert refusal(show(alice, f"DPoP {alice.refresh}")) == "invalid_token"


def test_an_access_token_is_no_refresh_token(alice: ApiClient):
    """ASVS 5.0, 9.2.2."""
    for call in ("refresh", "revoke"):
        answer = alice.ask("POST", f"token/{call}/", {"refresh": alice.access})
        # It is longer than any refresh token.
        assert (answer.status_code, answer.json()["fields"].keys()) == (400, {"refresh"})
    assert goes_on(alice)


def test_a_new_sign_in_voids_the_refresh_token_before_it(client: ApiClient):
    """ASVS 5.0, 10.4.5: one device has one grant."""
    before = client.refresh
    client.sign_in()
    assert refused_grant(client.ask_access(before))
    assert client.ask_access().status_code == 200


def test_a_refresh_token_stands_nowhere_in_the_clear(client: ApiClient):
    """ASVS 5.0, 11.4: a copy of the database gives no token."""
    database = client.server.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(database)) as connection:
        kept = "\n".join(connection.iterdump())
    assert client.key.thumbprint in kept
    assert client.refresh not in kept
    assert client.access not in kept
    assert client.refresh not in client.server.log


def test_tokens_are_not_kept_by_caches(client: ApiClient):
    """ASVS 5.0, 14.3.2."""
    for answer in (client.ask_access(), client.ask_tokens()):
        assert answer.headers["Cache-Control"] == "no-store"
