"""What opens an account is in no log, and who asked for what is in none either."""

from __future__ import annotations

import httpx

from tests.support.server import Server

SECRET = "3-d1g3st0fAres3tK3y"  # noqa: S105 - nobody's


def test_the_key_of_a_reset_mail_reaches_no_log(server: Server):
    link = f"{server.url}/accounts/password/reset/key/{SECRET}/"
    assert httpx.get(link, follow_redirects=True).status_code == 200
    # Without a CSRF token, which Django logs as a warning with the path.
    assert httpx.post(link, data={"password1": "x"}).status_code == 403
    assert "Forbidden" in server.log
    assert SECRET not in server.log


def test_there_is_no_log_of_every_request(server: Server):
    assert httpx.get(f"{server.url}/accounts/login/").status_code == 200
    assert "Uvicorn running" in server.log
    assert "GET /" not in server.log


def test_a_refusal_of_the_api_is_an_answer_and_no_warning(server: Server):
    api = f"{server.url}/api"
    assert httpx.get(f"{api}/rooms/").status_code == 401
    assert (
        httpx.post(f"{api}/token/", json={"username": "alice", "password": "x"}).status_code == 401
    )
    assert httpx.get(f"{api}/nothing/").status_code == 404
    assert "Not Found: /api/nothing/" in server.log
    assert "Unauthorized" not in server.log


def test_a_start_looks_like_no_fault(server: Server):
    assert "Uvicorn running" in server.log
    assert "unsupported" not in server.log
