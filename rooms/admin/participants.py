"""Who sat in which call, and the workers that hold the seats."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_lists import Listed, asks_first, dated, opened, shown
from rooms import moderation
from rooms.admin.memberships import WHY_NOT_REMOVED
from rooms.admin.parts import Acting, ReadOnly, RightNow, inside, staff
from rooms.models import DELETED_ACCOUNT, Membership, Participant, Worker


class ParticipantInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Participant
    fields = ("person", "device", "joined_at", "away_since", "left_at", "leave_reason")
    readonly_fields = ("person",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        listed: QuerySet[Participant] = super().get_queryset(request)
        return listed.select_related("user", "device", "call__room")

    @admin.display(description="person")
    def person(self, seat: Participant) -> SafeString:
        return opened(seat, shown(seat.user or DELETED_ACCOUNT))


@admin.register(Participant)
class ParticipantAdmin(Acting, ReadOnly, Listed):
    list_display = ("person", "room", "device", "joined_at", "left_at", "leave_reason")
    list_filter = (RightNow, "leave_reason", ("joined_at", dated("when they joined")))
    list_select_related = ("user", "device", "call__room")
    search_fields = ("user__username", "user__display_name", "call__room__name")
    fields = ("user", "call", "device", "joined_at", "away_since", "left_at", "leave_reason")
    actions = ("remove", "ban")
    ordering = ("-joined_at",)

    @admin.display(description="person", ordering="user__username")
    def person(self, seat: Participant) -> SafeString:
        return shown(seat.user or DELETED_ACCOUNT)

    @admin.display(ordering="call__room__name")
    def room(self, seat: Participant) -> SafeString:
        return shown(seat.call.room)

    def called(self, row: Participant) -> SafeString:
        return format_html("{} in {}", self.person(row), self.room(row))

    @admin.action(description="Remove from the room", permissions=["act"])
    @asks_first("They leave the call at once and lose their place. They may be invited again.")
    def remove(self, request: HttpRequest, queryset: QuerySet[Participant]) -> None:
        def deed(seat: Participant) -> None:
            moderation.remove(place_of(seat), by=staff(request))

        self.carry_out(request, queryset, deed, said="Removed", refusal=WHY_NOT_REMOVED)

    @admin.action(description="Ban from the room", permissions=["act"])
    @asks_first("They leave the call at once, and no link, knock or invitation brings them back.")
    def ban(self, request: HttpRequest, queryset: QuerySet[Participant]) -> None:
        def deed(seat: Participant) -> None:
            moderation.ban(place_of(seat), by=staff(request))

        self.carry_out(request, queryset, deed, said="Banned", refusal=WHY_NOT_REMOVED)


def place_of(seat: Participant) -> Membership:
    """Raises Membership.DoesNotExist for who has none (any more), or is banned."""
    places = Membership.objects.standing().select_related("room", "user")
    return places.get(room=seat.call.room_id, user=seat.user_id)


@admin.register(Worker)
class WorkerAdmin(ReadOnly, Listed):
    list_display = ("id", "started_at", "seen_at", "seats")
    ordering = ("-seen_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Worker]:
        listed: QuerySet[Worker] = super().get_queryset(request)
        return listed.annotate(inside_now=inside("worker"))

    @admin.display(description="seats held")
    def seats(self, worker: Any) -> int:
        return int(worker.inside_now)
