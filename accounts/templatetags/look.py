"""Icons and avatars for the pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_HUES = 6


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; the words beside it say what it means."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def avatar(name: str) -> SafeString:
    """A disc with the initial; the colour is the name's own, on every page."""
    hue = sum(map(ord, name)) % _HUES
    return format_html(
        '<span class="avatar hue-{}" aria-hidden="true">{}</span>', hue, name[:1].upper()
    )


@register.filter
def names(people: Sequence[str]) -> str:
    """For example "Alice and Bob", or "Alice, Bob and 2 more"."""
    shown = list(people[:2]) + ([f"{len(people) - 2} more"] if len(people) > 2 else [])
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
