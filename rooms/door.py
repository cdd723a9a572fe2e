"""The door of a room: who may enter, who must knock, and who lets them in.

Who waits is a row, not an event: it outlives a reload of either side. What is decided is decided
under the room's lock; who must hear of it hears after the commit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from rooms import patience, policy, signals
from rooms.locking import found, locked, permitted
from rooms.models import (
    KNOCK_LASTS,
    Act,
    AuditEntry,
    Call,
    Knock,
    KnockEnd,
    KnockQuerySet,
    Membership,
    MembershipQuerySet,
    Participant,
    Role,
    Room,
)
from rooms.policy import Actor, Deed, Entry
from rooms.record import note

REMEMBERED = dt.timedelta(days=1)


class RoomFull(Exception):  # noqa: N818 - it is an answer, not a fault
    """Every seat is taken; a seat whose owner is away counts."""


class RoomLocked(Exception):  # noqa: N818 - it is an answer, not a fault
    """Nobody comes in now who is not inside already."""


class NotAllowed(Exception):  # noqa: N818 - it is an answer, not a fault
    """The user may not enter this room, or not any more."""


class MustKnock(Exception):  # noqa: N818 - it is an answer, not a fault
    """Somebody who moderates must let them in first."""


@dataclass(frozen=True)
class Caller:
    """Someone at the door of a room that is there for them; a stranger has no membership."""

    room: Room
    user: User
    membership: Membership | None
    # Taken out of the call that is running.
    removed: bool = False

    @property
    def entry(self) -> Entry:
        return policy.entry(self.membership, self.room, removed=self.removed)

    @property
    def looks_inside(self) -> bool:
        return policy.may_look_inside(self.membership, self.room, removed=self.removed)


def at_the_door(user: User, slug: str) -> Caller:
    """Raises Room.DoesNotExist where the policy says that they find no room.

    The same two queries whether it is not there or not for them.
    """
    membership = Membership.objects.standing().of(user, slug).first()
    if membership is not None:
        return Caller(membership.room, user, membership)
    linked = Room.objects.filter(slug=slug, access__in=policy.strangers_find())
    room = linked.exclude(memberships__user=user).get()
    return Caller(room, user, None, _was_removed(room, user))


def pass_through(room: Room, user: User, *, seated: bool) -> Membership:
    """The place of who may enter now; a newcomer in an open room becomes a guest.

    The caller holds the room's lock. Raises NotAllowed, RoomLocked or MustKnock.
    """
    membership, entry = _come(room, user, seated=seated)
    if entry is Entry.KNOCK:
        raise MustKnock
    return membership or Membership.objects.create(room=room, user=user, role=Role.GUEST)


@transaction.atomic
def knock(room: Room, user: User) -> Knock:
    """Asks to be let in; who waits already goes on waiting.

    Raises patience.Denied, RoomLocked, NotAllowed, or Room.DoesNotExist at an old address.
    The knock of somebody who may enter by now comes back with its end, admitted, and so does the
    news: whoever waits for it may take the seat.
    """
    room = found(room)
    _, entry = _come(room, user)
    now = timezone.now()
    _expire(room.knocks.filter(user=user), now)
    waiting = room.knocks.waiting(now).filter(user=user).first()
    if entry is Entry.OPEN:
        return _end(waiting or _knock(room, user), KnockEnd.ADMITTED)
    if waiting:
        return waiting
    patience.require(room, user, now)
    knocked = _knock(room, user)
    _tell(knocked)
    return knocked


@transaction.atomic
def withdraw(room: Room, user: User) -> None:
    """Harmless where nobody waits."""
    send_away(locked(room).knocks.filter(user=user))


@transaction.atomic
def admit(room: Room, user_id: int, *, by: Actor) -> None:
    """Lets in who waits, as a guest. Raises Knock.DoesNotExist, PermissionDenied or RoomFull."""
    room = permitted(room, Deed.ADMIT, by)
    knocked = room.knocks.waiting().select_related("room", "user").get(user_id=user_id)
    if Participant.objects.inside(room).count() >= room.capacity:
        raise RoomFull
    Membership.objects.get_or_create(room=room, user=knocked.user, defaults={"role": Role.GUEST})
    note(Act.ADMIT, room=room, by=by.user, whom=knocked.user)
    _end(knocked, KnockEnd.ADMITTED)


@transaction.atomic
def deny(room: Room, user_id: int, *, by: Actor) -> None:
    """Raises Knock.DoesNotExist or PermissionDenied."""
    room = permitted(room, Deed.ADMIT, by)
    knocked = room.knocks.waiting().select_related("room", "user").get(user_id=user_id)
    note(Act.DENY, room=room, by=by.user, whom=knocked.user)
    _end(knocked, KnockEnd.DENIED)


def send_away(knocks: KnockQuerySet) -> None:
    """Who waits there waits no more. The caller holds the room's lock."""
    for knocked in knocks.unanswered():
        _end(knocked, KnockEnd.WITHDRAWN)


def let_in(knocks: KnockQuerySet) -> None:
    """The same, because they belong to the room by now."""
    for knocked in knocks.unanswered():
        _end(knocked, KnockEnd.ADMITTED)


def sweep() -> None:
    """Ends knocks that nobody answered in ten minutes, and visits not begun in as many.

    What patience no longer counts goes: ended knocks of a day ago, unless their call still runs.
    """
    now = timezone.now()
    ended = Knock.objects.filter(ended_at__lt=now - REMEMBERED)
    ended.exclude(call__in=Call.objects.running()).delete()
    overdue = Knock.objects.overdue(now).values("room")
    rooms = Room.objects.filter(Q(pk__in=overdue) | Q(pk__in=_absent(now).values("room")))
    for room_id in list(rooms.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            # Whoever is answering, or taking a seat, at this moment is waited for.
            room = Room.objects.select_for_update().filter(pk=room_id).first()
            if room:
                _expire(room.knocks.all(), now)
                end_visits(_absent(now).filter(room=room))


def end_visits(places: MembershipQuerySet) -> None:
    """Of the guests among these. The caller holds the locks of their rooms."""
    guests = places.filter(role=Role.GUEST)
    for guest in guests.select_related("room"):
        signals.tell(
            signals.membership_ended,
            slug=guest.room.slug,
            user_id=guest.user_id,
            reason="over",
        )
    guests.delete()


def _absent(now: dt.datetime) -> MembershipQuerySet:
    """Guests let in long ago where there is no call: nothing else would end their visit."""
    old = Membership.objects.filter(role=Role.GUEST, created_at__lte=now - KNOCK_LASTS)
    return old.exclude(room__in=Call.objects.running().values("room"))


def _come(room: Room, user: User, *, seated: bool = False) -> tuple[Membership | None, Entry]:
    """Their place, and whether they may enter or must knock. Raises NotAllowed or RoomLocked."""
    membership = Membership.objects.filter(room=room, user=user).first()
    removed = membership is None and _was_removed(room, user)
    entry = policy.entry(membership, room, seated=seated, removed=removed)
    # What the caller holds may have been read when the socket was opened.
    if entry is Entry.NOTHING or not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise NotAllowed
    if entry is Entry.LOCKED:
        raise RoomLocked
    return membership, entry


def _was_removed(room: Room, user: User) -> bool:
    """From the call that is running, whether they had a seat at that moment or had just left it."""
    call = Call.objects.running_in(room)
    removals = AuditEntry.objects.filter(room=room, target=user, act=Act.REMOVE)
    return removals.filter(at__gte=call.values("started_at")).exists()


def _knock(room: Room, user: User) -> Knock:
    call = Call.objects.running_in(room).first()
    return Knock.objects.create(room=room, user=user, call=call)


def _expire(knocks: KnockQuerySet, now: dt.datetime) -> None:
    for knocked in knocks.overdue(now):
        _end(knocked, KnockEnd.EXPIRED)


def _end(knocked: Knock, end: KnockEnd) -> Knock:
    knocked.end, knocked.ended_at = end, timezone.now()
    knocked.save(update_fields=["end", "ended_at"])
    _tell(knocked)
    return knocked


def _tell(knocked: Knock) -> None:
    denied = knocked.end == KnockEnd.DENIED
    signals.tell(
        signals.knock_changed,
        slug=knocked.room.slug,
        knock_id=knocked.pk,
        user_id=knocked.user_id,
        name=knocked.user.name,
        end=knocked.end,
        retry_after=patience.after_denials(knocked.room, knocked.user, timezone.now())
        if denied
        else 0,
    )
