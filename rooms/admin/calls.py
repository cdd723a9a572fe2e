"""Calls: how long, who, how they ended, and how well people were connected."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.admin_lists import NAMES_LISTED, Listed, Needless, asks_first, dated, shown, told
from rooms import history
from rooms.admin import picture
from rooms.admin.connections import Connections, ReportInline
from rooms.admin.kinds import tallies
from rooms.admin.participants import ParticipantInline
from rooms.admin.parts import Acting, ReadOnly, RightNow, end_call, staff
from rooms.diagnosis import Kind
from rooms.models import DELETED_ACCOUNT, Call, Participant
from rooms.templatetags.spans import spelt


class Tallied(ChangeList):
    """A page of calls, with what became of their connections: one query for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = tallies(list(self.result_list))
        for call in self.result_list:
            call.tally = found[call.pk]


@admin.register(Call)
class CallAdmin(Acting, ReadOnly, Listed):
    list_display = ("in_room", "started_at", "length", "people", "endings", "connections")
    list_filter = (RightNow, Connections, ("started_at", dated("when it started")))
    list_select_related = ("room",)
    search_fields = ("room__name", "participants__user__username")
    fields = ("room", "started_at", "ended_at", "length", "pairs")
    inlines = (ParticipantInline, ReportInline)
    actions = ("end_the_call",)
    ordering = ("-started_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        seats = Participant.objects.select_related("user")
        listed: QuerySet[Call] = super().get_queryset(request)
        return listed.prefetch_related(Prefetch("participants", queryset=seats, to_attr="seats"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Tallied

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        drawn = picture.drawn(picture.last_days()) if request.method == "GET" else None
        return super().changelist_view(request, {**(extra_context or {}), "picture": drawn})

    @admin.display(description="room", ordering="room__name")
    def in_room(self, call: Call) -> SafeString:
        return shown(call.room)

    @admin.display(description="length")
    def length(self, call: Call) -> str:
        lasted = spelt((call.ended_at or timezone.now()) - call.started_at)
        return lasted if call.ended_at else f"{lasted} so far"

    @admin.display(description="people")
    def people(self, call: Any) -> SafeString:
        users = dict.fromkeys(seat.user for seat in call.seats)
        return told([shown(user or DELETED_ACCOUNT) for user in users], NAMES_LISTED)

    @admin.display(description="how it ended")
    def endings(self, call: Any) -> str:
        """For how many seats what was the reason."""
        reasons = Counter(seat.get_leave_reason_display() or "Inside" for seat in call.seats)
        return ", ".join(f"{number} × {reason}" for reason, number in reasons.most_common())

    @admin.display(description="connections")
    def connections(self, call: Any) -> str:
        counted = [(kind.label, call.tally[kind]) for kind in reversed(Kind) if call.tally[kind]]
        return ", ".join(f"{number} × {label}" for label, number in counted) or "–"

    @admin.display(description="how people were connected")
    def pairs(self, call: Call) -> SafeString | str:
        """By the sentence that the room's own history has."""
        [past], _ = history.newest(call.room, before=call.pk + 1, most=1)
        lines = [
            (
                shown(pair.one.name),
                shown(pair.other.name),
                connection.diagnosis.kind.label,
                connection.diagnosis.sentence,
            )
            for pair in past.pairs
            for connection in pair.connections
        ]
        said = format_html_join("", "<dt>{} and {}: {}</dt><dd><bdi>{}</bdi></dd>", lines)
        return format_html('<dl class="pairs">{}</dl>', said) if lines else "Nothing is known."

    def called(self, row: Call) -> SafeString:
        return shown(row.room)

    @admin.action(description="End the call", permissions=["act"])
    @asks_first("Everybody inside leaves the call at once. They may meet again afterwards.")
    def end_the_call(self, request: HttpRequest, queryset: QuerySet[Call]) -> None:
        def deed(call: Call) -> None:
            if call.ended_at is not None:
                raise Needless
            end_call(call.room, staff(request))

        self.carry_out(request, queryset, deed, said="Ended the call")
