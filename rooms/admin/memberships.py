"""Who belongs to which room, who is banned there, and what is done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_lists import Listed, Needless, asks_first, dated, shown, when
from rooms import door, moderation, policy
from rooms.admin.parts import Acting, staff
from rooms.admin.people import MembershipForm
from rooms.locking import locked, require
from rooms.models import Act, Membership
from rooms.policy import Deed, Staff
from rooms.record import note


class Banned(admin.SimpleListFilter):
    title = "banned"
    parameter_name = "banned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {"no": True, "yes": False}.get(self.value() or "")
        return queryset if known is None else queryset.filter(banned_at__isnull=known)


@admin.register(Membership)
class MembershipAdmin(Acting, Listed):
    form = MembershipForm
    list_display = ("person", "in_room", "role", "since", "banned")
    list_filter = (Banned, "role", ("created_at", dated("since when")))
    list_select_related = ("user", "room")
    search_fields = ("user__username", "user__display_name", "user__email", "room__name")
    fields = ("room", "user", "role", "created_at", "banned_at")
    raw_id_fields = ("room", "user")
    actions = ("remove", "ban", "lift_ban", "hand_over")
    ordering = ("-created_at",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        always = ("created_at", "banned_at")
        return always if obj is None else ("room", "user", *always)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by = staff(request)
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_act_permission(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_act_permission(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_act_permission(request) and super().has_delete_permission(request, obj)

    @admin.display(description="person", ordering="user__username")
    def person(self, place: Membership) -> SafeString:
        return shown(place.user)

    @admin.display(description="room", ordering="room__name")
    def in_room(self, place: Membership) -> SafeString:
        return shown(place.room)

    @admin.display(description="since", ordering="created_at")
    def since(self, place: Membership) -> str:
        return when(place.created_at)

    @admin.display(description="banned", ordering="banned_at")
    def banned(self, place: Membership) -> str:
        return when(place.banned_at)

    def called(self, row: Membership) -> SafeString:
        return format_html("{} in {}", shown(row.user), shown(row.room))

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        if not change:
            take_in(obj, by=staff(request))
        elif "role" in form.changed_data:
            moderation.change_role(obj, role=obj.role, by=staff(request))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """An owner is not removed: the room would stay behind without one."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        stay = [str(place) for place in objs if not policy.may(staff(request), Deed.REMOVE, place)]
        return to_delete, counts, needed, protected + stay

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        moderation.remove(obj, by=staff(request))

    def get_actions(self, request: HttpRequest) -> Any:
        """To delete a place is to remove whose it is, which is there by its name."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    @admin.action(description="Remove from the room", permissions=["act"])
    @asks_first("They leave the call at once and lose their place. They may be invited again.")
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        def deed(place: Membership) -> None:
            remove(place, staff(request))

        self.carry_out(request, queryset, deed, said="Removed", refusal=WHY_NOT_REMOVED)

    @admin.action(description="Ban from the room", permissions=["act"])
    @asks_first("They leave the call at once, and no link, knock or invitation brings them back.")
    def ban(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        def deed(place: Membership) -> None:
            if place.banned_at is not None:
                raise Needless
            moderation.ban(place, by=staff(request))

        self.carry_out(request, queryset, deed, said="Banned", refusal=WHY_NOT_REMOVED)

    @admin.action(description="Lift the ban", permissions=["act"])
    def lift_ban(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        def deed(place: Membership) -> None:
            if place.banned_at is None:
                raise Needless
            moderation.lift_ban(place, by=staff(request))

        self.carry_out(request, queryset, deed, said="Lifted the ban")

    @admin.action(description="Hand the room over to them", permissions=["act"])
    @asks_first("They own the room from now on. Whoever owned it moderates.")
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        def deed(place: Membership) -> None:
            try:
                moderation.hand_over(place, by=staff(request))
            except moderation.AccountDisabled as disabled:
                raise PermissionDenied from disabled

        refusal = "A room is handed over to a member or moderator who can sign in."
        self.carry_out(request, queryset, deed, said="Handed the room over", refusal=refusal)


WHY_NOT_REMOVED = "An owner stays: hand the room over first, or delete it."


def remove(place: Membership, by: Staff) -> None:
    if place.banned_at is not None:
        raise Needless
    moderation.remove(place, by=by)


def take_in(place: Membership, *, by: Staff) -> None:
    """An invitation that is taken at once."""
    room = locked(place.room)
    require(policy.may_invite(by, place.role))
    place.save()
    door.let_in(room.knocks.filter(user=place.user))
    note(Act.INVITE, room=room, by=by.user, whom=place.user, detail=place.role)
