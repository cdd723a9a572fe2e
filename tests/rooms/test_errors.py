"""Whatever goes wrong under /api/ has one shape, and none of it is a 500."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import JsonResponse
from django.test import Client, RequestFactory
from rest_framework.exceptions import ValidationError

from accounts.authentication import NONCES
from config import errors
from tests.support.proofs import Key


@pytest.fixture
def cache_away(settings):
    """Redis at an address where nobody listens."""
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}


def post(client: Client, body: bytes, kind: str = "application/json", **headers: Any) -> Any:
    return client.post("/api/rooms/", body, content_type=kind, **headers)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": 1e999}',
        rb'{"name": "\ud800"}',
        rb'{"name": "\ud800abcdefgh"}',
        b'{"name": "\xed\xa0\x80"}',
        b"\xff\xfe",
        b'{"name": "x"} {}',
        b'{"name": ' + b"9" * 5_000 + b"}",
        b'{"name": "x", "capacity": -' + b"9" * 5_000 + b"}",
        b'\xef\xbb\xbf{"name": "x"}',
        '{"name": "x"}'.encode("utf-16"),
        b'{"name": "x\x00"}',
        b"'name'",
        b'{"name": "x",}',
        b"[" * 60_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
)
def test_what_is_not_json_is_said_to_be_none(browser, charlie, body):
    response = post(browser(charlie), body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"1", b'"x"', b"{}", b'{"name": {"name": "x"}}', b'{"name": 2e2}']
    + [b'{"name": "x", "capacity": %s}' % each for each in (b"1e30", b"4.5", b"true", b'"4"')]
    + [b'{"name": "x", "capacity": 18446744073709551616}'],
)
def test_json_that_is_no_room_is_refused_as_such(browser, charlie, body):
    response = post(browser(charlie), body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_of_two_fields_of_one_name_the_last_counts(browser, charlie):
    assert post(browser(charlie), b'{"name": "Den", "name": "Nook"}').json()["name"] == "Nook"


def test_a_body_has_a_bound(browser, charlie):
    response = post(browser(charlie), b'{"name": "' + b"x" * 70_000 + b'"}')
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_only_json_is_taken(browser, charlie, kind):
    response = post(browser(charlie), b"name=x", kind)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_a_broken_form_is_no_fault_of_ours(charlie):
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    client.force_login(charlie)
    response = post(client, b"--x\r\n\r\n", "multipart/form-data")
    assert response.status_code in {400, 403}
    assert response.json().keys() == {"code", "detail"}


def test_another_verb(browser, charlie):
    response = browser(charlie).delete("/api/rooms/")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_another_format(browser, charlie):
    response = browser(charlie).get("/api/rooms/", HTTP_ACCEPT="text/html")
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api//rooms/",
        "/api/nothing/",
        "/api/rooms",
        "/api/rooms/\x00/",
        "/api/rooms/%00/",
        # The bytes of half a character, as a server hands them on.
        "/api/rooms/\xed\xa0\x80/",
        "/api/rooms/%ed%a0%80/",
        "/api/rooms/a b/",
        "/api/rooms/../",
        "/api/rooms/x/members/-1/",
        "/api/rooms/x/members/9223372036854775808/",
        f"/api/rooms/x/invitations/{'9' * 5_000}/",
        "/api/rooms/x/bans/9223372036854775808/",
        "/api/rooms/x/call/holds/bob/",
        "/api/rooms/x/knocks/-1/admit/",
        "/api/devices/1/",
    ],
)
def test_an_address_that_is_not_there(db, method, path):
    response = Client(HTTP_HOST="localhost:8000").generic(method, "/", PATH_INFO=path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    if method != "HEAD":
        assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("slug", ["x" * 5_000, "0", "-", "_"])
def test_a_room_that_is_not_there(browser, charlie, slug):
    response = browser(charlie).get(f"/api/rooms/{slug}/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_the_highest_number_that_an_address_takes(browser, room, alice):
    response = browser(alice).delete(f"/api/rooms/{room.slug}/members/999999999999999999/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "BREW"])
def test_a_verb_that_no_address_has(browser, charlie, method):
    response = browser(charlie).generic(method, "/api/rooms/")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in response["Allow"]


def test_another_name_of_the_server():
    response = Client(HTTP_HOST="elsewhere.example").post("/api/rooms/")
    assert (response.status_code, response.json()["code"]) == (421, "misdirected")


def test_head_is_get_without_its_body(browser, charlie):
    response = browser(charlie).head("/api/rooms/")
    assert (response.status_code, response.content) == (200, b"")


def test_what_the_api_says_is_kept_by_nobody(browser, charlie):
    client = browser(charlie)
    for path in ("/api/rooms/", "/api/schema/", "/api/docs/", "/api/nothing/"):
        assert client.get(path)["Cache-Control"] == "no-store"


def test_without_the_csrf_token_nothing_is_written(charlie):
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    client.force_login(charlie)
    response = post(client, b'{"name": "Den"}')
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert not charlie.memberships.exists()


@pytest.mark.parametrize("value", ["", "Bearer x", "DPoP x", "Basic YTpi", "Session"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/rooms/"), ("GET", "/api/devices/"), ("POST", "/api/devices/")],
)
def test_an_authorization_header_is_never_passed_by(browser, charlie, value, method, path):
    response = browser(charlie).generic(method, path, HTTP_AUTHORIZATION=value)
    assert (response.status_code, response.json()["code"]) == (401, "invalid_token")
    assert response["WWW-Authenticate"] == 'DPoP algs="ES256", error="invalid_token"'


def test_a_disabled_account_is_not_signed_in(browser, charlie):
    client = browser(charlie)
    charlie.is_active = False
    charlie.save()
    assert client.get("/api/rooms/").status_code == 401


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OperationalError("database is locked"), 503, "unavailable"),
        (SuspiciousOperation("secret detail"), 400, "invalid"),
    ],
)
def test_errors_from_below(error, status, code):
    response = errors.problem(error, {})
    assert response is not None
    assert (response.status_code, response.data["code"]) == (status, code)
    assert str(error) not in str(response.data)


def test_what_is_wrong_with_a_part_of_a_field_is_said_of_the_field():
    error = ValidationError({"sizes": {"0": ["Too small."], "2": {"width": ["Too wide."]}}})
    response = errors.problem(error, {})
    assert response is not None
    assert response.data["fields"] == {"sizes": ["Too small.", "Too wide."]}


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (errors.server_error, 500),
        (errors.csrf_failure, 403),
        (partial(errors.permission_denied, exception=PermissionDenied()), 403),
        (partial(errors.bad_request, exception=SuspiciousOperation()), 400),
    ],
)
def test_a_person_gets_a_page(page, status):
    request = RequestFactory().get("/rooms/new/")
    request.user = AnonymousUser()
    response = page(request)
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")


def test_a_cache_that_is_away_is_said_to_be(browser, room, alice, cache_away):
    path = f"/api/rooms/{room.slug}/tickets/"
    nonce = NONCES.issue(time.time())
    proof = Key().proof("POST", f"http://localhost:8000{path}", nonce=nonce)
    response = browser(alice).post(path, content_type="application/json", HTTP_DPOP=proof)
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")


def test_a_server_without_its_cache_is_not_ready(db, cache_away):
    response = Client(HTTP_HOST="localhost:8000").get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")


def test_a_bug_stays_a_bug():
    assert errors.problem(ZeroDivisionError(), {}) is None
    request = RequestFactory().get("/api/rooms/")
    for response, status, code in [
        (errors.server_error(request), 500, "internal"),
        (errors.csrf_failure(request), 403, "csrf_failed"),
        (errors.permission_denied(request, Exception()), 403, "permission_denied"),
        (errors.bad_request(request, Exception()), 400, "invalid"),
    ]:
        assert isinstance(response, JsonResponse)
        assert (response.status_code, json.loads(response.content)["code"]) == (status, code)
