"""The people of a room on its page in the admin: who belongs to it, and who is banned."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.admin_lists import opened, shown, when
from rooms import moderation, policy
from rooms.admin.parts import ReadOnly, staff
from rooms.models import Membership, Role
from rooms.policy import Deed, Staff


class MembershipForm(ModelForm):  # type: ignore[type-arg]
    """What role a place has may change where the policy says so."""

    # Who fills it in, set by the page that the form is made for.
    by: Staff

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Membership = self.instance
        if "role" not in self.fields:
            return
        if policy.may_change_role(self.by, place):
            kept = [Role.GUEST] if place.role == Role.GUEST else []
            choices = [(role.value, role.label) for role in (*kept, *policy.GIVEN_ROLES)]
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
    verbose_name_plural = "members"
    extra = 0
    fields = ("person", "role", "since")
    readonly_fields = ("person", "since")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        places: QuerySet[Membership] = super().get_queryset(request)
        return places.filter(banned_at__isnull=True).select_related("user", "room")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """That has a page of its own."""
        return False

    @admin.display(description="person")
    def person(self, place: Membership) -> SafeString:
        return opened(place, shown(place.user))

    @admin.display(description="since")
    def since(self, place: Membership) -> str:
        return when(place.created_at)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.by = staff(request)
        return formset


class BannedInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    verbose_name_plural = "banned people"
    extra = 0
    fields = ("person", "since")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        places: QuerySet[Membership] = super().get_queryset(request)
        return places.filter(banned_at__isnull=False).select_related("user", "room")

    @admin.display(description="person")
    def person(self, place: Membership) -> SafeString:
        return opened(place, shown(place.user))

    @admin.display(description="since")
    def since(self, place: Membership) -> str:
        return when(place.banned_at)


def save_places(formset: Any, *, by: Staff) -> list[SafeString]:
    """What was changed among the members of a room, all on one page; who had gone by then.

    The removal of one may take others along: guests go with the call that it ends.
    """
    gone = []
    changes = [(place, None) for place in formset.deleted_objects]
    changes += [(place, place.role) for place, _ in formset.changed_objects]
    for place, role in changes:
        try:
            if role is None:
                moderation.remove(place, by=by)
            else:
                moderation.change_role(place, role=role, by=by)
        except Membership.DoesNotExist:
            gone.append(shown(place.user))
    return gone
