"""The picture above the admin's list of calls: right for known calls, and said in a table too."""

from __future__ import annotations

import re

import pytest
from django.utils.dateformat import format as date

from rooms.admin import picture
from rooms.diagnosis import Kind

from .past_calls import DAY, NOON, past

pytestmark = pytest.mark.django_db

CALLS = "/admin/rooms/call/"


def test_the_picture_counts_what_began_on_each_day(admin):
    for kind, ago, number in (
        (Kind.DIRECT, 0, 3),
        (Kind.RELAYED, 0, 1),
        (Kind.NEVER, 3, 2),
        (Kind.BROKEN, 29, 1),
        (Kind.UNKNOWN, 29, 1),
        (Kind.ONE_SIDED, 30, 1),
    ):
        for _ in range(number):
            past(kind, NOON - ago * DAY)
    days = picture.last_days(NOON)
    assert [day.date for day in days] == [(NOON - ago * DAY).date() for ago in range(29, -1, -1)]
    known = {29 - at: day for at, day in enumerate(days) if day.calls}
    assert {ago: day.calls for ago, day in known.items()} == {29: 2, 3: 2, 0: 4}
    assert {ago: list(day.connections.values()) for ago, day in known.items()} == {
        29: [0, 0, 1, 0],
        3: [0, 0, 2, 0],
        0: [3, 1, 0, 0],
    }


def test_the_picture_is_drawn_to_scale(admin):
    for kind in (Kind.DIRECT, Kind.DIRECT, Kind.DIRECT, Kind.RELAYED):
        past(kind)
    past(Kind.NEVER, NOON - DAY)
    past(Kind.NEVER, NOON - DAY)
    drawn = picture.drawn(picture.last_days(NOON))
    bottom, full = drawn.bottom, picture.HEIGHT
    yesterday, today = drawn.calls
    assert [(bar.y + bar.height, bar.height) for bar in drawn.calls] == [
        (bottom, full / 2),
        (bottom, full),
    ]
    assert today.x - yesterday.x == picture.SLOT
    assert [(bar.of, bar.x, bar.height) for bar in drawn.shares] == [
        ("failed", yesterday.x, full),
        ("direct", today.x, full * 3 / 4),
        ("relayed", today.x, full / 4),
    ]
    _, direct, relayed = drawn.shares
    assert (direct.y + direct.height, relayed.y + relayed.height) == (bottom, direct.y)
    assert [(share.label, share.number, share.percent) for share in drawn.legend] == [
        ("Direct", 3, 50),
        ("Relayed", 1, 17),
        ("Failed", 2, 33),
        ("Not known", 0, 0),
    ]


def test_the_pictures_table_says_the_same(admin):
    past(Kind.DIRECT)
    past(Kind.NEVER, NOON - DAY)
    page = admin.get(CALLS).content.decode()
    table = page[page.index("As a table") : page.index("</details>")]
    found = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    rows = {head: re.findall(r"<td>(\d+)</td>", cells) for head, cells in found}
    assert rows[date(NOON, "j M Y")] == ["1", "1", "0", "0", "0"]
    assert rows[date(NOON - DAY, "j M Y")] == ["1", "0", "0", "1", "0"]
    assert rows["All"] == ["2", "1", "0", "1", "0"]
    assert len(rows) == picture.DAYS + 1


def test_the_picture_stands_under_the_admins_policy(admin):
    past(Kind.DIRECT)
    page = admin.get(CALLS).content.decode()
    drawing = page[page.index('class="picture"') : page.index("</details>")]
    assert "<rect" in drawing
    assert "style" not in drawing and "<script" not in drawing


def test_an_empty_picture_is_drawn_too(admin, db):
    drawn = picture.drawn(picture.last_days(NOON))
    assert (drawn.calls, drawn.shares, drawn.total, drawn.known) == ([], [], 0, 0)
    assert admin.get(CALLS).status_code == 200


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (2, 2), (3, 4), (5, 6), (7, 10), (10, 10), (11, 20), (41, 60), (99, 100), (250, 400)],
)
def test_the_scale_ends_with_a_round_number(most, top):
    assert picture.ceiling(most) == top
