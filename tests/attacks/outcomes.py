"""How one sees that a deed was done: in what came back, or in the rows."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync

from rooms.models import Act, AuditEntry, Hold, Invitation, Knock, Membership, Message, Room
from tests.attacks.ways import Attempt, Done

OWNERS_NAME = "Owner-Acts"


def says(*words: str) -> Done:
    def done(attempt: Attempt, response: Any) -> bool:
        shown = async_to_sync(whole)(response) if response.streaming else response.content
        return response.status_code == 200 and all(
            attempt.fill(word).encode() in shown for word in words
        )

    return done


async def whole(response: Any) -> bytes:
    return b"".join([piece async for piece in response])


def room_has(**values: object) -> Done:
    return lambda attempt, _: Room.objects.filter(pk=attempt.scene.room.pk, **values).exists()


def invited(role: str) -> Done:
    def done(attempt: Attempt, _: Any) -> bool:
        others = Invitation.objects.exclude(pk=attempt.scene.invitation.pk)
        return others.filter(role=role, created_by=attempt.actor).exists()

    return done


def taken_in(role: str) -> Done:
    def done(attempt: Attempt, _: Any) -> bool:
        place = attempt.scene.place(attempt.scene.knocking)
        return place is not None and place.role == role

    return done


def revoked(attempt: Attempt, _: Any) -> bool:
    attempt.scene.invitation.refresh_from_db()
    return attempt.scene.invitation.revoked_at is not None


def renewed(attempt: Attempt, _: Any) -> bool:
    return not Room.objects.filter(slug=attempt.scene.room.slug).exists()


def closed(attempt: Attempt, _: Any) -> bool:
    return not Room.objects.filter(pk=attempt.scene.room.pk).exists()


def call_over(attempt: Attempt, _: Any) -> bool:
    attempt.scene.call.refresh_from_db()
    return attempt.scene.call.ended_at is not None


def knock_ended(end: str) -> Done:
    return lambda attempt, _: Knock.objects.get(pk=attempt.scene.knock.pk).end == end


def written(attempt: Attempt, _: Any) -> bool:
    return Message.objects.filter(text="written", user=attempt.actor).exists()


def exported(attempt: Attempt, response: Any) -> bool:
    noted = AuditEntry.objects.filter(act=Act.EXPORT, actor=attempt.actor).exists()
    return noted and says(OWNERS_NAME)(attempt, response)


def held(attempt: Attempt, _: Any) -> bool:
    return Hold.objects.filter(user=attempt.target).exists()


def not_held(attempt: Attempt, _: Any) -> bool:
    return not held(attempt, _)


def role_is(role: str) -> Done:
    def done(attempt: Attempt, _: Any) -> bool:
        place = Membership.objects.filter(pk=attempt.place).first()
        return place is not None and place.role == role

    return done


def gone(attempt: Attempt, _: Any) -> bool:
    return not attempt.place


def banned(attempt: Attempt, _: Any) -> bool:
    place = Membership.objects.filter(pk=attempt.place).first()
    return place is not None and place.banned_at is not None


def left(attempt: Attempt, _: Any) -> bool:
    return attempt.actor is None or attempt.scene.place(attempt.actor) is None
