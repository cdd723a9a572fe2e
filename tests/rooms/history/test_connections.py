"""How well the people of a call were connected, whoever met once and whoever met again."""

from __future__ import annotations

from rooms.admin.kinds import tallies
from rooms.diagnosis import Kind
from rooms.templatetags import spans
from tests.rooms.history.conftest import NEVER_UP, only, reported


def test_both_halves_of_a_pair_are_joined(room, alice, bob, stay):
    one, other = stay(alice, 0, 60), stay(bob, 5, 60)
    reported(one, other, restarts=1)
    reported(other, one, setup_ms=240)
    call = only(room)
    [pair] = call.pairs
    found = pair.best
    assert (pair.one.name, pair.other.name) == ("Alice", "Bob")
    assert found.diagnosis.kind.value == "direct"
    assert (found.protocol, found.setup_ms, found.restarts) == ("udp", 240, 1)
    assert (call.worst.value, call.direct) == ("direct", 1)


def test_a_pair_whose_first_try_failed_is_what_it_came_to_and_the_trouble_stands_beside(
    browser, room, call, alice, bob, stay
):
    one, first, second = stay(alice, 0, 60), stay(bob, 1, 20), stay(bob, 30, 60)
    reported(one, first, ice_errors=[401], **NEVER_UP)
    reported(one, second)
    past = only(room)
    [pair] = past.pairs
    assert [each.diagnosis.kind for each in pair.connections] == [Kind.NEVER, Kind.DIRECT]
    assert (pair.kind, past.worst, past.direct) == (Kind.DIRECT, Kind.DIRECT, 1)
    text = browser(alice).get(f"/rooms/{room.slug}/history/").content.decode()
    assert "<bdi>Straight from one to the other: nothing to do.</bdi>" in text
    assert "<b>The first of 2 times: never connected.</b> <bdi>The relay refused them" in text
    assert "<dt>Direct connections</dt><dd>1 of 1</dd>" in text
    # Whoever runs the server counts, and finds, each of the times.
    assert tallies([call])[call.pk] == {Kind.NEVER: 1, Kind.DIRECT: 1}


def test_a_pair_that_was_better_once_is_not_called_by_what_came_later(room, alice, bob, stay):
    one, first, second = stay(alice, 0, 60), stay(bob, 1, 20), stay(bob, 30, 60)
    reported(one, first, local_type="relay")
    reported(one, second, **NEVER_UP)
    [pair] = only(room).pairs
    assert (pair.kind, pair.best) == (Kind.RELAYED, pair.connections[0])
    assert [trouble.said for trouble in pair.troubles] == ["the last of 2 times: never connected"]


def test_the_worst_pair_comes_first_and_of_equals_the_one_with_trouble(
    room, alice, bob, charlie, stay
):
    hers, his, theirs = stay(alice, 0, 60), stay(bob, 1, 60), stay(charlie, 2, 20)
    again = stay(charlie, 30, 60)
    reported(hers, his)
    reported(hers, theirs, **NEVER_UP)
    reported(hers, again)
    reported(his, theirs, **NEVER_UP)
    reported(his, again, **NEVER_UP)
    assert [(pair.one.name, pair.other.name, pair.kind) for pair in only(room).known] == [
        ("Bob", "Charlie", Kind.NEVER),
        ("Alice", "Charlie", Kind.DIRECT),
        ("Alice", "Bob", Kind.DIRECT),
    ]


def test_who_never_met_is_no_pair_and_who_said_nothing_is_not_known(
    room, alice, bob, charlie, stay
):
    stay(alice, 0, 20)
    stay(bob, 10, 40)
    stay(charlie, 30, 60)
    stay(alice, 59.9, 60)
    met = {(pair.one.name, pair.other.name): pair for pair in only(room).pairs}
    assert met.keys() == {("Alice", "Bob"), ("Bob", "Charlie")}
    assert all(pair.best.diagnosis.kind.value == "unknown" for pair in met.values())
    assert only(room).worst.value == "unknown"


def test_a_pair_tells_how_often_it_was_mended_and_that_it_met_again(room, alice, bob, stay):
    one, first, second = stay(alice, 0, 60), stay(bob, 1, 20), stay(bob, 30, 60)
    reported(one, first, restarts=1)
    [pair] = only(room).pairs
    assert spans.facts(pair) == "UDP, ready in 0.2 s, mended once, met twice"
    reported(one, second, setup_ms=400, restarts=4)
    [pair] = only(room).pairs
    assert spans.facts(pair) == "UDP, ready in 0.4 s, mended 4 times, met twice"


def test_of_who_was_never_connected_there_are_few_facts(room, alice, bob, stay):
    one = stay(alice, 0, 60)
    for came, left in ((1, 20), (30, 45), (50, 60)):
        reported(one, stay(bob, came, left), restarts=2, **NEVER_UP)
    [pair] = only(room).pairs
    assert spans.facts(pair) == "mended twice, met 3 times"
