"""What Django admin's lists do alike: search, ask before it hurts, say what was done to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime

SEARCH_LENGTH = 100
NAME_SHOWN = 40
# What no line can be broken in takes a column for itself.
WORD_SHOWN = 20
NAMES_SAID = 8
NAMES_LISTED = 3
MOST_AT_ONCE = 100

Action = Callable[[Any, HttpRequest, QuerySet[Any]], Any]


class Needless(Exception):  # noqa: N818 - it is an answer, not a fault
    """It is so already."""


def shown(row: object) -> SafeString:
    """A name among other text: cut, and without a hold over what stands around it."""
    words = (Truncator(word).chars(WORD_SHOWN) for word in str(row).split())
    return format_html("<bdi>{}</bdi>", Truncator(" ".join(words)).chars(NAME_SHOWN))


def opened(row: Model, text: SafeString) -> SafeString:
    """The text as the way to the row's own page."""
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(page, args=[row.pk]), text)


def when(moment: dt.datetime | None) -> str:
    """As in the columns that Django fills itself."""
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment else ""


def dated(title: str) -> type[admin.DateFieldListFilter]:
    """By date, under a heading of ours instead of the field's name."""

    class Dated(admin.DateFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

    return Dated


def told(names: Iterable[SafeString], most: int = NAMES_SAID) -> SafeString:
    """Names in a row; of many only the first."""
    all_names = list(names)
    first = format_html_join(", ", "{}", ((name,) for name in all_names[:most]))
    left = len(all_names) - most
    return format_html("{} and {} more", first, left) if left > 0 else first


class Listed(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that is searched for no more than a database can compare."""

    list_per_page = 50

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term[:SEARCH_LENGTH])

    def called(self, row: Any) -> SafeString:
        return shown(row)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ObjectDoesNotExist:
            return self._overtaken(request)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().delete_view(request, *args, **kwargs)
        except ObjectDoesNotExist:
            return self._overtaken(request)

    def _overtaken(self, request: HttpRequest) -> HttpResponse:
        messages.warning(request, "Nothing was changed: meanwhile somebody has taken it away.")
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def carry_out(
        self,
        request: HttpRequest,
        rows: Iterable[Any],
        deed: Callable[[Any], object],
        *,
        said: str,
        refusal: str = "",
    ) -> None:
        """Does it to each row by itself, and says to which it was done and to which not.

        `said` is what was done, `refusal` why the policy would not have it, both in words.
        """
        done, needless, refused = [], [], []
        for row in rows:
            name = self.called(row)
            try:
                # The note goes first: the deed may take the row away. What is refused leaves none.
                with transaction.atomic():
                    self.log_change(request, row, f"{said}.")
                    deed(row)
            except (Needless, ObjectDoesNotExist):
                needless.append(name)
            except PermissionDenied:
                refused.append(name)
            else:
                done.append(name)
        if done:
            messages.success(request, format_html("{}: {}.", said, told(done)))
        say_needless(request, needless)
        if refused:
            messages.warning(request, format_html("Refused: {}. {}", told(refused), refusal))


def say_needless(request: HttpRequest, names: list[SafeString]) -> None:
    if names:
        messages.info(request, format_html("Nothing to do: {}.", told(names)))


def asks_first(question: str) -> Callable[[Action], Action]:
    """Shows whom it is about, and does nothing before somebody says yes to that."""

    def asking(action: Action) -> Action:
        @wraps(action)
        def asked(listed: Listed, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
            if "sure" in request.POST:
                return action(listed, request, queryset)
            rows = list(queryset[: MOST_AT_ONCE + 1])
            if len(rows) > MOST_AT_ONCE:
                messages.error(request, f"Choose at most {MOST_AT_ONCE} at once.")
                return None
            context = {
                **listed.admin_site.each_context(request),
                "title": "Are you sure?",
                "opts": listed.opts,
                "question": question,
                "deed": action.__name__,
                "label": getattr(asked, "short_description", "Yes"),
                "checkbox": ACTION_CHECKBOX_NAME,
                "rows": [(row.pk, listed.called(row)) for row in rows],
            }
            return TemplateResponse(request, "admin/sure.html", context)

        return asked

    return asking
