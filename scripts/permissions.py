"""Prints docs/permissions.md from the tables of the policy: `python -m scripts.permissions`."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# Only after Django is set up may its models be imported.
from rooms import policy  # noqa: E402
from rooms.policy import Deed, Standing  # noqa: E402

HEAD = """\
# Who may do what

Printed by `python -m scripts.permissions` from the tables in `rooms/policy.py`, which every way in
asks: pages, API, socket, knock, resume, invitation and Django admin. *Staff* is who works in Django
admin with the permission to change rooms. What somebody may not see looks to them like what is not
there.
"""


def page() -> str:
    parts = [HEAD, *_to_the_room(), *_to_a_person(), *_at_the_door()]
    return "\n".join(parts) + "\n"


def _to_the_room() -> list[str]:
    rows = [
        [deed.value, *(_yes(who in allowed) for who in Standing)]
        for deed, allowed in policy.TO_THE_ROOM.items()
    ]
    leaving = ["leave the room for good", *(_yes(who in policy.MAY_LEAVE) for who in Standing)]
    return ["## To the room", "", *_table(["", *Standing], [*rows, leaving]), ""]


def _to_a_person() -> list[str]:
    lines = [
        "## To a person",
        "",
        "Whom they may do it to; nobody does it to themselves. A disabled account is handed no",
        "room, and inherits none.",
        "",
    ]
    rows = [[deed.value, *(_whom(deed, who) for who in Standing)] for deed in policy.TO_A_PERSON]
    return [*lines, *_table(["", *Standing], rows), ""]


def _at_the_door() -> list[str]:
    lines = [
        "## At the door",
        "",
        "By who may enter the room. A locked room takes nobody new but "
        f"{_list(policy.HAS_THE_KEY)}, and no knock;",
        "whoever has a seat inside may come back to it on the same device, locked or not. A guest",
        "has one seat, on whatever device they join. Who was removed from a running call must",
        "knock, also at an open room. Who is inside is shown to whoever belongs to the room or may",
        "enter, and to nobody who must knock first.",
        "",
    ]
    rows = [
        [who.value, *(found[who].value for found in policy.AT_THE_DOOR.values())]
        for who in Standing
    ]
    heads = [str(access.label).lower() for access in policy.AT_THE_DOOR]
    return [*lines, *_table(["", *heads], rows)]


def _list(standings: frozenset[Standing]) -> str:
    return " and ".join(who for who in Standing if who in standings)


def _whom(deed: Deed, who: Standing) -> str:
    whom = policy.TO_A_PERSON[deed].get(who, policy.NOBODY)
    return ", ".join(target for target in Standing if target in whom) or "–"


def _yes(allowed: bool) -> str:
    return "yes" if allowed else "–"


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


if __name__ == "__main__":
    print(page(), end="")
