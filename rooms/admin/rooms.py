"""Rooms: who is inside right now, what they are like, and what is done to all who meet there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Model, OuterRef, Prefetch, QuerySet, Subquery
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.admin_lists import (
    NAMES_LISTED,
    Listed,
    Needless,
    asks_first,
    dated,
    opened,
    say_needless,
    shown,
    told,
    when,
)
from rooms import actions
from rooms.admin.invitations import InvitationInline
from rooms.admin.parts import Acting, RightNow, end_call, inside, staff
from rooms.admin.people import BannedInline, MembershipInline, save_places
from rooms.models import DELETED_ACCOUNT, Call, Knock, Membership, Message, Participant, Role, Room
from rooms.policy import Staff

# What the owner may choose too.
CHOSEN = tuple(actions.CHOSEN_BY)


class RoomForm(ModelForm):  # type: ignore[type-arg]
    class Meta:
        labels: ClassVar = {
            "hides_addresses": "Hides everybody's address",
            "has_chat": "Has a chat",
            "chat_days": "Keeps its chat for",
        }
        help_texts: ClassVar = {"chat_days": "Days; 0 keeps it for as long as the call goes on."}


@admin.register(Room)
class RoomAdmin(Acting, Listed):
    """A room is made by its owner, on the site."""

    form = RoomForm
    list_display = ("named", "owner", "inside", "enters", "members", "met")
    list_filter = (RightNow, "access", "locked", ("created_at", dated("when it was made")))
    search_fields = ("name", "slug", "memberships__user__username", "memberships__user__email")
    readonly_fields = ("link", "people_inside", "waiting", "made", "more")
    inlines = (MembershipInline, BannedInline, InvitationInline)
    actions = ("end_the_call", "lock", "unlock")
    # It would lead to a room that only members may see.
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        here = Membership.objects.standing().filter(room=OuterRef("pk")).order_by()
        counted = here.values("room").annotate(number=Count("pk")).values("number")
        latest = Call.objects.filter(room=OuterRef("pk")).order_by("-started_at")
        listed: QuerySet[Room] = super().get_queryset(request)
        return listed.annotate(
            owner=Subquery(here.filter(role=Role.OWNER).values("user__username")),
            members=Subquery(counted),
            inside_now=inside("call__room"),
            last_call=Subquery(latest.values("started_at")[:1]),
        ).prefetch_related(live())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Somebody asks for help, and sends their link along."""
        term = search_term.strip().removeprefix(f"{settings.PARLEY_URL}/r/").removesuffix("/")
        return super().get_search_results(request, queryset, term)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The link lets in where not only members may enter: who may only look gets none."""
        link = ("link",) if self.has_act_permission(request) else ()
        return (*CHOSEN, *link, "made", "more")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            ("Right now", {"fields": ("people_inside", "waiting")}),
            ("The room", {"fields": self.get_fields(request, obj)}),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_act_permission(request) and super().has_delete_permission(request, obj)

    @admin.display(description="name", ordering="name")
    def named(self, room: Room) -> SafeString:
        return shown(room)

    @admin.display(ordering="owner")
    def owner(self, room: Any) -> SafeString:
        return shown(room.owner or "")

    @admin.display(ordering="members")
    def members(self, room: Any) -> int:
        return room.members or 0

    @admin.display(description="inside now", ordering="inside_now")
    def inside(self, room: Room) -> SafeString:
        users = dict.fromkeys(seat.user for seat in seats_in(room))
        return told([shown(user or DELETED_ACCOUNT) for user in users], NAMES_LISTED)

    @admin.display(description="access", ordering="access")
    def enters(self, room: Room) -> str:
        return room.access.capitalize() + (", locked" if room.locked else "")

    @admin.display(description="last call", ordering="last_call")
    def met(self, room: Any) -> str:
        return when(room.last_call)

    @admin.display(description="inside now")
    def people_inside(self, room: Room) -> SafeString | str:
        lines = [
            (
                opened(seat, shown(seat.user or DELETED_ACCOUNT)),
                when(seat.joined_at),
                "" if seat.away_since is None else ", reconnecting",
            )
            for seat in seats_in(room)
        ]
        people = format_html_join("", "<li>{} since {}{}</li>", lines)
        return format_html('<ul class="people">{}</ul>', people) if lines else "Nobody."

    @admin.display(description="waiting at the door")
    def waiting(self, room: Room) -> SafeString | str:
        knocks = room.knocks.waiting().select_related("user")
        return told([shown(knock.user) for knock in knocks]) or "Nobody."

    @admin.display(description="link")
    def link(self, room: Room) -> SafeString:
        """Shown here and nowhere else."""
        return format_html("<code>{}</code>", room.url)

    @admin.display(description="made")
    def made(self, room: Room) -> str:
        return when(room.created_at)

    @admin.display(description="more of it")
    def more(self, room: Room) -> SafeString:
        pages = [("Members and bans", "membership"), ("Calls", "call"), ("Knocks", "knock")]
        links = [
            (reverse(f"admin:rooms_{model}_changelist"), room.pk, name)
            for name, model in [*pages, ("Who did what", "auditentry")]
        ]
        lists = format_html_join(" · ", '<a href="{}?room__id__exact={}">{}</a>', links)
        add = reverse("admin:rooms_membership_add")
        return format_html('{} · <a href="{}?room={}">Add a member</a>', lists, add, room.pk)

    @admin.action(description="End the call", permissions=["act"])
    @asks_first("Everybody inside leaves the call at once. They may meet again afterwards.")
    def end_the_call(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        def deed(room: Room) -> None:
            end_call(room, staff(request))

        self.carry_out(request, queryset, deed, said="Ended the call")

    @admin.action(description="Lock", permissions=["act"])
    def lock(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        def deed(room: Room) -> None:
            set_lock(room, locked=True, by=staff(request))

        self.carry_out(request, queryset, deed, said="Locked")

    @admin.action(description="Unlock", permissions=["act"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        def deed(room: Room) -> None:
            set_lock(room, locked=False, by=staff(request))

        self.carry_out(request, queryset, deed, said="Unlocked")

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        chosen = {name: getattr(obj, name) for name in CHOSEN if name in form.changed_data}
        actions.configure_room(obj, by=staff(request), **chosen)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        say_needless(request, save_places(formset, by=staff(request)))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """How much of what goes with a room: what people wrote in it is not looked at."""
        along: list[tuple[str, type[Model], str]] = [
            ("calls", Call, "room"),
            ("participants", Participant, "call__room"),
            ("memberships", Membership, "room"),
            ("messages", Message, "room"),
            ("knocks", Knock, "room"),
        ]
        counts = {
            name: model._default_manager.filter(**{f"{path}__in": objs}).count()
            for name, model, path in along
        }
        return [shown(room) for room in objs], {"rooms": len(objs), **counts}, set(), []

    def delete_model(self, request: HttpRequest, obj: Room) -> None:
        actions.close_room(obj, by=staff(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        gone = []
        for room in queryset:
            try:
                actions.close_room(room, by=staff(request))
            except Room.DoesNotExist:
                gone.append(shown(room))
        say_needless(request, gone)


def live() -> Prefetch:  # type: ignore[type-arg]
    """Who is inside, in two queries for all rooms of a list."""
    seats = Participant.objects.present().select_related("user")
    running = Call.objects.running().prefetch_related(
        Prefetch("participants", queryset=seats, to_attr="present")
    )
    return Prefetch("calls", queryset=running, to_attr="running")


def seats_in(room: Any) -> list[Participant]:
    """As `live` has found them."""
    return [seat for call in room.running for seat in call.present]


def set_lock(room: Room, *, locked: bool, by: Staff) -> None:
    if room.locked == locked:
        raise Needless
    actions.configure_room(room, by=by, locked=locked)
