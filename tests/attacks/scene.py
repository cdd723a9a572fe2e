"""A room in which everything is going on, with someone of each standing: rows, no server."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms.models import (
    CAPACITY_MOST,
    Access,
    Act,
    Call,
    Hold,
    Invitation,
    Knock,
    LeaveReason,
    Membership,
    Message,
    Participant,
    Role,
    Room,
    Worker,
)
from rooms.policy import Standing
from rooms.record import note

ROLES = {
    Standing.OWNER: Role.OWNER,
    Standing.MODERATOR: Role.MODERATOR,
    Standing.MEMBER: Role.MEMBER,
    Standing.GUEST: Role.GUEST,
    Standing.BANNED: Role.MEMBER,
}

NAME, NOTED, SECRET = "Winter garden", "as it was noted", "s" * 43
SAID, EARLIER = "A word in the chat", "A word of yesterday"
# Ids that are easily told from whatever else stands on a page.
_ids = itertools.count(700_000_001)


@dataclass
class Scene:
    """Of each standing there is an actor and somebody else, to whom it may be done."""

    access: Access = Access.KNOCK
    actors: dict[Standing, User] = field(default_factory=dict)
    others: dict[Standing, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.room = Room.objects.create(name=NAME, access=self.access, capacity=CAPACITY_MOST)
        self.call = Call.objects.create(room=self.room, started_at=timezone.now())
        for standing in Standing:
            self.actors[standing] = self._cast(standing, f"{standing}-acts")
            # A room has one owner alone.
            if standing is not Standing.OWNER:
                self.others[standing] = self._cast(standing, f"{standing}-suffers")
        owner = self.actors[Standing.OWNER]
        self.others[Standing.OWNER] = owner
        self.knocking = make_user("knocking")
        self.knock = Knock.objects.create(room=self.room, user=self.knocking, call=self.call)
        self.invitation = Invitation.objects.create(
            pk=next(_ids),
            room=self.room,
            created_by=owner,
            secret_hash=Invitation.hash_secret(SECRET),
        )
        for number, (text, age) in enumerate([(EARLIER, 1), (SAID, 0)], start=1):
            Message.objects.create(
                room=self.room,
                number=number,
                user=owner,
                client_id=f"m{number}",
                text=text,
                at=timezone.now() - timedelta(days=age),
            )
        self.room.last_message = 2
        self.room.save(update_fields=["last_message"])
        note(Act.MAKE, room=self.room, by=owner, detail=NOTED)

    def _cast(self, standing: Standing, username: str) -> User:
        user = make_user(username, is_staff=standing is Standing.STAFF)
        if standing is Standing.STAFF:
            user.user_permissions.set(Permission.objects.filter(content_type__app_label="rooms"))
        if standing not in ROLES:
            return user
        banned_at = timezone.now() if standing is Standing.BANNED else None
        Membership.objects.create(
            room=self.room, user=user, role=ROLES[standing], banned_at=banned_at
        )
        if banned_at is None:
            seat(self.call, user)
        return user

    def place(self, user: User) -> Membership | None:
        return Membership.objects.filter(room=self.room, user=user).first()

    def hold(self, user: User) -> None:
        Hold.objects.create(call=self.call, user=user)

    def end_call(self) -> None:
        Participant.objects.update(left_at=timezone.now(), leave_reason=LeaveReason.LEFT)
        Call.objects.update(ended_at=timezone.now())


def make_user(username: str, *, is_staff: bool = False) -> User:
    name = username.title()
    return User.objects.create_user(username, pk=next(_ids), display_name=name, is_staff=is_staff)


def seat(call: Call, user: User) -> Participant:
    now = timezone.now()
    worker, _ = Worker.objects.get_or_create(
        pk="worker", defaults={"started_at": now, "seen_at": now}
    )
    device = user.devices.create(name="Browser")
    return Participant.objects.create(
        call=call, user=user, device=device, worker=worker, joined_at=now
    )


def browser_of(user: User | None) -> Client:
    """Nobody's browser is one in which nobody is signed in."""
    client = Client(HTTP_HOST="localhost:8000")
    if user is not None:
        client.force_login(user)
    return client
