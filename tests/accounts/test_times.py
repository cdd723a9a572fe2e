"""Moments on pages: in UTC as the server writes them, ready to be said by the reader's clock."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from accounts.templatetags.times import local
from tests.support.environment import REPOSITORY

# Half an hour before midnight in UTC.
LATE = dt.datetime(2026, 1, 6, 23, 30, 15, 987_654, tzinfo=dt.UTC)
TEMPLATES = REPOSITORY / "templates"


@pytest.mark.parametrize(
    ("shows", "text"),
    [
        ("time", "23:30 UTC"),
        ("day", "6 January 2026"),
        ("weekday", "Tuesday 6 January 2026"),
        ("brief", "Tue 6 Jan 2026"),
        ("moment", "6 Jan 2026, 23:30 UTC"),
    ],
)
def test_a_moment_is_text_in_utc_and_says_what_a_clock_needs(shows, text):
    assert local(LATE, shows) == (
        f'<time datetime="2026-01-06T23:30:15Z" data-shows="{shows}"'
        f' title="Tuesday 6 January 2026, 23:30 UTC">{text}</time>'
    )


def test_a_moment_of_another_zone_is_the_same_moment():
    east = LATE.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert local(east, "moment") == local(LATE, "moment")


def test_no_page_writes_a_moment_otherwise():
    """Mails and Django admin do, which no script of ours is in."""
    pages = [page for page in TEMPLATES.rglob("*.html") if "admin" not in page.parts]
    assert len(pages) > 50
    assert [page for page in pages if re.search(r"\|(date|time)\b", page.read_text())] == []
