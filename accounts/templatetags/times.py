"""Moments, as every page shows them."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.dateformat import format as written
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# What is read where no script runs; static/js/site/clock.js knows the same names.
_FORMS = {
    "time": "H:i e",
    "day": "j F Y",
    "weekday": "l j F Y",
    "brief": "D j M Y",
    "moment": "j M Y, H:i e",
}
_WHOLE = "l j F Y, H:i e"


@register.filter
def local(moment: dt.datetime, shows: str) -> SafeString:
    """In UTC, until the page's script says it by the reader's own clock."""
    at = moment.astimezone(dt.UTC)
    return format_html(
        '<time datetime="{}" data-shows="{}" title="{}">{}</time>',
        f"{at:%Y-%m-%dT%H:%M:%SZ}",
        shows,
        written(at, _WHOLE),
        written(at, _FORMS[shows]),
    )
