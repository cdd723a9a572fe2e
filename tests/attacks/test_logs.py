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
