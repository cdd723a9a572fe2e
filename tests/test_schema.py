"""The API's description: whole, true to its own examples, and readable as a page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from config import docs, schema, texts
from tests.support.environment import CLEAN, REPOSITORY
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

Described = dict[str, Any]

# What is there to be read, and what answers where nothing is.
NO_OPERATIONS = {"api/schema/", "api/docs/", "^api/"}


@pytest.fixture
def anyone() -> Client:
    return Client(HTTP_HOST="localhost:8000")


def operations() -> Iterator[tuple[str, Described]]:
    for path, methods in schema.openapi()["paths"].items():
        for method, described in methods.items():
            yield f"{method.upper()} {path}", described


every_operation = pytest.mark.parametrize(
    "described", [pytest.param(one, id=label) for label, one in operations()]
)


def contents(described: Described) -> Iterator[Described]:
    """The bodies that one operation takes and gives."""
    for part in (described.get("requestBody", {}), *described["responses"].values()):
        yield from part.get("content", {}).values()


def codes() -> set[str]:
    """Of every error that is described."""
    return {
        example["value"]["code"]
        for _, described in operations()
        for content in contents(described)
        for example in content["examples"].values()
        if "code" in example["value"]
    }


def test_the_generator_has_nothing_to_complain_about():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_every_address_of_the_api_is_described():
    routes = {
        str(one.pattern) for one in get_resolver().url_patterns if not hasattr(one, "app_name")
    }
    for part in get_resolver().url_patterns:
        routes |= {str(one.pattern) for one in getattr(part, "url_patterns", ())}
    ours = {route for route in routes if "api/" in route} - NO_OPERATIONS
    described = {re.sub(r"\{\w+\}", "{}", path).lstrip("/") for path in schema.openapi()["paths"]}
    assert {re.sub(r"<[^>]+>", "{}", route) for route in ours} == described


@every_operation
def test_every_operation_says_what_it_does_and_shows_it(described):
    assert described["summary"]
    assert set(described["tags"]) <= set(texts.TAGS)
    assert all(content["examples"] for content in contents(described))
    for status, response in described["responses"].items():
        assert response["description"]
        assert ("content" in response) == (status != "204")


@every_operation
def test_every_example_is_as_its_description_says(described):
    components = schema.openapi()["components"]
    for content in contents(described):
        # Its references are found beside it.
        rules = jsonschema_rs.validator_for({**content["schema"], "components": components})
        for example in content["examples"].values():
            rules.validate(example["value"])


def test_every_error_comes_with_a_way_out():
    assert codes() | {code for _, code in docs.OF_NONE} == set(texts.REMEDIES)


def test_a_wrong_proof_is_told_apart_from_a_missing_nonce():
    _, described = next(operations())
    assert {"invalid_dpop_proof", "use_dpop_nonce"} <= set(
        described["responses"]["401"]["content"]["application/json"]["examples"]
    )


def test_the_description_is_there_for_anyone(anyone):
    response = anyone.get("/api/schema/")
    served = response.json()
    assert response["Content-Type"] == "application/json"
    assert served["openapi"].startswith("3.1")
    assert served["info"]["title"] == "Parley"
    assert f"## {served['info']['version']}" in (REPOSITORY / "CHANGELOG.md").read_text()
    assert set(served["components"]["securitySchemes"]) == {"session", "csrf", "DPoP", "proof"}


# --- The page


class Links(HTMLParser):
    """What a page names, where it leads, and what it loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        if name := known.get("id"):
            self.ids.append(name)
        if tag == "a" and (target := known.get("href") or "").startswith("#"):
            self.targets.add(target[1:])
        if tag in {"script", "link", "img"}:
            self.loaded.add(known.get("src") or known.get("href") or "")


@pytest.fixture
def page(anyone: Client) -> str:
    response = anyone.get("/api/docs/", HTTP_ACCEPT="text/html")
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_page_shows_every_operation(page):
    for label, described in operations():
        assert described["summary"] in page, label
        assert f'id="{described["operationId"].replace("_", "-")}"' in page


def test_the_page_says_where_the_words_of_its_requests_come_from(page):
    assert "<code>$ACCESS</code> is your access token" in page
    assert "<code>$PROOF</code> a proof" in page


def test_a_ticket_is_asked_for_without_a_seat_to_go_back_to():
    [ticket] = [one for one in shown() if one.id == "rooms-tickets-create"]
    assert ticket.asked == {}
    assert "-d '{}'" in ticket.curl
    assert [(one["name"], one["required"]) for one in ticket.takes] == [("resume", False)]


def test_a_member_has_one_id_in_address_and_answer():
    [change] = [one for one in shown() if one.id == "rooms-members-partial-update"]
    assert f"/members/{json.loads(change.answered)['user']}/" in change.curl


def shown() -> list[docs.Operation]:
    return [one for group in docs.contents()["groups"] for one in group["operations"]]


def test_every_link_of_the_page_leads_somewhere(page):
    links = Links(page)
    assert [name for name, times in Counter(links.ids).items() if times > 1] == []
    assert links.targets <= set(links.ids)


def test_the_page_is_made_of_our_own_files(page):
    assert all(address.startswith("/") for address in Links(page).loaded)


def test_the_page_greets_who_is_signed_in(db, anyone):
    anyone.force_login(User.objects.create_user("charlie"))
    assert "Account menu" in anyone.get("/api/docs/").content.decode()


def test_what_goes_wrong_with_the_page_is_json(anyone):
    response = anyone.post("/api/docs/")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    ("rate", "words"),
    [("5/15m", "5 in 15 minutes"), ("20/h", "20 per hour"), ("60/m", "60 per minute")],
)
def test_a_limit_in_words(rate, words):
    assert docs.spelt(rate) == words


def test_the_client_on_the_page_works(server, alice: Person):
    slug = alice.make_room("Garden plan")
    done = client_of_the_page(server, PASSWORD)
    assert done.stdout == f"{slug} Garden plan\n", done.stderr
    [device] = [one for one in alice.api("GET", "devices/") if one["kind"] == "client"]
    assert device["name"] == "kitchen-clock"
    assert device["ended_at"], "it signs out"


def test_the_client_on_the_page_says_the_code_of_a_refusal(server):
    done = client_of_the_page(server, "wrong")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("invalid_credentials: ")


def client_of_the_page(server: Server, password: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "templates/docs/client.py", server.url, "alice"]
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env=CLEAN | {"PARLEY_PASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
