"""Rooms with their members and invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.forms import BaseInlineFormSet, ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest

from accounts.admin import Listed
from rooms import actions, policy
from rooms.admin.parts import ReadOnly, RightNow, inside, remove, staff
from rooms.models import Call, Invitation, Membership, Participant, Role, Room
from rooms.policy import Deed, Staff


class MembershipForm(ModelForm):  # type: ignore[type-arg]
    """Whose place it is stays; what role it has may change where the policy says so."""

    # Who fills it in, set by the page that the form is made for.
    by: Staff

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.fields["user"].disabled = True
        if "role" not in self.fields:
            return
        if policy.may_change_role(self.by, self.instance):
            choices = [(role.value, role.label) for role in policy.GIVEN_ROLES]
            self.fields["role"].choices = choices  # type: ignore[attr-defined]
        else:
            self.fields["role"].disabled = True


class MembershipFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        may_remove = policy.may(form.by, Deed.REMOVE, form.instance)
        if DELETION_FIELD_NAME in form.fields and not may_remove:
            form.fields[DELETION_FIELD_NAME].disabled = True


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 0
    fields = ("user", "role", "created_at")
    readonly_fields = ("created_at",)
    raw_id_fields = ("user",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.by = staff(request)
        return formset


class InvitationInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Invitation
    fields = ("role", "uses", "max_uses", "expires_at", "revoked_at", "created_by")
    readonly_fields = fields
    extra = 0
    show_change_link = True


@admin.register(Room)
class RoomAdmin(Listed):
    """A room is made by its owner, on the site."""

    list_display = ("name", "owner", "members", "inside", "created_at")
    list_filter = (RightNow, "locked", "created_at")
    search_fields = ("name", "slug", "memberships__user__username", "memberships__user__email")
    fields = ("name", "capacity", "locked", "slug", "people_inside", "created_at")
    readonly_fields = ("slug", "people_inside", "created_at")
    inlines = (MembershipInline, InvitationInline)
    actions = ("end_the_call",)
    # It would lead to a room that only members may see.
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        here = Membership.objects.filter(room=OuterRef("pk"))
        counted = here.values("room").annotate(number=Count("pk")).values("number")
        listed: QuerySet[Room] = super().get_queryset(request)
        return listed.annotate(
            owner=Subquery(here.filter(role=Role.OWNER).values("user__username")),
            members=Subquery(counted),
            inside_now=inside("call__room"),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(ordering="owner")
    def owner(self, room: Any) -> str:
        return room.owner or ""

    @admin.display(ordering="members")
    def members(self, room: Any) -> int:
        return room.members or 0

    @admin.display(ordering="inside_now", description="inside now")
    def inside(self, room: Any) -> int:
        return int(room.inside_now)

    @admin.display(description="inside now")
    def people_inside(self, room: Room) -> str:
        people = Participant.objects.present().people_in([room])[room.pk]
        return ", ".join(person.name for person in people) or "nobody"

    @admin.action(description="End the call", permissions=["change"])
    def end_the_call(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        for room in queryset:
            actions.end_call(room, by=staff(request))
            self.log_change(request, room, "Ended the call.")
            messages.success(request, f"{room}: the call is over.")

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        actions.configure_room(
            obj, by=staff(request), name=obj.name, capacity=obj.capacity, locked=obj.locked
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for membership in formset.deleted_objects:
            actions.remove_member(membership, by=staff(request))
        for membership, _ in formset.changed_objects:
            actions.change_role(membership, role=membership.role, by=staff(request))
        for membership in formset.new_objects:
            membership.save()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A room takes its calls along, though nobody deletes a call by itself."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        along = {Call._meta.verbose_name, Participant._meta.verbose_name}
        return to_delete, counts, needed - along, protected

    def delete_model(self, request: HttpRequest, obj: Room) -> None:
        actions.close_room(obj, by=staff(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        for room in queryset:
            actions.close_room(room, by=staff(request))


@admin.register(Membership)
class MembershipAdmin(Listed):
    form = MembershipForm
    list_display = ("user", "room", "role", "created_at")
    list_filter = ("role", "created_at")
    list_select_related = ("user", "room")
    search_fields = ("user__username", "user__display_name", "user__email", "room__name")
    fields = ("room", "user", "role", "created_at")
    raw_id_fields = ("room", "user")
    actions = ("remove_from_the_room",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("created_at",) if obj is None else ("room", "user", "created_at")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by = staff(request)
        return form

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        if not change:
            obj.save()
        elif "role" in form.changed_data:
            actions.change_role(obj, role=obj.role, by=staff(request))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """An owner is not removed: the room would stay behind without one."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        stay = [str(place) for place in objs if not policy.may(staff(request), Deed.REMOVE, place)]
        return to_delete, counts, needed, protected + stay

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        actions.remove_member(obj, by=staff(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for membership in queryset.select_related("room"):
            actions.remove_member(membership, by=staff(request))

    @admin.action(description="Remove from the room", permissions=["delete"])
    def remove_from_the_room(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for place in queryset.select_related("room", "user"):
            if policy.may(staff(request), Deed.REMOVE, place):
                self.log_deletions(request, [place])  # type: ignore[arg-type]
            remove(request, place)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, Listed):
    list_display = ("room", "works", "role", "uses", "max_uses", "expires_at", "created_by")
    list_filter = ("role", "created_at", "expires_at")
    list_select_related = ("room", "created_by")
    search_fields = ("room__name", "created_by__username")
    fields = ("room", "works", "role", "uses", "max_uses", "expires_at", "revoked_at", "created_by")
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        is_open = Invitation.objects.open().filter(pk=OuterRef("pk"))
        listed: QuerySet[Invitation] = super().get_queryset(request)
        return listed.annotate(works=Exists(is_open))

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("rooms.change_invitation")

    @admin.display(boolean=True)
    def works(self, invitation: Any) -> bool:
        return bool(invitation.works)

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        for invitation in queryset.select_related("room"):
            actions.revoke_invitation(invitation, by=staff(request))
            self.log_change(request, invitation, "Revoked.")
