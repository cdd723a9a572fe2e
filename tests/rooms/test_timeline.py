"""The picture of who was there when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rooms import timeline

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
        (timedelta(days=9), ["07 Jan", "10 Jan", "13 Jan"]),
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
        (timedelta(days=9), "date", START.replace(day=10, hour=0)),
    ],
)
def test_a_label_says_of_which_moment_it_is_so_that_a_page_can_say_it_otherwise(length, shows, at):
    tick = timeline.drawn(START, START + length, []).ticks[1]
    assert (tick.shows, tick.at) == (shows, at)
