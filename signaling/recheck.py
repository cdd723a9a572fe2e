"""What this worker should have heard by now: a bus loses news, and nothing stays so for that.

Each question is one query for all sockets of the worker; only who is in doubt is asked about alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from rooms.door import patience
from rooms.models import Hold, Knock, KnockEnd, Membership, Message, Room
from signaling import admission, news
from signaling.database import DatabaseAway, in_database
from signaling.endings import Refused
from signaling.hub import Hub
from signaling.messages import ChatFrom, RoomChanged
from signaling.peers import Member, RoomPeers, Socket
from signaling.presence import chat_of, room_now

# Whoever lacks more than these sees by their numbers that there is more.
MISSED_MOST = 20


@dataclass(frozen=True)
class Truth:
    """What the database says; all but `roles` is by the room's slug."""

    # By room, device, and what the user's sign-ins must match.
    roles: dict[tuple[str, str, int], str]
    rooms: dict[str, RoomChanged]
    held: defaultdict[str, set[int]]
    knocking: defaultdict[str, dict[int, str]]
    newest: dict[str, int]

    def role(self, member: Member) -> str | None:
        """None for who has no place there, or is signed out."""
        return self.roles.get((member.slug, member.device, member.auth_version))


async def recheck(hub: Hub, fresh: set[str]) -> None:
    """Heals what was lost. Whoever hears news of a room meanwhile adds it to `fresh`.

    Raises DatabaseAway.
    """
    sockets = hub.sockets()
    if not sockets:
        return
    fresh.clear()
    truth = await in_database(look, {socket.member for socket in sockets})
    for slug, room in hub.rooms().items():
        # What was read may be older than the news.
        if slug not in fresh and slug in truth.rooms:
            _heal(hub, slug, room, truth)
            if room.newest is not None and room.newest < truth.newest[slug]:
                await _catch_up(hub, slug, room.newest)
    for socket in sockets:
        if truth.role(socket.member) is None:
            await _ask_again(hub, socket)
        if socket.member.user not in truth.knocking[socket.member.slug]:
            await _answer(socket)


def look(members: Collection[Member]) -> Truth:
    slugs = {member.slug for member in members}
    here = Membership.objects.standing().filter(
        room__slug__in=slugs,
        user__is_active=True,
        user__devices__pk__in={member.device for member in members},
        user__devices__ended_at__isnull=True,
    )
    roles = here.values_list("room__slug", "user__devices__pk", "user__auth_version", "role")
    held: defaultdict[str, set[int]] = defaultdict(set)
    holds = Hold.objects.filter(call__room__slug__in=slugs, call__ended_at__isnull=True)
    for slug, user in holds.values_list("call__room__slug", "user_id"):
        held[slug].add(user)
    knocking: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for knock in Knock.objects.waiting().filter(room__slug__in=slugs):
        knocking[knock.room.slug][knock.user_id] = knock.user.name
    rooms = list(Room.objects.filter(slug__in=slugs))
    return Truth(
        roles={(slug, str(device), version): role for slug, device, version, role in roles},
        rooms={room.slug: room_now(room) for room in rooms},
        held=held,
        knocking=knocking,
        newest={room.slug: room.last_message for room in rooms},
    )


def _heal(hub: Hub, slug: str, room: RoomPeers, truth: Truth) -> None:
    now = truth.rooms[slug]
    if room.told not in (None, now):
        news.change_room(hub, slug, now)
    if now.hides_addresses is True:
        room.hide_addresses(True)
    roles = {
        socket.member.user: role
        for socket in room.sockets
        if (role := truth.role(socket.member)) and socket.member.role not in ("", role)
    }
    if roles:
        hub.change_roles(slug, roles)
    if room.seats and room.held != truth.held[slug]:
        hub.hold(slug, truth.held[slug])
    _heal_knocks(hub, slug, room.knocking, truth.knocking[slug])


def _heal_knocks(hub: Hub, slug: str, told: dict[int, str], waiting: dict[int, str]) -> None:
    gone = {user: name for user, name in told.items() if user not in waiting}
    come = {user: name for user, name in waiting.items() if user not in told}
    for user, name in gone.items():
        news.tell_doorkeepers(hub, slug, user=user, name=name, waiting=False)
    for user, name in come.items():
        news.tell_doorkeepers(hub, slug, user=user, name=name, waiting=True)


async def _catch_up(hub: Hub, slug: str, newest: int) -> None:
    """Says what was written since: where nothing is written any more, no gap would show."""
    for chat in await in_database(_written_since, slug, newest):
        hub.write(slug, chat.message.user or 0, chat)


def _written_since(slug: str, newest: int) -> list[ChatFrom]:
    missed = Message.objects.filter(room__slug=slug).after(newest).order_by("-number")
    return [chat_of(row) for row in reversed(missed[:MISSED_MOST])]


async def _ask_again(hub: Hub, socket: Socket) -> None:
    try:
        await in_database(admission.ask_again, socket.member)
    except DatabaseAway:
        raise
    except Refused as refusal:
        hub.turn_out([socket], refusal.ending)


async def _answer(socket: Socket) -> None:
    """For who waits for an answer that was given already."""
    if socket.answer is not None:
        ended = await in_database(_ended_knock, socket.member)
        if ended is not None:
            news.answer(socket, *ended)


def _ended_knock(member: Member) -> tuple[str, int | None] | None:
    """How the newest knock ended, and for how long no other is heard; None while it waits."""
    knocks = Knock.objects.filter(room__slug=member.slug, user=member.user)
    knock = knocks.select_related("room", "user").last()
    if knock is None or not knock.end:
        return None
    if knock.end != KnockEnd.DENIED:
        return knock.end, 0
    return knock.end, patience(knock.room, knock.user, timezone.now())
