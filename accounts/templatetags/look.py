"""Icons and avatars for the pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
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
def within(messages: Iterable[Message], part: str) -> list[Message]:
    """Those that one part of the page has to say."""
    return [message for message in messages if message.extra_tags == part]


@register.filter
def outside(messages: Iterable[Message], parts: Sequence[str]) -> list[Message]:
    """Those that no part of the page has to say: what was done may have taken its part away."""
    return [message for message in messages if message.extra_tags not in parts]


@register.filter
def names(people: Sequence[str]) -> SafeString:
    """For example "Alice and Bob", or "Alice, Bob and 2 more"; none turns the text around it."""
    shown = [format_html("<bdi>{}</bdi>", name) for name in people[:2]]
    if len(people) > 2:
        shown.append(format_html("{} more", len(people) - 2))
    first = format_html_join(", ", "{}", ((one,) for one in shown[:-1]))
    return format_html("{} and {}", first, shown[-1]) if first else shown[-1]
