"""What is done to rooms and memberships: atomic, under the room's lock, told on commit."""

from __future__ import annotations

import secrets
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from rooms import door, policy, seats, signals
from rooms.locking import as_of_now, locked, permitted, require
from rooms.models import (
    Act,
    Invitation,
    LeaveReason,
    Membership,
    Participant,
    Role,
    Room,
    new_slug,
)
from rooms.places import give, part, turn_off
from rooms.policy import Actor, Deed
from rooms.record import note


class CallRunning(Exception):  # noqa: N818 - it is an answer, not a fault
    """Somebody is inside; what is asked for would tear them apart."""


class Chosen(TypedDict, total=False):
    """What can be chosen of a room."""

    name: str
    capacity: int
    locked: bool
    access: str
    hides_addresses: bool
    has_chat: bool
    chat_days: int


# Who may choose it.
CHOSEN_BY = {
    "name": Deed.CONFIGURE,
    "capacity": Deed.CONFIGURE,
    "locked": Deed.LOCK,
    "access": Deed.SET_ACCESS,
    "hides_addresses": Deed.SET_ACCESS,
    "has_chat": Deed.SET_CHAT,
    "chat_days": Deed.SET_CHAT,
}


@transaction.atomic
def create_room(*, by: User, **chosen: Unpack[Chosen]) -> Room:
    room = Room.objects.create(**chosen)
    Membership.objects.create(room=room, user=by, role=Role.OWNER)
    note(Act.MAKE, room=room, by=by)
    return room


@transaction.atomic
def configure_room(room: Room, *, by: Actor, **chosen: Unpack[Chosen]) -> Room:
    """The room as it is afterwards; what is not given stays."""
    room = locked(room)
    as_of_now(by, room)
    changed = {name for name, value in chosen.items() if getattr(room, name) != value}
    require(all(policy.may(by, CHOSEN_BY[name]) for name in changed))
    for name in changed:
        setattr(room, name, chosen[name])  # type: ignore[literal-required]
    if changed & {"access", "locked"}:
        # Another door than the one they knocked at. Whom it lets in comes again.
        door.send_away(room.knocks.all())
    if changed:
        room.save(update_fields=changed)
        _note_changes(room, changed, by.user)
        signals.tell_room(room)
    return room


@transaction.atomic
def renew_link(room: Room, *, by: Actor) -> Room:
    """Gives the room another address; the old one leads nowhere. Raises CallRunning."""
    room = permitted(room, Deed.SET_ACCESS, by)
    if Participant.objects.inside(room).exists():
        raise CallRunning
    door.send_away(room.knocks.all())
    # Guests of no call: the new address is the members' to give.
    door.end_visits(room.memberships.all())
    # Who looks at the old address hears that there is nothing there any more.
    signals.tell(signals.room_closed, slug=room.slug)
    room.slug = new_slug()
    room.save(update_fields=["slug"])
    note(Act.RENEW_LINK, room=room, by=by.user)
    return room


@transaction.atomic
def close_room(room: Room, *, by: Actor) -> None:
    """Ends the call and takes the room away with all that is in it."""
    room = permitted(room, Deed.CLOSE, by)
    note(Act.CLOSE, room=room, by=by.user)
    _close(room)


@transaction.atomic
def invite(
    room: Room, *, by: Actor, role: str = Role.MEMBER, max_uses: int | None = None
) -> tuple[Invitation, str]:
    """The invitation, and the secret that makes its link: only here, the row keeps a hash."""
    room = locked(room)
    require(policy.may_invite(as_of_now(by, room), role))
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        room=room,
        role=role,
        max_uses=max_uses,
        created_by=by.user,
        secret_hash=Invitation.hash_secret(secret),
    )
    note(Act.INVITE, room=room, by=by.user, detail=role)
    return invitation, secret


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Actor) -> None:
    room = permitted(invitation.room, Deed.INVITE, by)
    if turn_off(Invitation.objects.filter(pk=invitation.pk)):
        note(Act.REVOKE_INVITATION, room=room, by=by.user)


@transaction.atomic
def accept_invitation(secret: str, *, by: User) -> Membership:
    """Their place in the room, new or old. Raises ObjectDoesNotExist where the link is void."""
    candidates = Invitation.objects.with_secret(secret).good_for(by)
    room = locked(candidates.select_related("room").get().room)
    # Somebody else may have taken the last use while this one waited for the lock.
    invitation = candidates.get()
    place = room.memberships.select_related("room").filter(user=by).first()
    if place and place.role != Role.GUEST:
        return place
    if place:
        give(place, Role(invitation.role))
    else:
        place = Membership.objects.create(room=room, user=by, role=invitation.role)
    door.let_in(room.knocks.filter(user=by))
    Invitation.objects.filter(pk=invitation.pk).update(uses=F("uses") + 1)
    note(Act.JOIN, room=room, by=by, detail=invitation.role)
    return place


@transaction.atomic
def leave_room(membership: Membership) -> None:
    """Gives up one's own place for good."""
    room = locked(membership.room)
    require(policy.may_leave(as_of_now(membership, room)))
    note(Act.LEAVE, room=room, by=membership.user)
    part(membership, LeaveReason.LEFT)


@transaction.atomic
def part_with(user: User) -> None:
    """Before an account goes: its rooms pass to their heirs, or else they close."""
    place, waits = Q(memberships__user=user), Q(knocks__user=user, knocks__end="")
    rooms = Room.objects.filter(place | waits).order_by("pk").distinct()
    for room_id in rooms.values_list("pk", flat=True):
        # While this one waits for the lock the room may close, or pass to this very user.
        room = Room.objects.select_for_update().filter(pk=room_id).first()
        if room:
            door.send_away(room.knocks.filter(user=user))
            _pass_on(room, user)


def _pass_on(room: Room, user: User) -> None:
    place = room.memberships.select_related("room").filter(user=user).first()
    if place is None:
        return
    owned = place.role == Role.OWNER
    heir = policy.heir(room.memberships.select_related("room", "user")) if owned else None
    if owned and heir is None:
        note(Act.CLOSE, room=room, by=None)
        _close(room)
        return
    part(place, LeaveReason.REMOVED)
    if heir:
        note(Act.HAND_OVER, room=room, by=None, whom=heir.user)
        give(heir, Role.OWNER)


def _close(room: Room) -> None:
    # First, so that who is inside hears that the room is gone, not that one may meet here again.
    signals.tell(signals.room_closed, slug=room.slug)
    seats.end_call(room)
    room.delete()


def _note_changes(room: Room, changed: set[str], by: User) -> None:
    if "locked" in changed:
        note(Act.LOCK if room.locked else Act.UNLOCK, room=room, by=by)
    others = sorted(changed - {"locked"})
    if others:
        note(Act.CONFIGURE, room=room, by=by, detail=", ".join(others))
