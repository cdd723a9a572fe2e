"""Calls in Django admin: how long, who, how each ended, and how well people were connected."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from rooms.diagnosis import Kind
from rooms.models import Call

from .past_calls import DAY, MINUTE, NOON, SAID, past

pytestmark = pytest.mark.django_db

CALLS = "/admin/rooms/call/"


@pytest.fixture
def calls(db: None) -> dict[Kind, Call]:
    """One call of each kind."""
    return {kind: past(kind) for kind in Kind}


def found(admin: Client, **query: str) -> set[Call]:
    return set(admin.get(CALLS, query).context["cl"].result_list)


def test_calls_are_found_by_what_became_of_their_connections(admin, calls):
    for kind, call in calls.items():
        assert found(admin, connections=kind.value) == {call}, kind
    failures = {call for kind, call in calls.items() if kind.is_failure}
    assert len(failures) == 3
    assert found(admin, connections="failed") == failures
    assert found(admin) == set(calls.values())


def test_a_call_of_one_person_lacks_no_connection(admin):
    call = past(Kind.UNKNOWN)
    call.participants.all()[0].delete()
    assert found(admin, connections="unknown") == set()


def test_who_came_when_the_other_had_gone_lacks_no_connection_either(admin):
    call = past(Kind.UNKNOWN)
    first = call.participants.all()[0]
    first.left_at = first.joined_at
    first.save()
    call.participants.exclude(pk=first.pk).update(joined_at=first.joined_at + MINUTE)
    assert found(admin, connections="unknown") == set()


def cells(admin: Client, call: Call) -> dict[str, str]:
    """What the list says of it, by column."""
    page = admin.get(CALLS, {"q": call.room.name}).content.decode()
    [row] = re.findall(r"<tbody>\s*<tr>(.*?)</tr>\s*</tbody>\s*</table>\s*</div>", page, re.S)
    found = re.findall(r'class="field-(\w+)[^"]*">(.*?)</t[dh]>', row, re.S)
    return {name: re.sub("<.*?>", "", text) for name, text in found}


def test_the_list_says_how_long_who_how_it_ended_and_how_well_it_went(admin, calls):
    said = cells(admin, calls[Kind.NEVER])
    assert said["length"] == "5 min"
    assert said["people"] == "Alice, Bob"
    assert said["endings"] == "1 × Left, 1 × Connection lost"
    assert said["connections"] == "1 × Never connected"
    assert cells(admin, calls[Kind.UNKNOWN])["connections"] == "–"


def test_a_call_that_goes_on_says_so(admin, room, alice, seat):
    seat(room, alice)
    said = cells(admin, Call.objects.get())
    assert said["length"] == "0 s so far"
    assert said["endings"] == "1 × Inside"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (59, "59 s"),
        (110, "1 min 50 s"),
        (3660, "1 h 1 min"),
        (90_000, "25 h"),
    ],
)
def test_a_length_is_spelt_in_two_units_at_most(admin, length, said):
    call = past(Kind.DIRECT, NOON - 2 * DAY, dt.timedelta(seconds=length))
    assert cells(admin, call)["length"] == said


@pytest.mark.parametrize("kind", SAID)
def test_a_calls_page_says_of_each_pair_what_the_rooms_history_says(
    admin, browser, alice, calls, kind
):
    call = calls[kind]
    page = admin.get(f"{CALLS}{call.pk}/change/").content.decode()
    [sentence] = re.findall(r"<dd><bdi>(.*?)</bdi></dd>", page)
    assert f"<dt><bdi>Alice</bdi> and <bdi>Bob</bdi>: {kind.label}</dt>" in page
    assert sentence in browser(alice).get(f"/rooms/{call.room.slug}/history/").content.decode()


def test_a_calls_page_has_what_each_end_said(admin, calls):
    page = admin.get(f"{CALLS}{calls[Kind.NEVER].pk}/change/").content.decode()
    assert "What each end said" in page
    assert ">701<" in page


def test_the_list_asks_as_little_for_many_calls_as_for_one(admin, django_assert_max_num_queries):
    for kind in [*Kind, *Kind]:
        past(kind)
    with django_assert_max_num_queries(14):
        admin.get(CALLS)
    for kind in ("failed", "unknown", "direct"):
        with django_assert_max_num_queries(15):
            admin.get(CALLS, {"connections": kind})
