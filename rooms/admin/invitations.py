"""The ways into a room: invitations, and who knocked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_lists import Listed, Needless, asks_first, dated, opened, shown, when
from rooms import actions
from rooms.admin.parts import Acting, ReadOnly, staff
from rooms.models import DELETED_ACCOUNT, Invitation, Knock


class InvitationInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Invitation
    fields = ("maker", "role", "uses", "max_uses", "expires_at", "revoked_at")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).select_related("created_by", "room")

    @admin.display(description="made by")
    def maker(self, invitation: Invitation) -> SafeString:
        return opened(invitation, shown(invitation.created_by or DELETED_ACCOUNT))


@admin.register(Invitation)
class InvitationAdmin(Acting, ReadOnly, Listed):
    list_display = ("in_room", "works", "role", "uses", "max_uses", "expires_at", "maker")
    list_filter = (
        "role",
        ("created_at", dated("when it was made")),
        ("expires_at", dated("when it expires")),
    )
    list_select_related = ("room", "created_by")
    search_fields = ("room__name", "created_by__username")
    fields = ("room", "works", "role", "uses", "max_uses", "expires_at", "revoked_at", "created_by")
    actions = ("revoke",)
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        is_open = Invitation.objects.open().filter(pk=OuterRef("pk"))
        listed: QuerySet[Invitation] = super().get_queryset(request)
        return listed.annotate(works=Exists(is_open))

    @admin.display(description="room", ordering="room__name")
    def in_room(self, invitation: Invitation) -> SafeString:
        return shown(invitation.room)

    @admin.display(description="made by", ordering="created_by__username")
    def maker(self, invitation: Invitation) -> SafeString:
        return shown(invitation.created_by or DELETED_ACCOUNT)

    @admin.display(boolean=True)
    def works(self, invitation: Any) -> bool:
        return bool(invitation.works)

    def called(self, row: Invitation) -> SafeString:
        maker = shown(row.created_by or DELETED_ACCOUNT)
        return format_html("the one to {} by {}", shown(row.room), maker)

    @admin.action(description="Revoke", permissions=["act"])
    @asks_first("Their links let nobody in any more. Who came by them stays.")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        def deed(invitation: Invitation) -> None:
            if invitation.revoked_at is not None:
                raise Needless
            actions.revoke_invitation(invitation, by=staff(request))

        self.carry_out(request, queryset, deed, said="Revoked")


@admin.register(Knock)
class KnockAdmin(ReadOnly, Listed):
    list_display = ("person", "in_room", "knocked", "ended", "how")
    list_filter = ("end", ("created_at", dated("when they knocked")))
    list_select_related = ("room", "user")
    search_fields = ("user__username", "user__display_name", "room__name")
    fields = ("user", "room", "created_at", "ended_at", "end")
    ordering = ("-created_at",)

    @admin.display(description="person", ordering="user__username")
    def person(self, knock: Knock) -> SafeString:
        return shown(knock.user)

    @admin.display(description="room", ordering="room__name")
    def in_room(self, knock: Knock) -> SafeString:
        return shown(knock.room)

    @admin.display(description="knocked", ordering="created_at")
    def knocked(self, knock: Knock) -> str:
        return when(knock.created_at)

    @admin.display(description="ended", ordering="ended_at")
    def ended(self, knock: Knock) -> str:
        return when(knock.ended_at)

    @admin.display(description="how it ended", ordering="end")
    def how(self, knock: Knock) -> str:
        return knock.get_end_display() or "Waiting"
