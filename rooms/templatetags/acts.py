"""What the record of a room keeps in the words of the program, in the words of its pages."""

from __future__ import annotations

from django import template

from rooms.models import Role

register = template.Library()

_WORDS = {
    "name": "its name",
    "capacity": "how many may be inside",
    "access": "who may enter",
    "hides_addresses": "hidden addresses",
    "has_chat": "the chat",
    "chat_days": "how long messages are kept",
    **{role.value: role.label for role in Role},
}


@register.filter
def spoken(detail: str) -> str:
    """For example "who may enter, the chat"; what has no word of its own stays as it is."""
    return ", ".join(_WORDS.get(part, part) for part in detail.split(", "))
