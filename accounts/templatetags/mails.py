"""Whether mail goes anywhere, for the pages that speak of one."""

from __future__ import annotations

from django import template

from accounts import mail

register = template.Library()
register.simple_tag(mail.leaves)
