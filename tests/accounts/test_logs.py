"""The log keeps no link of a mail that still works, and no traceback of what was refused."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import signed_in


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the console of the settings would show."""
    written = io.StringIO()
    console = next(one for one in logging.getLogger().handlers if one.get_name() == "console")
    assert isinstance(console, logging.StreamHandler)
    before = console.setStream(written)
    yield written
    console.setStream(before)


@pytest.mark.parametrize(
    ("page", "mistyped"),
    [
        ("password/reset/key/1-secret/", "password/reset/key/secret/"),
        ("confirm-email/secret/", "confirm-email/secret/more/"),
    ],
)
def test_a_key_in_an_address_is_not_written_down(db, log, page, mistyped):
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"/accounts/{page}").status_code == 403
    assert client.get(f"/accounts/{mistyped}").status_code == 404
    assert log.getvalue().count("/accounts/") == 2
    assert "secret" not in log.getvalue()


def test_what_is_refused_leaves_one_line(alice, log):
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    client = signed_in("alice")
    assert client.get("/admin/accounts/user/").status_code == 403
    flood = {f"field{number}": "" for number in range(1001)}
    assert client.post("/accounts/profile/", flood).status_code == 400
    assert len(log.getvalue().splitlines()) == 2
