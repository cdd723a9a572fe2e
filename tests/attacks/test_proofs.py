"""Who shows no good proof of possession gets nothing: RFC 9449, 4.3 and 11; ASVS 5.0, 10.3.5.

The forgeries stand in a table of their own (tests/attacks/forgeries.py).
"""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import pytest

from tests.attacks.attempt import Attempt
from tests.attacks.conftest import Join, SignInClient
from tests.attacks.forgeries import FORGERIES, WITH_A_TOKEN, Forgery
from tests.support.api_client import ApiClient
from tests.support.people import Person
from tests.support.proofs import Key, b64
from tests.support.race import at_once
from tests.support.server import PASSWORD, Server

# tests/support/server.py gives it to every server.
SECRET_KEY = "x"  # noqa: S105
BOBS_KEY = Key()
# How many points P-256 has.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
AT_ONCE = 20

Headers = list[tuple[str, str | bytes]]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["code"])


@dataclass
class Door:
    """A request that needs a proof and lacks nothing else, sent byte for byte as one says."""

    server: Server
    attempt: Attempt
    path: str
    headers: Headers
    body: object = None

    @classmethod
    def of(
        cls,
        client: ApiClient,
        method: str,
        path: str,
        headers: Headers,
        body: object = None,
        **attempt: Any,
    ) -> Self:
        url, key = client.server.url + path, attempt.pop("key", client.key)
        return cls(
            client.server,
            Attempt(method, url, client.nonce, SECRET_KEY, key=key, **attempt),
            path,
            headers,
            body,
        )

    def knock(self, *proofs: str | bytes, more: Headers | None = None, query: str = "") -> Answer:
        line = http.client.HTTPConnection("localhost", self.server.port, timeout=60)
        try:
            return self._said(line, [("DPoP", one) for one in proofs] + (more or []), query)
        finally:
            line.close()

    def _said(self, line: http.client.HTTPConnection, shown: Headers, query: str) -> Answer:
        content = b"" if self.body is None else json.dumps(self.body).encode()
        said: Headers = [*self.headers, *shown, ("Content-Length", str(len(content)))]
        if "Host" not in {name for name, _ in said}:
            said.append(("Host", f"localhost:{self.server.port}"))
        line.putrequest(self.attempt.method, self.path + query, skip_host=True)
        for name, value in said:
            line.putheader(name, value)
        line.endheaders(content)
        answer = line.getresponse()
        try:
            read = answer.read()
        except ConnectionResetError:
            # The HTTP server hangs up on what is no request, whether we have read its words or not.
            read = b""
        body = json.loads(read) if answer.headers.get_content_type() == "application/json" else read
        return Answer(answer.status, dict(answer.headers), body)


@pytest.fixture
def doors(alice: ApiClient, host: Person, slug: str) -> dict[str, Door]:
    """Three requests, by name."""
    in_json = ("Content-Type", "application/json")
    session: Headers = [
        ("Cookie", host.cookie_header),
        ("X-CSRFToken", host.http.cookies["csrf"]),
        ("Origin", host.server.url),
    ]
    bound: Headers = [("Authorization", f"DPoP {alice.access}")]
    # Bob's: a sign-in of Alice's would void the tokens that she has.
    password = {"username": "bob", "password": PASSWORD}
    return {
        "token": Door.of(alice, "POST", "/api/token/", [in_json], password, key=BOBS_KEY),
        "call": Door.of(alice, "GET", "/api/rooms/", bound, bound_to=alice.access),
        "ticket": Door.of(
            alice, "POST", f"/api/rooms/{slug}/tickets/", [*session, in_json], {}, key=host.key
        ),
    }


@pytest.fixture(params=["token", "call", "ticket"])
def door(doors: dict[str, Door], request: pytest.FixtureRequest) -> Door:
    return doors[request.param]


@pytest.fixture
def call(doors: dict[str, Door]) -> Door:
    return doors["call"]


def assert_refused(answer: Answer, *codes: str) -> None:
    assert (answer.status, answer.code in (codes or ("invalid_dpop_proof",))) == (401, True), answer
    assert answer.headers["WWW-Authenticate"] == f'DPoP algs="ES256", error="{answer.code}"'
    assert answer.headers["DPoP-Nonce"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body.keys() == {"code", "detail"}


def test_a_good_proof_passes(door: Door):
    """RFC 9449, 4.3: whatever is refused below is refused for what is wrong with it."""
    assert door.knock(door.attempt.proof()).status == 200


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_proof_is_refused(door: Door, forge: Forgery):
    """RFC 9449, 4.3: the number in the test's name is that of the check."""
    asked_for = "use_dpop_nonce" if is_about_the_nonce(forge) else "invalid_dpop_proof"
    assert_refused(door.knock(forge(door.attempt)), asked_for)


def is_about_the_nonce(forge: Forgery) -> bool:
    [name] = [name for name, one in FORGERIES.items() if one is forge]
    return name.startswith("10: ")


@pytest.mark.parametrize("forge", WITH_A_TOKEN.values(), ids=WITH_A_TOKEN.keys())
def test_a_proof_for_another_token_is_refused(call: Door, forge: Forgery):
    """RFC 9449, 4.3, check 12, and 7.1."""
    assert_refused(call.knock(forge(call.attempt)))


def test_a_request_without_a_proof_is_refused(door: Door):
    """RFC 9449, 4.3, check 1."""
    assert_refused(door.knock())


def test_two_proofs_are_refused_though_each_is_good(door: Door):
    """RFC 9449, 4.3, check 1."""
    one, other = door.attempt.proof(), door.attempt.proof()
    for proofs in ([one, other], [one, ""], ["", one], [one, one]):
        assert_refused(door.knock(*proofs))
    # None of that has spent it.
    assert door.knock(one).status == 200


@pytest.mark.parametrize(
    "proof", [b"\xff\xfe", "α".encode(), b"a\x00b", b"\x00", b"a\tb", b"\x7f"], ids=repr
)
def test_a_proof_that_is_no_text_is_refused(door: Door, proof: bytes):
    """RFC 9449, 4.3, check 2; what no header may contain the HTTP server itself refuses."""
    answer = door.knock(proof)
    if b"\x00" in proof:
        assert answer.status == 400
    else:
        assert_refused(answer)


@pytest.mark.parametrize(
    "more",
    [
        [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https")],
        [("X-Forwarded-Port", "443"), ("X-Forwarded-Server", "evil.example")],
        [("Forwarded", "host=evil.example;proto=https")],
        [("X-Original-URL", "https://evil.example/"), ("X-Rewrite-URL", "/evil/")],
        [("X-Forwarded-Prefix", "/evil"), ("X-HTTP-Method-Override", "DELETE")],
    ],
    ids=lambda more: more[0][0],
)
def test_no_header_moves_the_address_that_a_proof_is_for(door: Door, more: Headers):
    """RFC 9449, 4.3, check 9: the address is the configured one."""
    for url in ("http://evil.example", "https://evil.example", "http://evil.example/evil"):
        moved = door.attempt.url.replace(door.server.url, url)
        assert_refused(door.knock(door.attempt.claiming(htu=moved), more=more))
    moved = door.attempt.claiming(htm="DELETE")
    assert_refused(door.knock(moved, more=more))
    assert door.knock(door.attempt.proof(), more=more).status == 200


def test_by_another_host_name_nothing_is_answered(door: Door):
    """RFC 9449, 4.3, check 9; ASVS 5.0, 13.2.4: the Host header is not believed either."""
    evil: Headers = [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example")]
    moved = door.attempt.url.replace(door.server.url, "http://evil.example")
    for proof in (door.attempt.proof(), door.attempt.claiming(htu=moved)):
        answer = door.knock(proof, more=evil)
        if door.attempt.method == "GET":
            # Sent to the right address, without the answer to it.
            assert (answer.status, answer.body) == (302, b"")
        else:
            assert (answer.status, answer.code) == (421, "misdirected")


def test_a_query_changes_nothing_of_what_is_proven(door: Door):
    """RFC 9449, 4.3, check 9: query and fragment are left out of `htu`."""
    with_query = door.attempt.claiming(htu=door.attempt.url + "?a=1")
    assert_refused(door.knock(with_query, query="?a=1"))
    assert door.knock(door.attempt.proof(), query="?a=1").status == 200


def test_a_proof_passes_once(door: Door):
    """RFC 9449, 11.1."""
    proof = door.attempt.proof()
    assert door.knock(proof).status == 200
    for _ in range(3):
        assert_refused(door.knock(proof))


def test_of_twenty_who_show_one_proof_at_the_same_moment_one_passes(door: Door):
    """RFC 9449, 11.1."""
    proof = door.attempt.proof()
    answers: Sequence[Any] = at_once([lambda: door.knock(proof)] * AT_ONCE)
    passed = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status != 200]
    assert (len(passed), len(refused)) == (1, AT_ONCE - 1)
    for answer in refused:
        assert_refused(answer)


def test_a_proof_signed_anew_is_the_same_proof(door: Door):
    """RFC 9449, 11.1: a signature has a twin, and a `jti` many signatures; one of them passes."""
    proof = door.attempt.proof()
    told, _, signature = proof.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    twin = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    assert door.knock(f"{told}.{b64(twin)}").status == 200
    assert_refused(door.knock(proof))


def test_another_key_may_use_the_same_jti(call: Door, sign_up: Join, connect: SignInClient):
    """RFC 9449, 11.1: nobody spends another's proof by guessing its name."""
    dave = connect(sign_up())
    bound: Headers = [("Authorization", f"DPoP {dave.access}")]
    other = Door.of(dave, "GET", "/api/rooms/", bound, bound_to=dave.access)
    for door in (call, other):
        assert door.knock(door.attempt.claiming(jti="the first")).status == 200


def test_a_proof_is_good_for_one_door(doors: dict[str, Door]):
    """RFC 9449, 11.1: what passes somewhere passes nowhere else."""
    for shown in doors.values():
        for door in doors.values():
            if door is not shown:
                assert_refused(door.knock(shown.attempt.proof()))
