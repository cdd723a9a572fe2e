"""Who did what: looked at, and never changed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from accounts.admin_lists import Listed, shown, when
from rooms.admin.parts import ReadOnly
from rooms.models import SOMEONE_WHO_LEFT, AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, Listed):
    list_display = ("moment", "act", "by", "whom", "where", "detail")
    list_filter = ("act", "at")
    list_select_related = ("room", "actor", "target")
    search_fields = (
        "room_name",
        "room__name",
        "actor__username",
        "actor__display_name",
        "target__username",
        "target__display_name",
    )
    search_help_text = "By room or person."
    date_hierarchy = "at"
    fields = ("at", "act", "actor", "target", "room", "room_name", "detail")
    ordering = ("-pk",)

    @admin.display(description="at", ordering="at")
    def moment(self, entry: AuditEntry) -> str:
        return when(entry.at)

    @admin.display(ordering="actor__username")
    def by(self, entry: AuditEntry) -> SafeString:
        return shown(entry.actor or SOMEONE_WHO_LEFT)

    @admin.display(ordering="target__username")
    def whom(self, entry: AuditEntry) -> SafeString:
        return shown(entry.target or "")

    @admin.display(description="room", ordering="room_name")
    def where(self, entry: AuditEntry) -> SafeString:
        return shown(entry.room_name)
