"""Strangers before a door that changes while they come: what they hear, and who is asked anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.models import Device, User
from rooms import actions, seats
from rooms.models import Access, Knock, KnockEnd, LeaveReason, Membership, Participant, Room
from signaling import admission, bus, news, recheck
from signaling.database import in_database
from signaling.endings import REMOVED, Refused
from signaling.entrance import Entrance
from signaling.messages import Denied
from signaling.outbox import Message, Outbox
from signaling.peers import Member, OwnKnock, Socket
from signaling.presence import room_now
from signaling.session import Session, Standing
from signaling.worker import worker

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Scene:
    """Alice's open room, and Charlie who has its link."""

    room: Room
    device: Device
    member: Member

    def configure(self, **changes: Any) -> None:
        """Without any news of it."""
        Room.objects.filter(pk=self.room.pk).update(**changes)


@pytest.fixture
def scene() -> Scene:
    alice, charlie = (User.objects.create_user(name) for name in ("alice", "charlie"))
    room = actions.create_room(name="Garden plan", by=alice)
    Room.objects.update(access=Access.OPEN)
    room.refresh_from_db()
    device = charlie.devices.create(name="Browser")
    member = Member(
        peer="charlie-1",
        slug=room.slug,
        user=charlie.pk,
        name="",
        role="",
        device=str(device.pk),
        auth_version=charlie.auth_version,
    )
    return Scene(room, device, member)


class Line(Socket):
    """A socket, and what went out of it."""

    def __init__(self, member: Member) -> None:
        self.said: list[dict[str, Any]] = []
        super().__init__(member, Outbox(self.transport, cut=lambda: None))

    async def transport(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            self.said.append(json.loads(message["text"]))


@pytest.fixture
async def line(scene: Scene) -> AsyncIterator[Line]:
    """Charlie's socket, before anything is known of him."""
    line = Line(scene.member)
    worker.hub.connect(line)
    yield line
    worker.hub.disconnect(line)


def closes(scene: Scene, access: Access) -> bus.RoomChanged:
    room = Room(name=scene.room.name, access=access)
    return bus.RoomChanged(scene.room.slug, room_now(room))


async def entrance(line: Line) -> Entrance:
    """As the database sees it now; the news that comes next is no news to it."""
    admitted = await in_database(admission.admit, line.member)
    session = Session(line.member.peer, standing=lambda peer: Standing.GONE, now=0)
    return Entrance(line, session, admitted)


async def greeted(entrance: Entrance) -> None:
    entrance.socket.member = entrance.admitted.member
    await entrance.greet()
    entrance.stop()


async def test_who_comes_while_the_door_is_closed_looks_inside_no_more(scene: Scene, line: Line):
    coming = await entrance(line)
    news.take(worker.hub, closes(scene, Access.KNOCK))
    await greeted(coming)
    [welcome] = line.said
    assert welcome["room"] == {"slug": scene.room.slug, "name": "Garden plan"}
    assert (line.outside, welcome["present"], welcome["iceServers"]) == (True, [], [])
    worker.hub.end_seats(scene.room.slug, {"alice-1": "left"})
    assert line.said == [welcome]


async def test_who_comes_while_the_room_is_made_its_members_is_turned_out(scene: Scene, line: Line):
    coming = await entrance(line)
    news.take(worker.hub, closes(scene, Access.MEMBERS))
    await greeted(coming)
    assert [frame.get("code") for frame in line.said] == ["removed"]
    assert line.outbox.closed


async def test_a_closed_door_is_found_by_the_re_check_whatever_was_told(scene: Scene, line: Line):
    await greeted(await entrance(line))
    assert not line.outside
    room = worker.hub.rooms()[scene.room.slug]
    await sync_to_async(scene.configure)(access=Access.KNOCK)
    # The news was here while Charlie was not known to be a stranger.
    room.told = room_now(await sync_to_async(Room.objects.get)())
    await recheck.recheck(worker.hub, set())
    assert line.outside


async def test_the_re_check_answers_the_own_knock_and_no_other(scene: Scene, line: Line):
    charlie = await User.objects.aget(pk=scene.member.user)
    old = await Knock.objects.acreate(room=scene.room, user=charlie, end=KnockEnd.EXPIRED)
    line.member = replace(scene.member, role="stranger")
    line.knock = making = OwnKnock()
    await recheck.recheck(worker.hub, set())
    line.knock = own = OwnKnock()
    mine = await Knock.objects.acreate(room=scene.room, user=charlie)
    own.known_as(mine.pk)
    await recheck.recheck(worker.hub, set())
    assert not (making.answer.done() or own.answer.done())
    # Another page of the same person knocks already.
    await Knock.objects.filter(pk=mine.pk).aupdate(end=KnockEnd.EXPIRED)
    await Knock.objects.acreate(room=scene.room, user=charlie)
    await recheck.recheck(worker.hub, set())
    assert own.answer.result() == Denied(reason="expired", retry_after=0)
    assert old.pk != mine.pk


async def test_what_was_deleted_is_not_looked_for_again(scene: Scene, line: Line):
    await greeted(await entrance(line))
    await sync_to_async(scene.configure)(last_message=7)
    await recheck.recheck(worker.hub, set())
    assert worker.hub.rooms()[scene.room.slug].newest == 7


def doubt(scene: Scene, **member: Any) -> bool:
    """Whether they are asked about alone, which is slow."""
    someone = replace(scene.member, role="stranger", **member)
    return not recheck.look({someone}).lets_stay(someone)


@pytest.mark.parametrize("access", [Access.OPEN, Access.KNOCK])
def test_strangers_at_a_door_that_is_there_for_them_are_in_no_doubt(scene: Scene, access: Access):
    scene.configure(access=access)
    assert not doubt(scene)
    scene.configure(locked=True)
    assert not doubt(scene)


def ways_out(scene: Scene) -> Iterator[None]:
    scene.configure(access=Access.MEMBERS)
    yield
    scene.configure(access=Access.OPEN)
    ban = Membership.objects.create(
        room=scene.room, user_id=scene.member.user, banned_at=timezone.now()
    )
    yield
    ban.delete()
    User.objects.filter(pk=scene.member.user).update(is_active=False)
    yield
    User.objects.filter(pk=scene.member.user).update(is_active=True)
    Device.objects.filter(pk=scene.device.pk).update(ended_at=timezone.now())
    yield


def test_strangers_for_whom_there_is_nothing_are(scene: Scene):
    assert doubt(scene, auth_version=scene.member.auth_version + 1)
    assert doubt(scene, slug="another-address")
    for _ in ways_out(scene):
        assert doubt(scene)


def test_whose_place_has_ended_is_asked_about_also_where_strangers_may_come(scene: Scene):
    was = replace(scene.member, role="guest")
    assert not recheck.look({was}).lets_stay(was)


async def test_what_changes_while_a_seat_is_being_taken_is_in_what_its_owner_hears(
    scene: Scene, line: Line
):
    coming, loop = await entrance(line), asyncio.get_running_loop()
    await in_database(seats.renew, worker.id, started_at=timezone.now(), held=())

    def take_and_change(room: Room, **seat: Any) -> seats.Seating:
        seating = seats.take_seat(room, **seat)
        scene.configure(hides_addresses=True)
        now = bus.RoomChanged(room.slug, room_now(Room.objects.get(pk=room.pk)))
        loop.call_soon_threadsafe(news.take, worker.hub, now)
        return seating

    async with coming.seating(take_and_change) as seating:
        assert seating.room.hides_addresses
        assert [seat.pk for seat in seating.participants] == [line.member.peer]


async def test_whose_seat_ends_while_it_is_being_taken_hears_how(scene: Scene, line: Line):
    coming, loop = await entrance(line), asyncio.get_running_loop()
    await in_database(seats.renew, worker.id, started_at=timezone.now(), held=())

    def take_and_end(room: Room, **seat: Any) -> seats.Seating:
        seating = seats.take_seat(room, **seat)
        taken = Participant.objects.filter(pk=line.member.peer)
        taken.update(left_at=timezone.now(), leave_reason=LeaveReason.REMOVED)
        loop.call_soon_threadsafe(news.take, worker.hub, bus.HoldsChanged(room.slug, []))
        return seating

    with pytest.raises(Refused) as refused:
        async with coming.seating(take_and_end):
            raise AssertionError("there is no seat")
    assert refused.value.ending == REMOVED
