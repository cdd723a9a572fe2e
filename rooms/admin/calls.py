"""Calls, who sits in them, and the workers that hold the seats."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import Listed
from rooms import actions
from rooms.admin.parts import ReadOnly, RightNow, inside, remove, staff
from rooms.models import Call, Membership, Participant, Room, Worker


class ParticipantInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Participant
    fields = ("user", "device", "joined_at", "away_since", "left_at", "leave_reason")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        listed: QuerySet[Participant] = super().get_queryset(request)
        return listed.select_related("user", "device", "call__room")


@admin.register(Call)
class CallAdmin(ReadOnly, Listed):
    list_display = ("room", "inside", "started_at", "ended_at")
    list_filter = (RightNow, "started_at")
    list_select_related = ("room",)
    search_fields = ("room__name", "participants__user__username")
    fields = ("room", "inside", "started_at", "ended_at")
    inlines = (ParticipantInline,)
    actions = ("end_the_call",)
    ordering = ("-started_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        listed: QuerySet[Call] = super().get_queryset(request)
        return listed.annotate(inside_now=inside("call"))

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("rooms.change_room")

    @admin.display(ordering="inside_now", description="inside now")
    def inside(self, call: Any) -> int:
        return int(call.inside_now)

    @admin.action(description="End the call", permissions=["end"])
    def end_the_call(self, request: HttpRequest, queryset: QuerySet[Call]) -> None:
        for call in queryset.running().select_related("room"):  # type: ignore[attr-defined]
            actions.end_call(call.room, by=staff(request))
            self.log_change(request, call, "Ended the call.")
            messages.success(request, f"{call.room}: the call is over.")


@admin.register(Participant)
class ParticipantAdmin(ReadOnly, Listed):
    list_display = ("user", "room", "device", "joined_at", "away_since", "left_at", "leave_reason")
    list_filter = (RightNow, "leave_reason", "joined_at")
    list_select_related = ("user", "device", "call__room")
    search_fields = ("user__username", "user__display_name", "call__room__name")
    actions = ("remove_from_the_room",)
    ordering = ("-joined_at",)

    def has_remove_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("rooms.delete_membership")

    @admin.display(ordering="call__room__name")
    def room(self, seat: Participant) -> Room:
        return seat.call.room

    @admin.action(description="Remove from the room", permissions=["remove"])
    def remove_from_the_room(self, request: HttpRequest, queryset: QuerySet[Participant]) -> None:
        for seat in queryset.select_related("call"):
            places = Membership.objects.filter(room=seat.call.room_id, user=seat.user_id)
            place = places.select_related("room", "user").first()
            if place and remove(request, place):
                self.log_change(request, seat, "Removed from the room.")


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
