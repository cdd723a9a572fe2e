"""The whole policy over every real way in: who may, does; who may not, changes nothing.

The policy's tables say what is expected. A deed without a way, or without a sentence that says why
there is none, fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.test import Client

from rooms import policy
from rooms.models import Access
from rooms.policy import Deed, Standing
from tests.attacks.deeds import LOOKING, NO_WAY, TO_A_PERSON, TO_THE_ROOM
from tests.attacks.scene import Scene, browser_of
from tests.attacks.ways import Attempt, Way

pytestmark = pytest.mark.django_db

Who = Standing | None
STANDINGS: tuple[Who, ...] = (*Standing, None)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """One for all: each try is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Scene(Access.MEMBERS)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browsers(scene: Scene) -> dict[Who, Client]:
    return {None: browser_of(None)} | {who: browser_of(scene.actors[who]) for who in Standing}


def everything() -> list[list[tuple[Any, ...]]]:
    """All rows of ours."""
    models = cast("list[type[Model]]", list(apps.get_app_config("rooms").get_models()))
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


def may(way: Way, who: Who, whom: Who) -> bool:
    """What the tables say; staff works in the admin, and nobody else does."""
    if who is None or (way.kind == "admin") != (who is Standing.STAFF):
        return False
    if way.deed == "leave":
        return who in policy.MAY_LEAVE
    if whom is None:
        return who in policy.TO_THE_ROOM[way.deed]
    return whom in policy.TO_A_PERSON[way.deed].get(who, policy.NOBODY)


def whoms(way: Way, who: Who) -> list[Standing]:
    """All of them for whom the tables tell apart; to the rest it is refused, to whomever."""
    told_apart = who in policy.INSIDERS or (way.kind == "admin" and who is Standing.STAFF)
    return list(Standing) if told_apart else [Standing.MEMBER]


def try_it(way: Way, attempt: Attempt, who: Who, whom: Who = None) -> None:
    """Does it, looks at what has become of it, and undoes it."""
    story = f"{way} by {who} to {whom}"
    with transaction.atomic():
        way.prepare(attempt)
        before = everything()
        does = may(way, who, whom) and (whom is None or whom in way.to)
        assert not does or way in LOOKING or not way.done(attempt, None), f"{story}: is so already"
        answer = way.send(attempt)
        assert getattr(answer, "status_code", 0) < 500, story
        if does:
            assert way.done(attempt, answer), f"{story}: {answer}"
        elif not may(way, who, whom):
            assert everything() == before, story
            assert_refused(way, who, attempt, answer, story)
        transaction.set_rollback(True)
    attempt.scene.room.refresh_from_db()


def assert_refused(way: Way, who: Who, attempt: Attempt, answer: Any, story: str) -> None:
    if way in LOOKING:
        assert not way.done(attempt, answer), story
    if way.kind == "socket" or not way.names_the_room:
        return
    expected = {404}
    if who in policy.INSIDERS:
        # Who sees the room may see a page without what is not for them.
        expected = {403, 404, 200} if way.kind == "page" or way.in_part else {403, 404}
    if who is None or way.kind == "admin":
        expected = {302, 401, 403}
    assert answer.status_code in expected, f"{story}: {answer}"


@pytest.mark.parametrize("way", [*LOOKING, *TO_THE_ROOM], ids=str)
def test_what_is_done_to_the_room_is_done_by_whom_the_table_names(way, scene, browsers):
    for who in STANDINGS:
        actor = scene.actors[who] if who else None
        try_it(way, Attempt(scene, actor, browsers[who]), who)


@pytest.mark.parametrize("way", TO_A_PERSON, ids=str)
def test_what_is_done_to_people_is_done_by_whom_and_to_whom_the_table_names(way, scene, browsers):
    for who in STANDINGS:
        actor = scene.actors[who] if who else None
        for whom in whoms(way, who):
            try_it(way, Attempt(scene, actor, browsers[who], scene.others[whom]), who, whom)


def test_every_deed_has_a_way_of_each_kind_or_a_reason_why_it_has_none():
    known = {(way.deed, way.kind) for way in (*LOOKING, *TO_THE_ROOM, *TO_A_PERSON)}
    wanted = set()
    for deed in Deed:
        doers = policy.TO_THE_ROOM.get(deed) or frozenset(policy.TO_A_PERSON[deed])
        wanted |= {(deed, "admin")} if Standing.STAFF in doers else set()
        wanted |= {(deed, "page"), (deed, "api")} if doers - {Standing.STAFF} else set()
    assert wanted - known == set(NO_WAY)
