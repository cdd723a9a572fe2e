"""The picture of who was there when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts.templatetags import times
from rooms import timeline
from tests.support.environment import REPOSITORY

START = datetime(2026, 1, 6, 14, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def test_each_person_has_a_lane_and_their_bars_lie_where_they_were_there():
    picture = timeline.drawn(
        at(0),
        at(60),
        [
            [timeline.Span(at(0), at(60))],
            [timeline.Span(at(15), at(30), lost=True), timeline.Span(at(45), at(60))],
        ],
    )
    assert [(bar.x, bar.width, bar.lost) for bar in picture.lanes[1].bars] == [
        (25.0, 25.0, True),
        (75.0, 25.0, False),
    ]
    assert picture.lanes[1].y - picture.lanes[0].y == timeline.LANE
    assert picture.height == timeline.AXIS + 2 * timeline.LANE
    assert [(tick.x, tick.label, tick.anchor) for tick in picture.ticks] == [
        (0.0, "14:00", "start"),
        (25.0, "14:15", "middle"),
        (50.0, "14:30", "middle"),
        (75.0, "14:45", "middle"),
        (100.0, "15:00", "end"),
    ]


def test_moments_are_seen_and_what_touches_is_one():
    spans = [timeline.Span(at(n / 100), at(n / 100 + 0.001)) for n in range(0, 6000, 1)]
    picture = timeline.drawn(at(0), at(60), [spans, [timeline.Span(at(60), at(60))]])
    assert len(picture.lanes[0].bars) == 1
    [moment] = picture.lanes[1].bars
    assert (moment.x, moment.width) == (100.0, timeline.TOUCHING)


@pytest.mark.parametrize(
    ("length", "labels"),
    [
        (timedelta(0), ["14:00:00"]),
        (timedelta(seconds=25), ["14:00:00", "14:00:10", "14:00:20"]),
        (timedelta(minutes=3), ["14:00", "14:01", "14:02", "14:03"]),
        (timedelta(hours=20), ["18:00", "00:00", "06:00"]),
        (timedelta(days=9), ["07 Jan, 00:00", "12 Jan, 00:00"]),
    ],
)
def test_the_moments_below_the_picture_are_round_and_few(length, labels):
    picture = timeline.drawn(START, START + length, [])
    assert [tick.label for tick in picture.ticks] == labels


@pytest.mark.parametrize(
    ("length", "shows", "at"),
    [
        (timedelta(seconds=25), "seconds", START + timedelta(seconds=10)),
        (timedelta(minutes=3), "time", START + timedelta(minutes=1)),
        (timedelta(days=9), "date", START.replace(day=12, hour=0)),
    ],
)
def test_a_label_says_of_which_moment_it_is_so_that_a_page_can_say_it_otherwise(length, shows, at):
    tick = timeline.drawn(START, START + length, []).ticks[1]
    assert (tick.shows, tick.at) == (shows, at)


@pytest.mark.parametrize("days", range(3, 60))
@pytest.mark.parametrize("hour", [0, 1, 12, 23])
def test_no_date_hangs_over_an_end_or_touches_another_on_a_phone(days, hour):
    """Where the picture is 200 px wide, a label takes 90, and every second one is left out."""
    start = START.replace(hour=hour)
    free = 0.0
    for tick in timeline.drawn(start, start + timedelta(days=days), []).ticks[::2]:
        before = {"start": 0, "middle": 22.5, "end": 45}[tick.anchor]
        assert tick.x - before >= free - 0.5
        free = tick.x - before + 45
    assert free <= 100.5


def test_every_moment_has_a_form_of_the_browsers_clock():
    clock = (REPOSITORY / "static/js/site/clock.js").read_text()
    [forms] = re.findall(r"^const FORMS = \{$(.*?)^\};$", clock, re.M | re.S)
    known = set(re.findall(r"^  (\w+):", forms, re.M))
    assert {"time", "whole"} < known
    assert timeline._LABELS.keys() | times._FORMS.keys() <= known
