"""What this worker should have heard by now: a bus loses news, and nothing stays so for that.

Each question is one query for all sockets of the worker; only who is in doubt is asked about alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Device
from rooms import patience, policy
from rooms.models import (
    Hold,
    Knock,
    KnockEnd,
    Membership,
    MembershipQuerySet,
    Message,
    Room,
)
from rooms.policy import Entry, Standing
from signaling import admission, news
from signaling.database import DatabaseAway, in_database
from signaling.endings import Refused
from signaling.hub import Hub
from signaling.messages import ChatFrom, RoomChanged
from signaling.peers import Member, OwnKnock, RoomPeers, Socket
from signaling.presence import chat_of, room_now

# Whoever lacks more than these sees by their numbers that there is more.
MISSED_MOST = 20


@dataclass(frozen=True)
class Truth:
    """What the database says; by the room's slug where nothing else is said."""

    # By room, device, and what the user's sign-ins must match.
    roles: dict[tuple[str, str, int], str]
    # The last two of these, of all who are signed in.
    signed_in: set[tuple[str, int]]
    # Rooms and users.
    banned: set[tuple[str, int]]
    rooms: dict[str, RoomChanged]
    held: defaultdict[str, set[int]]
    knocking: defaultdict[str, dict[int, str]]
    # The knocks that are waiting, by their own ids.
    knocks: set[int]
    newest: dict[str, int]

    def role(self, member: Member) -> str | None:
        """None for who has no place there, or is signed out."""
        return self.roles.get((member.slug, member.device, member.auth_version))

    def lets_stay(self, member: Member) -> bool:
        """False for who is to be asked about alone, and hears why."""
        if self.role(member) is not None:
            return True
        signed_in = (member.device, member.auth_version) in self.signed_in
        stranger = member.role in ("", Standing.STRANGER)
        return signed_in and stranger and self._has_a_door(member)

    def _has_a_door(self, member: Member) -> bool:
        room = self.rooms.get(member.slug)
        if room is None or (member.slug, member.user) in self.banned:
            return False
        door = Room(access=str(room.access), locked=bool(room.locked))
        return policy.entry(None, door) is not Entry.NOTHING


async def recheck(hub: Hub, fresh: set[str]) -> None:
    """Heals what was lost. Whoever hears news of a room meanwhile adds it to `fresh`.

    Raises DatabaseAway.
    """
    fresh.clear()
    sockets = hub.sockets()
    if not sockets:
        return
    truth = await in_database(look, {socket.member for socket in sockets})
    for slug, room in hub.rooms().items():
        # What was read may be older than the news.
        if slug not in fresh and slug in truth.rooms:
            _heal(hub, slug, room, truth)
            if room.newest is not None and room.newest < truth.newest[slug]:
                await _catch_up(hub, slug, room.newest)
                # What was deleted since is not looked for again.
                room.newest = max(room.newest, truth.newest[slug])
    for socket in sockets:
        if not truth.lets_stay(socket.member):
            await _ask_again(hub, socket)
        if socket.knock is not None and socket.knock.id not in truth.knocks:
            await _answer(socket, socket.knock)


def look(members: Collection[Member]) -> Truth:
    slugs = {member.slug for member in members}
    devices = {member.device for member in members}
    held: defaultdict[str, set[int]] = defaultdict(set)
    holds = Hold.objects.filter(call__room__slug__in=slugs, call__ended_at__isnull=True)
    for slug, user in holds.values_list("call__room__slug", "user_id"):
        held[slug].add(user)
    knocking: defaultdict[str, dict[int, str]] = defaultdict(dict)
    knocks = list(Knock.objects.waiting().filter(room__slug__in=slugs))
    for knock in knocks:
        knocking[knock.room.slug][knock.user_id] = knock.user.name
    rooms = list(Room.objects.filter(slug__in=slugs))
    places = Membership.objects.filter(room__slug__in=slugs)
    return Truth(
        roles=_roles(places, devices),
        signed_in=_signed_in(devices),
        banned=set(places.banned().values_list("room__slug", "user_id")),
        rooms={room.slug: room_now(room) for room in rooms},
        held=held,
        knocking=knocking,
        knocks={knock.pk for knock in knocks},
        newest={room.slug: room.last_message for room in rooms},
    )


def _roles(places: MembershipQuerySet, devices: set[str]) -> dict[tuple[str, str, int], str]:
    here = places.standing().filter(
        user__is_active=True, user__devices__pk__in=devices, user__devices__ended_at__isnull=True
    )
    rows = here.values_list("room__slug", "user__devices__pk", "user__auth_version", "role")
    return {(slug, str(device), version): role for slug, device, version, role in rows}


def _signed_in(devices: set[str]) -> set[tuple[str, int]]:
    live = Device.objects.live().filter(pk__in=devices, user__is_active=True)
    return {(str(pk), version) for pk, version in live.values_list("pk", "user__auth_version")}


def _heal(hub: Hub, slug: str, room: RoomPeers, truth: Truth) -> None:
    now = truth.rooms[slug]
    if room.told not in (None, now):
        news.change_room(hub, slug, now)
    else:
        # Who came while the news was on its way was no stranger yet.
        news.shut_out(hub, list(room.sockets), now)
    if now.hides_addresses is True:
        room.hide_addresses(True)
    roles = {
        socket.member.user: role
        for socket in room.sockets
        if (role := truth.role(socket.member)) and socket.member.role not in ("", role)
    }
    if roles:
        news.change_roles(hub, slug, roles)
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


async def _answer(socket: Socket, knock: OwnKnock) -> None:
    """For who waits for an answer that was given already."""
    if knock.id is not None and (ended := await in_database(_ended_knock, knock.id)) is not None:
        news.answer(socket, knock.id, *ended)


def _ended_knock(id: int) -> tuple[str, int | None] | None:
    """How it ended, and for how long no other is heard; None while it waits."""
    knock = Knock.objects.exclude(end="").select_related("room", "user").filter(pk=id).first()
    if knock is None:
        return None
    if knock.end != KnockEnd.DENIED:
        return knock.end, 0
    return knock.end, patience.after_denials(knock.room, knock.user, timezone.now())
