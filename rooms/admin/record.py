"""Who did what: looked at, and never changed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from accounts.admin_lists import Listed, shown, when
from rooms.admin.parts import ReadOnly
from rooms.models import DELETED_ACCOUNT, AuditEntry
from rooms.templatetags.acts import spoken


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, Listed):
    list_display = ("moment", "deed", "who", "whom", "where", "more")
    # By date: the row of dates above the list.
    list_filter = ("act",)
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

    @admin.display(description="when", ordering="at")
    def moment(self, entry: AuditEntry) -> str:
        return when(entry.at)

    @admin.display(description="what was done", ordering="act")
    def deed(self, entry: AuditEntry) -> str:
        return entry.get_act_display()

    @admin.display(ordering="actor__username")
    def who(self, entry: AuditEntry) -> SafeString:
        return shown(entry.actor or DELETED_ACCOUNT)

    @admin.display(ordering="target__username")
    def whom(self, entry: AuditEntry) -> SafeString:
        return shown(entry.target or "")

    @admin.display(description="room", ordering="room_name")
    def where(self, entry: AuditEntry) -> SafeString:
        return shown(entry.room_name)

    @admin.display(description="detail")
    def more(self, entry: AuditEntry) -> str:
        return spoken(entry.detail)
