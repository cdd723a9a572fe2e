"""People at the sign-in page who do not know the password, or do, behind our proxy."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.accounts.conftest import PASSWORD

HERE, ELSEWHERE = "203.0.113.1", "198.51.100.1"


def try_wrong(name: str, through: str = HERE, client: Client | None = None) -> Any:
    """What somebody hears who does not know the password."""
    form = {"login": name, "password": "wrong"}
    headers = {"X-Forwarded-For": through}
    return (client or Client()).post("/accounts/login/", form, headers=headers)


def use_up(name: str, through: str = HERE, client: Client | None = None) -> None:
    for _ in range(5):
        assert "do not go together" in try_wrong(name, through, client).text
    assert try_wrong(name, through, client).status_code == 429


def sign_in(client: Client, name: str, through: str = HERE, password: str = PASSWORD) -> int:
    form = {"login": name, "password": password}
    answer = client.post("/accounts/login/", form, headers={"X-Forwarded-For": through})
    return answer.status_code
