"""Every way to every deed of the policy: what one sends, and how one sees that it was done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import User
from rooms import chat
from rooms.door import NotAllowed
from rooms.policy import Deed, Standing
from tests.attacks.scene import Scene

Kind = Literal["page", "api", "admin", "socket"]


@dataclass(frozen=True)
class Attempt:
    """One try: who does it, from which browser, to whom."""

    scene: Scene
    actor: User | None
    client: Client
    target: User | None = None

    @property
    def place(self) -> int:
        """The target's membership, as the admin knows it."""
        found = self.target and self.scene.place(self.target)
        return found.pk if found else 0

    @property
    def _seat(self) -> str:
        seats = self.scene.call.participants.filter(user=self.target)
        return seats.values_list("pk", flat=True).first() or "none"

    def fill(self, text: str) -> str:
        known = {
            "slug": self.scene.room.slug,
            "room": self.scene.room.pk,
            "user": self.target.pk if self.target else 0,
            "place": self.place,
            "invitation": self.scene.invitation.pk,
            "knocking": self.scene.knocking.pk,
            "call": self.scene.call.pk,
            "seat": self._seat,
        }
        return text.format(**known)


Send = Callable[[Attempt], Any]
Done = Callable[[Attempt, Any], bool]


@dataclass(frozen=True)
class Way:
    deed: Deed | Literal["leave"]
    kind: Kind
    name: str
    send: Send
    done: Done
    prepare: Callable[[Attempt], object] = lambda attempt: None
    # Where one deed stands for doing and undoing: to whom this one does anything.
    to: frozenset[Standing] = frozenset(Standing)

    # Whether its address is one of the room's, which is none for whom the room is none.
    names_the_room: bool = True
    # Whether some who may not do it are shown the rest of what it shows, as pages do.
    in_part: bool = False

    def __str__(self) -> str:
        deed = self.deed.name.lower() if isinstance(self.deed, Deed) else self.deed
        return f"{deed}, {self.kind}, {self.name}"


def api(method: str, path: str, **body: Any) -> Send:
    def send(attempt: Attempt) -> Any:
        said = {k: attempt.target.pk if v == "{user}" else v for k, v in body.items()}  # type: ignore[union-attr]
        url = attempt.fill(f"/api/rooms/{{slug}}/{path}")
        return attempt.client.generic(method, url, json.dumps(said), "application/json")

    return send


def page(path: str, **form: str) -> Send:
    return lambda attempt: attempt.client.post(attempt.fill(f"/rooms/{{slug}}/{path}"), form)


def look(path: str) -> Send:
    return lambda attempt: attempt.client.get(attempt.fill(path))


def desk(model: str, action: str, row: str) -> Send:
    """An action of the admin's list, after the question whether one is sure."""

    def send(attempt: Attempt) -> Any:
        form = {"action": action, "_selected_action": attempt.fill(row), "sure": "yes"}
        return attempt.client.post(f"/admin/rooms/{model}/", form)

    return send


def desk_form(model: str, row: str, **changes: str) -> Send:
    """The admin's form of one row: as it stands, with these changes."""

    def send(attempt: Attempt) -> Any:
        url = attempt.fill(f"/admin/rooms/{model}/{row}/change/")
        return attempt.client.post(url, filled(attempt.client.get(url)) | changes)

    return send


def filled(response: Any) -> dict[str, Any]:
    """What a browser would send back of an admin's form; nothing of a page that shows none."""
    context = response.context or {}
    if "adminform" not in context:
        return {}
    inlines = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form]
    forms += [form for formset in inlines for form in (formset.management_form, *formset.forms)]
    fields = [field for form in forms for field in form]
    return {
        field.html_name: "on" if field.value() is True else field.value()
        for field in fields
        if field.value() not in (None, False)
    }


def take_in(role: str) -> Send:
    def send(attempt: Attempt) -> Any:
        form = {
            "room": attempt.scene.room.pk,
            "user": attempt.scene.knocking.pk,
            "role": role,
        }
        return attempt.client.post("/admin/rooms/membership/add/", form)

    return send


def write(attempt: Attempt) -> Any:
    if attempt.actor is None:
        return None
    try:
        return chat.write(attempt.scene.room.pk, attempt.actor, "w", "written")
    except (NotAllowed, PermissionDenied):
        return None


def hold(attempt: Attempt) -> None:
    assert attempt.target is not None
    attempt.scene.hold(attempt.target)


def quiet(attempt: Attempt) -> None:
    """Nobody is inside, or the link could not be renewed."""
    attempt.scene.end_call()


def leave(attempt: Attempt) -> Any:
    own = attempt.actor.pk if attempt.actor else 1
    return attempt.client.delete(f"/api/rooms/{attempt.scene.room.slug}/members/{own}/")


def delete_room(attempt: Attempt) -> Any:
    url = attempt.fill("/admin/rooms/room/{room}/delete/")
    return attempt.client.post(url, {"post": "yes"})
