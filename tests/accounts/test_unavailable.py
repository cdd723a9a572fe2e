"""Without the cache or the database one is told to come again, and nothing is done by halves."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.db.models.signals import post_save
from django.test import AsyncClient, Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.support.mailbox import sent


@pytest.fixture
def take_cache_away(settings):
    """From then on Redis is at an address where nobody listens."""

    def take_away(**kwargs: object) -> None:
        backend = "django.core.cache.backends.redis.RedisCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}

    return take_away


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/accounts/login/", {"login": "alice", "password": PASSWORD}),
        ("/accounts/password/reset/", {"email": "alice@example.org"}),
        ("/accounts/signup/", {"username": "bob"}),
    ],
)
def test_a_form_is_not_taken_where_it_cannot_be_counted(alice, take_cache_away, caplog, page, form):
    take_cache_away()
    answer = Client().post(page, form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert "We cannot do this right now" in answer.text
    assert "cache unavailable" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_that_has_begun_is_done_without_its_mail(take_cache_away, caplog):
    form = {"username": "bob", "password1": PASSWORD, "password2": PASSWORD}
    client = Client()
    post_save.connect(take_cache_away, sender=User)
    try:
        answer = client.post("/accounts/signup/", form | {"email": "bob@example.org"})
    finally:
        post_save.disconnect(take_cache_away, sender=User)
    assert answer.headers["Location"] == "/"
    assert client.get("/accounts/profile/").status_code == 200
    assert "mail_not_sent template=account/email/email_confirmation" in caplog.text
    assert sent() == []


def without_database(get_response):
    """A middleware as it fails that finds no database: no view is there yet to have raised it."""

    def middleware(request):
        raise OperationalError("gone")

    return middleware


@pytest.mark.parametrize(
    ("path", "said"), [("/", "We cannot do this right now"), ("/api/rooms/", '"unavailable"')]
)
async def test_what_fails_before_a_view_is_unavailable_too(settings, path, said):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.without_database"]
    settings.PARLEY_URL = "http://testserver"
    answer = await AsyncClient(raise_request_exception=False).get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert said in answer.content.decode()
