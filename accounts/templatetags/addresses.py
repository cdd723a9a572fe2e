"""Whole addresses, for mails."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def address(page: str) -> str:
    return f"{settings.PARLEY_URL}{reverse(page)}"
