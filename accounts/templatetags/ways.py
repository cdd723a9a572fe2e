"""Where signing in leads to, for the pages on the way there."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from django import template
from django.template.context import Context
from django.urls import Resolver404, resolve

register = template.Library()


@register.simple_tag(takes_context=True)
def leads_to(context: Context) -> str:
    """The name of that page; nobody looks whether there is what its address speaks of."""
    address = get_next_redirect_url(context["request"]) or ""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""
