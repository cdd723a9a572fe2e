"""What the admin's lists share: who acts, who is inside right now, what is only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from accounts.admin_lists import Needless
from accounts.models import User
from rooms import moderation
from rooms.models import Call, Participant, Room
from rooms.policy import Staff


def staff(request: HttpRequest) -> Staff:
    assert isinstance(request.user, User)
    return Staff(request.user)


def inside(path: str) -> Coalesce:
    """How many are inside right now; `path` leads from a seat to the listed row."""
    seats = Participant.objects.present().filter(**{path: OuterRef("pk")}).order_by()
    counted = seats.values(path).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def end_call(room: Room, by: Staff) -> None:
    if not Call.objects.running_in(room).exists():
        raise Needless
    moderation.end_call(room, by=by)


class RightNow(admin.SimpleListFilter):
    """By the same seats that signaling counts."""

    title = "right now"
    parameter_name = "now"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("live", "Live")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        path = {Room: "call__room", Call: "call", Participant: "pk"}[queryset.model]
        live = Participant.objects.present().order_by().values(path)
        return queryset.filter(pk__in=live) if self.value() == "live" else queryset


class Acting:
    """The policy's staff: whoever may change rooms, and nobody who may only look."""

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("rooms.change_room")


class ReadOnly:
    """Signaling and the site write these; here they are looked at."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
