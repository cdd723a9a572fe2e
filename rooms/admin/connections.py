"""How well people were connected: calls by what became of it, and what each end has said."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from accounts.admin_lists import shown
from rooms.admin.kinds import pairs
from rooms.admin.parts import ReadOnly
from rooms.diagnosis import Kind
from rooms.models import DELETED_ACCOUNT, ConnectionReport, Participant

ANY_FAILURE = "failed"


class Connections(admin.SimpleListFilter):
    """Calls in which any pair came to this."""

    title = "connections"
    parameter_name = "connections"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = sorted(Kind, key=lambda kind: not kind.is_failure)
        return [(ANY_FAILURE, "Any failure"), *((kind.value, kind.label) for kind in kinds)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        here = pairs().filter(call=OuterRef("pk"))
        if chosen == ANY_FAILURE:
            failures = [kind.value for kind in Kind if kind.is_failure]
            return queryset.filter(Exists(here.filter(kind__in=failures)))
        if chosen == Kind.UNKNOWN.value:
            known = here.exclude(kind=chosen)
            return queryset.filter(Exists(meetings()), ~Exists(known))
        return queryset.filter(Exists(here.filter(kind=chosen))) if chosen else queryset


def meetings() -> QuerySet[Participant]:
    """Seats of the call that somebody else came to join."""
    later = Participant.objects.filter(
        Q(joined_at__gte=OuterRef("joined_at")),
        Q(joined_at__lt=Coalesce(OuterRef("left_at"), Now())),
        call=OuterRef("call"),
    )
    met = Exists(later.exclude(pk=OuterRef("pk")))
    return Participant.objects.filter(met, call=OuterRef("pk"))


class ReportInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """What stands behind the sentences."""

    model = ConnectionReport
    verbose_name_plural = "what each end said"
    classes = ("collapse",)
    extra = 0
    fields = ("by", "to", "state", "path", "setup_ms", "restarts", "errors", "sent", "received")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConnectionReport]:
        listed: QuerySet[ConnectionReport] = super().get_queryset(request)
        return listed.select_related("reporter__user", "about__user").order_by("pk")

    @admin.display(description="who said it")
    def by(self, report: ConnectionReport) -> SafeString:
        return shown(report.reporter.user or DELETED_ACCOUNT)

    @admin.display(description="of the connection to")
    def to(self, report: ConnectionReport) -> SafeString:
        return shown(report.about.user or DELETED_ACCOUNT)

    @admin.display(description="path")
    def path(self, report: ConnectionReport) -> str:
        ends = " to ".join(filter(None, (report.local_type, report.remote_type)))
        return " over ".join(filter(None, (ends, report.protocol)))

    @admin.display(description="relay's errors")
    def errors(self, report: ConnectionReport) -> str:
        return ", ".join(str(code) for code in report.ice_errors)

    @admin.display(description="sent")
    def sent(self, report: ConnectionReport) -> str:
        return filesizeformat(report.bytes_sent)

    @admin.display(description="received")
    def received(self, report: ConnectionReport) -> str:
        return filesizeformat(report.bytes_received)
