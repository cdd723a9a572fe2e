"""The page of a room's past calls, and the same as a table to take away."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import AsyncIterator, Iterable

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from rooms import history, policy
from rooms.locking import require
from rooms.models import Act, Membership, Room
from rooms.policy import Deed
from rooms.record import note
from rooms.views import SignedIn, history_page, member_page

MOST_ACTS = 50
# How many calls are held in memory at once while all of them are written.
IN_ONE_GO = 50
BYTE_ORDER_MARK = "\ufeff"
COLUMNS = (
    "Call",
    "Started (UTC)",
    "Ended (UTC)",
    "Name",
    "Came (UTC)",
    "Left (UTC)",
    "Minutes inside",
    "How they left",
    "Connections",
)
# What a spreadsheet would take for the beginning of a formula, also one that parts cells elsewhere.
_FORMULA = re.compile(r"(^|[;,|\t])(\s*)(?=[=+\-@\t\r＝＋－＠])")


@require_safe
@history_page
def room_history(request: SignedIn, membership: Membership) -> HttpResponse:
    room, before = membership.room, _number(request, "before")
    calls, more = history.newest(room, before=before)
    wanted = _number(request, "call")
    chosen = next((call for call in calls if call.id == wanted), None)
    context = {
        "room": room,
        "calls": calls,
        "chosen": chosen or next(iter(calls), None),
        "is_asked_for": chosen is not None,
        "before": before,
        "older": calls[-1].id if more else None,
        "may_export": policy.may(membership, Deed.EXPORT),
        "may_see_record": policy.may(membership, Deed.SEE_RECORD),
    }
    if context["may_see_record"]:
        context["record"] = room.record.select_related("actor", "target")[:MOST_ACTS]
    return render(request, "rooms/history.html", context)


@require_POST
@member_page
def room_history_csv(request: SignedIn, membership: Membership) -> StreamingHttpResponse:
    require(policy.may(membership, Deed.EXPORT))
    room = membership.room
    note(Act.EXPORT, room=room, by=request.user)
    return StreamingHttpResponse(
        _pieces(room),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, f"{room.name}: calls.csv"),
            "Cache-Control": "private, no-store",
        },
    )


def _number(request: HttpRequest, name: str) -> int | None:
    """No longer than what a database takes for an id."""
    said = request.GET.get(name, "")
    return int(said) if re.fullmatch("[0-9]{1,18}", said, re.ASCII) else None


async def _pieces(room: Room) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + _written([COLUMNS])
    before: int | None = None
    more = True
    while more:
        calls, more = await sync_to_async(history.newest)(room, before=before, most=IN_ONE_GO)
        yield _written(row for call in calls for row in _rows(call))
        before = calls[-1].id if calls else None


def _written(rows: Iterable[Iterable[object]]) -> str:
    piece = io.StringIO()
    csv.writer(piece).writerows([_harmless(cell) for cell in row] for row in rows)
    return piece.getvalue()


def _harmless(cell: object) -> object:
    return _FORMULA.sub(r"\1\2'", cell) if isinstance(cell, str) else cell


def _rows(call: history.PastCall) -> Iterable[Iterable[object]]:
    for person in call.people:
        yield (
            call.id,
            _moment(call.started_at),
            _moment(call.ended_at),
            person.name,
            _moment(person.came),
            _moment(person.left),
            round(person.inside.total_seconds() / 60, 1),
            person.how,
            "; ".join(_connections(call, person)),
        )


def _connections(call: history.PastCall, person: history.Person) -> Iterable[str]:
    for pair in call.pairs:
        if person in (pair.one, pair.other):
            other = pair.other if person is pair.one else pair.one
            said = [pair.kind.label, *(trouble.said for trouble in pair.troubles)]
            yield f"{other.name}: {', '.join(said)}"


def _moment(at: dt.datetime | None) -> str:
    """As spreadsheets know it."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
