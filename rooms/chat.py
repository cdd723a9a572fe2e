"""The chat of a room: in one order for all, and kept for as long as its owner says."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from rooms import policy, signals
from rooms.door import NotAllowed
from rooms.models import TEXT_LENGTH, Call, Membership, Message, Room
from rooms.policy import Deed

A_MINUTE = dt.timedelta(minutes=1)
MOST_A_MINUTE = 300

# Control, format, and all kinds of space: who sends nothing else sends nothing.
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


class ChatOff(Exception):  # noqa: N818 - it is an answer, not a fault
    """The room has no chat, or none any more."""


class IdTaken(Exception):  # noqa: N818 - it is an answer, not a fault
    """The same sender has sent another text under this id."""


class TooMany(Exception):  # noqa: N818 - it is an answer, not a fault
    """More in a minute than anybody reads; what is sent again in a moment is kept."""


class BadText(Exception):  # noqa: N818 - it is an answer, not a fault
    """Nothing that can be read, too long, or with a character that no database keeps."""


@transaction.atomic
def write(room_id: int, user: User, client_id: str, text: str) -> Message:
    """The message as it is kept; sent once more under the same `client_id`, it is the old one.

    Raises NotAllowed, ChatOff, IdTaken, TooMany or BadText.
    """
    check(text)
    room = Room.objects.select_for_update().filter(pk=room_id).first()
    if room is None or not _may_write(room, user):
        raise NotAllowed
    if not room.has_chat:
        raise ChatOff
    known = room.messages.filter(user=user, client_id=client_id).select_related("user").first()
    if known and known.text != text:
        raise IdTaken
    if known is None:
        lately = room.messages.filter(user=user, at__gt=timezone.now() - A_MINUTE)
        if lately.count() >= MOST_A_MINUTE:
            raise TooMany
    return known or _keep(room, user, client_id, text)


def check(text: str) -> None:
    """Raises BadText."""
    seen = any(unicodedata.category(character) not in UNSEEN for character in text)
    if not seen or "\0" in text or len(text) > TEXT_LENGTH:
        raise BadText


def sweep() -> int:
    """Deletes what is older than its room keeps; how much that was."""
    now = timezone.now()
    over = Room.objects.filter(chat_days=0).exclude(calls__in=Call.objects.running())
    deleted, _ = Message.objects.filter(room__in=over).delete()
    lasting = Room.objects.filter(chat_days__gt=0)
    for days in lasting.order_by().values_list("chat_days", flat=True).distinct():
        old = Message.objects.filter(room__chat_days=days, at__lt=now - dt.timedelta(days=days))
        deleted += old.delete()[0]
    return deleted


def _may_write(room: Room, user: User) -> bool:
    # What the caller holds may have been read when the socket was opened.
    active = Membership.objects.filter(user__is_active=True)
    return policy.may(active.filter(room=room, user=user).first(), Deed.CHAT)


def _keep(room: Room, user: User, client_id: str, text: str) -> Message:
    room.last_message += 1
    room.save(update_fields=["last_message"])
    message = Message.objects.create(
        room=room,
        number=room.last_message,
        user=user,
        client_id=client_id,
        text=text,
        at=timezone.now(),
    )
    signals.tell(signals.message_sent, slug=room.slug, message=message)
    return message
