"""What is done to rooms and memberships: atomic, under the room's lock, told on commit."""

from __future__ import annotations

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from rooms import policy, seats, signals
from rooms.models import (
    CAPACITY_DEFAULT,
    Invitation,
    LeaveReason,
    Membership,
    Participant,
    Role,
    Room,
)
from rooms.policy import Actor, Deed


@transaction.atomic
def create_room(
    *, name: str, by: User, capacity: int = CAPACITY_DEFAULT, locked: bool = False
) -> Room:
    room = Room.objects.create(name=name, capacity=capacity, locked=locked)
    Membership.objects.create(room=room, user=by, role=Role.OWNER)
    return room


@transaction.atomic
def configure_room(
    room: Room,
    *,
    by: Actor,
    name: str | None = None,
    capacity: int | None = None,
    locked: bool | None = None,
) -> Room:
    """The room as it is afterwards; what is not given stays."""
    room = _locked(room)
    by = _as_of_now(by)
    before = (room.name, room.capacity), room.locked
    room.name = room.name if name is None else name
    room.capacity = room.capacity if capacity is None else capacity
    room.locked = room.locked if locked is None else locked
    _require(before[0] == (room.name, room.capacity) or policy.may(by, Deed.CONFIGURE))
    _require(before[1] == room.locked or policy.may(by, Deed.LOCK))
    if before != ((room.name, room.capacity), room.locked):
        room.save(update_fields=["name", "capacity", "locked"])
        signals.tell(
            signals.room_changed,
            slug=room.slug,
            name=room.name,
            capacity=room.capacity,
            locked=room.locked,
        )
    return room


@transaction.atomic
def close_room(room: Room, *, by: Actor) -> None:
    """Ends the call and takes the room away with all that is in it."""
    room = _locked(room)
    _require(policy.may(_as_of_now(by), Deed.CLOSE))
    _close(room)


@transaction.atomic
def end_call(room: Room, *, by: Actor) -> None:
    room = _locked(room)
    _require(policy.may(_as_of_now(by), Deed.END_CALL))
    seats.end_call(room)


@transaction.atomic
def invite(
    room: Room, *, by: Actor, role: str = Role.MEMBER, max_uses: int | None = None
) -> tuple[Invitation, str]:
    """The invitation, and the secret that makes its link: only here, the row keeps a hash."""
    room = _locked(room)
    by = _as_of_now(by)
    _require(policy.may_invite(by, role))
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        room=room,
        role=role,
        max_uses=max_uses,
        created_by=by.user,
        secret_hash=Invitation.hash_secret(secret),
    )
    return invitation, secret


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Actor) -> None:
    _locked(invitation.room)
    _require(policy.may(_as_of_now(by), Deed.INVITE))
    _turn_off(Invitation.objects.filter(pk=invitation.pk))


@transaction.atomic
def accept_invitation(secret: str, *, by: User) -> Membership:
    """Their place in the room, new or old. Raises ObjectDoesNotExist where the link is void."""
    candidates = Invitation.objects.with_secret(secret).good_for(by)
    _locked(candidates.select_related("room").get().room)
    # Somebody else may have taken the last use while this one waited for the lock.
    invitation = candidates.get()
    membership, is_new = Membership.objects.get_or_create(
        room_id=invitation.room_id, user=by, defaults={"role": invitation.role}
    )
    if is_new:
        Invitation.objects.filter(pk=invitation.pk).update(uses=F("uses") + 1)
    return membership


@transaction.atomic
def change_role(target: Membership, *, role: str, by: Actor) -> None:
    _locked(target.room)
    target.refresh_from_db(fields=["role"])
    _require(policy.may_change_role(_as_of_now(by), target, role))
    Membership.objects.filter(pk=target.pk).update(role=role)
    target.role = role
    if not policy.may(target, Deed.INVITE):
        _turn_off_links_of(target)


@transaction.atomic
def remove_member(target: Membership, *, by: Actor) -> None:
    _locked(target.room)
    target.refresh_from_db(fields=["role"])
    _require(policy.may(_as_of_now(by), Deed.REMOVE, target))
    _part(target, LeaveReason.REMOVED)


@transaction.atomic
def leave_room(membership: Membership) -> None:
    """Gives up one's own place for good."""
    _locked(membership.room)
    membership.refresh_from_db(fields=["role"])
    _require(policy.may_leave(membership))
    _part(membership, LeaveReason.LEFT)


@transaction.atomic
def part_with(user: User) -> None:
    """Before an account goes: its rooms pass to their heirs, or else they close."""
    places = Membership.objects.filter(user=user).order_by("room_id")
    for room_id in places.values_list("room_id", flat=True):
        # While this one waits for the lock the room may close, or pass to this very user.
        room = Room.objects.select_for_update().filter(pk=room_id).first()
        membership = room and room.memberships.filter(user=user).first()
        if room and membership:
            _pass_on(room, membership)


def _locked(room: Room) -> Room:
    """The room as of now, held until the end: all that is done in a room comes one by one."""
    return Room.objects.select_for_update().get(pk=room.pk)


def _as_of_now(actor: Actor) -> Actor:
    """Read again under the lock: who has just lost a role may not act by it."""
    if isinstance(actor, Membership):
        actor.refresh_from_db(fields=["role"])
    return actor


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _turn_off_links_of(membership: Membership) -> None:
    """An invitation does not outlive its maker's right to invite."""
    _turn_off(membership.room.invitations.filter(created_by=membership.user_id))


def _turn_off(invitations: QuerySet[Invitation]) -> None:
    invitations.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


def _part(membership: Membership, reason: LeaveReason) -> None:
    taken = Participant.objects.seated().filter(
        call__room_id=membership.room_id, user_id=membership.user_id
    )
    seats.end_seats(taken, reason=reason)
    _turn_off_links_of(membership)
    membership.delete()
    signals.tell(signals.membership_ended, slug=membership.room.slug, user_id=membership.user_id)


def _pass_on(room: Room, membership: Membership) -> None:
    owned = membership.role == Role.OWNER
    heir = policy.heir(room.memberships.select_related("user")) if owned else None
    if owned and heir is None:
        _close(room)
        return
    _part(membership, LeaveReason.REMOVED)
    if heir:
        heir.role = Role.OWNER
        heir.save(update_fields=["role"])


def _close(room: Room) -> None:
    # First, so that who is inside hears that the room is gone, not that one may meet here again.
    signals.tell(signals.room_closed, slug=room.slug)
    seats.end_call(room)
    room.delete()
