"""One server for all who attack accounts and tokens; each of them has an account of their own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.attacks.two_workers import Start, Workers
from tests.support.api_client import ApiClient
from tests.support.fixtures import Serve
from tests.support.people import Person
from tests.support.redis import Redis
from tests.support.server import PASSWORD, UNLIMITED, Installation, Server

Join = Callable[..., Person]
Browse = Callable[..., Person]
SignInClient = Callable[..., ApiClient]


@pytest.fixture(autouse=True)
async def nobody_stays(hang_up: None) -> None:
    """Every socket is closed with its test, whoever has opened it."""


@pytest.fixture
def redis() -> Iterator[Redis]:
    redis = Redis()
    yield redis
    redis.stop()


@pytest.fixture
def start(serve: Serve, redis: Redis) -> Iterator[Start]:
    """Two processes of one installation; limits by their names, in a time that no test outlasts."""
    second: list[Server] = []

    def two(*, proxies: int = 0, **limits: int) -> Workers:
        settings = {f"PARLEY_LIMIT_{name.upper()}": f"{n}/99d" for name, n in limits.items()}
        settings["PARLEY_TRUSTED_PROXY_COUNT"] = str(proxies)
        first = serve(CACHE_URL=redis.url, **settings)
        second.append(first.another_worker())
        second[0].start()
        return [first, second[0]]

    yield two
    for server in second:
        server.stop()


@pytest.fixture(scope="session")
def target(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("target") / "server"
    server = Server(installation, folder, settings=UNLIMITED)
    server.start()
    yield server
    server.stop()
    # Whatever was tried was refused, and nothing stumbled over it.
    assert "Traceback" not in server.log, server.log


@pytest.fixture
def people(hang_up: None) -> Iterator[ExitStack]:
    """Whoever enters it goes home with the test, and their sockets before them."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def sign_up(target: Server, people: ExitStack) -> Join:
    """A new account of Dave's, say, made on the real page; its first browser is signed in."""

    def join(name: str = "dave", server: Server = target, **form: str) -> Person:
        username = f"{name}-{secrets.token_hex(4)}"
        person = people.enter_context(Person(server, username))
        person.http.get("/accounts/signup/").raise_for_status()
        filled = {"username": username, "password1": PASSWORD, "password2": PASSWORD, **form}
        answer = person.post_form("/accounts/signup/", filled)
        assert answer.status_code == 302, answer.text
        person.api("POST", "devices/", {})
        return person

    return join


@pytest.fixture
def browse(people: ExitStack) -> Browse:
    """Another browser, in which the same person signs in."""

    def browse(person: Person, **options: Any) -> Person:
        other = Person(person.server, person.username, person.password, **options)
        return people.enter_context(other).sign_in()

    return browse


@pytest.fixture
def connect(people: ExitStack) -> SignInClient:
    """An API client of the same person's, signed in."""

    def connect(person: Person, **options: Any) -> ApiClient:
        client = ApiClient(person.server, person.username, person.password, **options)
        return people.enter_context(client).sign_in()

    return connect


@pytest.fixture(scope="session")
def alices_client(target: Server) -> Iterator[ApiClient]:
    with ApiClient(target, "alice") as client:
        yield client.sign_in()


@pytest.fixture
def alice(alices_client: ApiClient) -> ApiClient:
    """Whom no test harms, and who so need not sign in for each; her token and nonce are fresh."""
    answer = alices_client.ask_access()
    assert answer.status_code == 200, answer.text
    return alices_client


@pytest.fixture(scope="session")
def host(target: Server) -> Iterator[Person]:
    """Alice in her browser, who lets the others into a room of hers."""
    with Person(target, "alice") as person:
        yield person.sign_in()


@pytest.fixture(scope="session")
def slug(host: Person) -> str:
    return host.make_room()


@pytest.fixture(scope="session")
def admin(target: Server) -> Iterator[Person]:
    """Who has just shown the password once more, as the pages of users ask for."""
    with Person(target, "admin") as person:
        person.sign_in()
        shown = person.post_form("/accounts/reauthenticate/", {"password": person.password})
        assert shown.status_code == 302
        yield person
