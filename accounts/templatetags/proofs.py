"""What a page's own script needs for its first proof."""

from __future__ import annotations

import time

from django import template

from accounts.authentication import NONCES

register = template.Library()


@register.simple_tag
def dpop_nonce() -> str:
    """So that the first request of the page need not ask for one."""
    return NONCES.issue(time.time())
