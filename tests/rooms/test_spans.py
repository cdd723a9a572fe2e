"""Lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rooms.templatetags import spans


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        # Below ten minutes to the second ...
        (0.2, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (110, "1 min 50 s"),
        (120, "2 min"),
        (599.4, "9 min 59 s"),
        # ... and from there on to the minute, whichever is nearer.
        (599.6, "10 min"),
        (629, "10 min"),
        (631, "11 min"),
        (3569, "59 min"),
        (3571, "1 h"),
        (3840, "1 h 4 min"),
        (86_399, "24 h"),
        (90_060, "25 h 1 min"),
    ],
)
def test_lengths_are_spelt_as_people_say_them(seconds, said):
    assert spans.spelt(timedelta(seconds=seconds)) == said
