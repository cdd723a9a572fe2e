"""What is said of a pair's connection, for each way in which it can have gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rooms.diagnosis import Diagnosis, Kind, Mender, best, diagnose, troubles
from rooms.models import ConnectionReport

Said = dict[str, Any]

UP: Said = {
    "state": "connected",
    "local_type": "host",
    "remote_type": "srflx",
    "protocol": "udp",
    "setup_ms": 180,
    "bytes_sent": 500_000,
    "bytes_received": 500_000,
}
RELAYED = UP | {"local_type": "relay"}
OVER_TCP = RELAYED | {"protocol": "tcp"}
OVER_TLS = RELAYED | {"protocol": "tls"}
THEIR_RELAY = UP | {"remote_type": "relay"}
DOWN: Said = {"state": "failed", "setup_ms": None}
BROKEN = UP | {"state": "disconnected"}
SILENT = UP | {"bytes_received": 0}


def report(said: Said | None) -> ConnectionReport | None:
    return None if said is None else ConnectionReport(**said)


def of(one: Said | None, other: Said | None, **more: Any) -> Diagnosis:
    return diagnose(report(one), report(other), names=("Alice", "Bob"), **more)


def failing(*codes: int) -> Said:
    return DOWN | {"ice_errors": list(codes)}


@pytest.mark.parametrize(
    ("one", "other", "kind", "mender", "words"),
    [
        (UP, UP, Kind.DIRECT, Mender.NOBODY, "Straight from one to the other: nothing"),
        (UP, None, Kind.DIRECT, Mender.NOBODY, "nothing to do"),
        (UP, BROKEN, Kind.DIRECT, Mender.NOBODY, "nothing to do"),
        (UP | {"restarts": 2}, UP, Kind.DIRECT, Mender.NOBODY, "nothing to do"),
        (UP | {"restarts": 2}, UP | {"restarts": 1}, Kind.DIRECT, Mender.PEOPLE, "often mended"),
        (RELAYED, THEIR_RELAY, Kind.RELAYED, Mender.NOBODY, "blocks direct calls or someone hides"),
        (None, THEIR_RELAY, Kind.RELAYED, Mender.NOBODY, "Through the relay"),
        (OVER_TCP, THEIR_RELAY, Kind.RELAYED, Mender.NETWORK, "network of Alice can allow UDP"),
        (THEIR_RELAY, OVER_TLS, Kind.RELAYED, Mender.NETWORK, "network of Bob can allow UDP"),
        (None, None, Kind.UNKNOWN, Mender.NOBODY, "Neither end has said"),
        (BROKEN, BROKEN, Kind.BROKEN, Mender.PEOPLE, "until the path broke"),
        (BROKEN, None, Kind.BROKEN, Mender.PEOPLE, "network of Bob went away"),
        (None, BROKEN, Kind.BROKEN, Mender.PEOPLE, "network of Alice went away"),
        (UP, DOWN, Kind.ONE_SIDED, Mender.PEOPLE, "Nothing reached Bob"),
        (DOWN, UP, Kind.ONE_SIDED, Mender.PEOPLE, "Nothing reached Alice"),
        (SILENT, UP, Kind.ONE_SIDED, Mender.PEOPLE, "Nothing reached Alice"),
        (UP, SILENT, Kind.ONE_SIDED, Mender.PEOPLE, "Nothing reached Bob"),
        (SILENT, SILENT, Kind.DIRECT, Mender.NOBODY, "nothing to do"),
        (SILENT, UP | {"bytes_sent": 900}, Kind.DIRECT, Mender.NOBODY, "nothing to do"),
        (SILENT, None, Kind.DIRECT, Mender.NOBODY, "nothing to do"),
        (DOWN, DOWN, Kind.NEVER, Mender.OPERATOR, "no relay to help: whoever runs this server"),
        (failing(401), DOWN, Kind.NEVER, Mender.OPERATOR, "check the relay's secret"),
        (failing(701, 403), failing(701), Kind.NEVER, Mender.OPERATOR, "the relay's secret"),
        (DOWN, failing(486), Kind.NEVER, Mender.OPERATOR, "The relay was full"),
        (failing(500, 701), DOWN, Kind.NEVER, Mender.OPERATOR, "answered with an error"),
        (failing(701), DOWN, Kind.NEVER, Mender.NETWORK, "did not answer Alice"),
        (DOWN, failing(701), Kind.NEVER, Mender.NETWORK, "did not answer Bob"),
        (failing(701), failing(600), Kind.NEVER, Mender.OPERATOR, "whoever runs this server"),
        (failing(701), None, Kind.NEVER, Mender.OPERATOR, "whoever runs this server"),
    ],
)
def test_each_pair_of_halves_has_a_class_a_sentence_and_who_can_mend_it(
    one: Said | None, other: Said | None, kind: Kind, mender: Mender, words: str
):
    found = of(one, other)
    assert (found.kind, found.mender) == (kind, mender)
    assert words in found.sentence
    assert found.sentence[0].isupper()
    assert found.sentence.count(".") == 1, "one sentence"


def test_who_met_for_a_moment_only_is_no_failure():
    assert of(DOWN, DOWN, together=timedelta(seconds=9)).kind is Kind.UNKNOWN
    assert of(DOWN, DOWN, together=timedelta(seconds=10)).kind is Kind.NEVER
    assert of(UP, UP, together=timedelta(seconds=2)).kind is Kind.DIRECT


@pytest.mark.parametrize(
    ("times", "kind", "said"),
    [
        ("", Kind.UNKNOWN, []),
        ("unknown", Kind.UNKNOWN, []),
        ("direct", Kind.DIRECT, []),
        ("unknown direct relayed", Kind.DIRECT, []),
        ("relayed unknown", Kind.RELAYED, []),
        ("never direct", Kind.DIRECT, ["the first of 2 times: never connected"]),
        ("direct broken", Kind.DIRECT, ["the last of 2 times: broke off"]),
        ("broken relayed broken", Kind.RELAYED, ["2 of 3 times: broke off"]),
        ("direct one_sided direct", Kind.DIRECT, ["1 of 3 times: one way only"]),
        ("never unknown", Kind.NEVER, []),
        ("never never", Kind.NEVER, []),
        ("never broken", Kind.BROKEN, ["the first of 2 times: never connected"]),
        (
            "broken never one_sided direct",
            Kind.DIRECT,
            [
                "1 of 4 times: never connected",
                "1 of 4 times: one way only",
                "the first of 4 times: broke off",
            ],
        ),
    ],
)
def test_who_met_again_is_called_by_the_best_and_told_of_the_rest(
    times: str, kind: Kind, said: list[str]
):
    by_word = {kind.value: kind for kind in Kind}
    found = [Diagnosis(by_word[word], "", Mender.NOBODY) for word in times.split()]
    assert best(found) is kind
    assert [trouble.said for trouble in troubles(found)] == said


def test_of_several_troubles_alike_the_last_one_is_told():
    refused, away = of(failing(401), DOWN), of(failing(701), failing(701))
    [trouble] = troubles([refused, of(UP, UP), away])
    assert (trouble.times, trouble.diagnosis) == ("2 of 3 times", away)


def test_what_counts_as_a_failure():
    assert {kind for kind in Kind if kind.is_failure} == {
        Kind.BROKEN,
        Kind.ONE_SIDED,
        Kind.NEVER,
    }


def test_each_class_has_a_word_and_a_label():
    words = {kind.value: kind.label for kind in Kind}
    assert words == {
        "unknown": "Not known",
        "direct": "Direct",
        "relayed": "Relayed",
        "broken": "Broke off",
        "one_sided": "One way only",
        "never": "Never connected",
    }
