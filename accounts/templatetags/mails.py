"""Whether mail goes anywhere, and where one goes after it, for the pages that speak of one."""

from __future__ import annotations

from django import template

from accounts import mail
from accounts.adapter import login_on_the_way

register = template.Library()
register.simple_tag(mail.leaves)
register.filter(login_on_the_way)
