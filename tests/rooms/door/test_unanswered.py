"""Knocks that end without an answer."""

from __future__ import annotations

import pytest

from accounts.actions import disable_user
from rooms import actions, door
from rooms.models import KNOCK_LASTS, Access, Knock, KnockEnd, Role
from tests.rooms.door.conftest import ends, knock_news, long_ago
from tests.rooms.hearing import hearing


def test_nobody_waits_for_longer_than_ten_minutes_swept_or_not(knocking, owner, charlie):
    long_ago(knocking, created_at=KNOCK_LASTS)
    assert not owner.room.knocks.waiting().exists()
    for answer in (door.admit, door.deny):
        with pytest.raises(Knock.DoesNotExist):
            answer(owner.room, charlie.pk, by=owner)
    with hearing() as heard:
        again = door.knock(owner.room, charlie)
    assert ends(knocking) == KnockEnd.EXPIRED
    assert owner.room.knocks.waiting().get() == again != knocking
    assert heard == [knock_news(knocking, "expired"), knock_news(again)]


def test_the_sweep_ends_what_is_overdue_and_tells_it_once(knocking, charlie, dave):
    patient = door.knock(knocking.room, dave)
    long_ago(knocking, created_at=KNOCK_LASTS)
    with hearing() as heard:
        door.sweep()
        door.sweep()
    assert (ends(knocking), ends(patient)) == (KnockEnd.EXPIRED, "")
    assert heard == [knock_news(knocking, "expired")]


def test_who_withdraws_may_knock_again_at_once(knocking, charlie):
    with hearing() as heard:
        door.withdraw(knocking.room, charlie)
        door.withdraw(knocking.room, charlie)
    assert ends(knocking) == KnockEnd.WITHDRAWN
    assert heard == [knock_news(knocking, "withdrawn")]
    assert door.knock(knocking.room, charlie) != knocking


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"access": Access.MEMBERS}, "room_changed"),
        ({"access": Access.OPEN}, "room_changed"),
        ({"locked": True}, "room_changed"),
        ({}, "room_closed"),
    ],
    ids=["members only", "open", "locked", "another address"],
)
def test_who_waits_is_sent_away_before_the_door_is_another(knocking, owner, charlie, change, told):
    with hearing() as heard:
        if change:
            actions.configure_room(owner.room, by=owner, **change)
        else:
            actions.renew_link(owner.room, by=owner)
    assert ends(knocking) == KnockEnd.WITHDRAWN
    assert heard[0] == knock_news(knocking, "withdrawn")
    assert [name for name, _ in heard[1:]] == [told]


def test_another_name_for_the_room_sends_nobody_away(knocking, owner):
    actions.configure_room(owner.room, by=owner, name="Orchard", access=Access.KNOCK)
    assert ends(knocking) == ""


def test_who_accepts_an_invitation_while_waiting_is_admitted_as_a_member(knocking, owner, charlie):
    _, secret = actions.invite(owner.room, by=owner)
    with hearing() as heard:
        actions.accept_invitation(secret, by=charlie)
    assert ends(knocking) == KnockEnd.ADMITTED
    assert charlie.memberships.get().role == Role.MEMBER
    assert heard == [knock_news(knocking, "admitted")]


def test_who_deletes_the_account_waits_no_more(knocking, charlie):
    told = knock_news(knocking, "withdrawn")
    with hearing() as heard:
        charlie.delete()
    assert heard == [told]
    assert not Knock.objects.exists()


def test_who_was_disabled_while_waiting_is_not_let_in(knocking, owner, charlie):
    disable_user(charlie)
    assert not owner.room.knocks.waiting().exists()
    with pytest.raises(Knock.DoesNotExist):
        door.admit(owner.room, charlie.pk, by=owner)
    # The moderators hear of it when its time is over.
    long_ago(knocking, created_at=KNOCK_LASTS)
    with hearing() as heard:
        door.sweep()
    assert heard == [knock_news(knocking, "expired")]


def test_a_room_that_is_deleted_takes_along_who_waits(knocking, owner):
    actions.close_room(owner.room, by=owner)
    assert not Knock.objects.exists()


def test_ended_knocks_are_forgotten_after_a_day_unless_their_call_still_runs(
    knocking, owner, charlie, sit
):
    door.withdraw(owner.room, charlie)
    long_ago(knocking, ended_at=door.REMEMBERED)
    door.sweep()
    assert not Knock.objects.exists()
    sit(owner.user)
    of_the_call = door.knock(owner.room, charlie)
    door.deny(owner.room, charlie.pk, by=owner)
    long_ago(of_the_call, ended_at=door.REMEMBERED)
    door.sweep()
    assert Knock.objects.get() == of_the_call
