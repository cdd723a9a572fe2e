"""Who was in a call, for how long, and how they left."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from rooms.models import Call
from tests.rooms.history.conftest import at, only, reported


def test_people_come_in_order_with_how_long_and_how_they_left(room, alice, bob, charlie, stay):
    stay(alice, 0, 60, "ended")
    stay(bob, 5, 30, "lost")
    stay(charlie, 10, 20, "removed")
    people = [(one.name, one.came, one.left, one.inside, one.how) for one in only(room).people]
    assert people == [
        ("Alice", at(0), at(60), timedelta(minutes=60), "The call was ended for all"),
        ("Bob", at(5), at(30), timedelta(minutes=25), "Lost the connection"),
        ("Charlie", at(10), at(20), timedelta(minutes=10), "Was removed"),
    ]


def test_who_came_back_or_sat_there_twice_is_one_person(room, alice, stay):
    stay(alice, 0, 10, "lost")
    stay(alice, 20, 40, "replaced")
    stay(alice, 30, 50)
    [alices] = only(room).people
    assert (alices.came, alices.left, alices.how) == (at(0), at(50), "Left")
    assert alices.inside == timedelta(minutes=40)
    assert [(span.start, span.end, span.lost) for span in alices.spans] == [
        (at(0), at(10), True),
        (at(20), at(50), False),
    ]


def test_who_has_no_account_any_more_is_a_deleted_account(room, alice, bob, charlie, stay):
    stays = [stay(person, number, 60) for number, person in enumerate((alice, bob, charlie))]
    reported(stays[1], stays[2])
    bob.delete()
    charlie.delete()
    call = only(room)
    # Nobody can tell whether the two are one.
    assert call.names == ["Alice", "Deleted account", "Deleted account"]
    assert [person.user_id for person in call.people] == [alice.pk, None, None]


def test_a_running_call_has_no_end(room, call, alice, bob, stay):
    Call.objects.update(ended_at=None)
    first = stay(alice, 0, None)
    second = stay(bob, 5, None, away_since=timezone.now())
    running = only(room)
    assert running.ended_at is None
    assert [(one.how, one.left) for one in running.people] == [
        ("Still inside", None),
        ("Away for the moment", None),
    ]
    assert running.length > timedelta()
    assert running.pairs == [], "they are still connected"
    reported(first, second, state="failed", setup_ms=None)
    assert len(only(room).pairs) == 1
