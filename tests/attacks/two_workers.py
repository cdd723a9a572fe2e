"""Two processes of one installation, and what anybody may send to either of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from tests.support.api_client import ApiClient
from tests.support.people import Person
from tests.support.server import Server

CSRF = "c" * 32

Workers = list[Server]
Start = Callable[..., Workers]


def turn_to(one: Person | ApiClient, worker: Server) -> None:
    """From now on their requests are answered by this worker, as behind a balancer."""
    one.http.base_url = httpx.URL(worker.address)
    one.http.headers["Host"] = urlsplit(worker.url).netloc


def post(worker: Server, page: str, **form: str) -> httpx.Response:
    """A form from a browser that was never here before."""
    through = form.pop("through", None)
    headers = {"Host": urlsplit(worker.url).netloc, "Origin": worker.url}
    if through:
        headers["X-Forwarded-For"] = through
    return httpx.post(
        f"{worker.address}/accounts/{page}/",
        data={"csrfmiddlewaretoken": CSRF, **form},
        headers=headers,
        cookies={"csrf": CSRF},
        timeout=60,
    )


def guess(worker: Server, login: str, through: str | None = None) -> httpx.Response:
    more = {"through": through} if through else {}
    return post(worker, "login", login=login, password="wrong", **more)


def assert_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 429, answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 99 * 24 * 60 * 60
    if answer.request.url.path.startswith("/api/"):
        body = answer.json()
        assert body.keys() == {"code", "detail"}
        assert (body["code"], body["detail"][:9]) == ("too_many_requests", "Too many ")
    else:
        assert re.search(r"Wait \d+ minutes, then try again", answer.text)


def assert_bound(ask: Callable[[Server], httpx.Response], workers: Workers, limit: int) -> None:
    """`limit` pass, in turns; the next does not, whichever worker is asked."""
    turns = itertools.cycle(workers)
    for number in range(limit):
        assert ask(next(turns)).status_code in {200, 302, 401}, number
    for worker in workers:
        assert_refused(ask(worker))
