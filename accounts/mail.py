"""Mail that nobody waits for: a slow mail server neither holds up a request nor tells by it."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from accounts.models import User

logger = logging.getLogger(__name__)

# One after the other; what waits is sent before the process ends.
_office = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
# What prints it, drops it, or puts it into files.
_STAYS_HERE = {
    f"django.core.mail.backends.{kind}.EmailBackend" for kind in ("console", "dummy", "filebased")
}


def leaves() -> bool:
    """Whether mail leaves this server: until one names a mail server, none does."""
    return settings.EMAIL_BACKEND not in _STAYS_HERE


def write(user: User, template: str, **context: Any) -> None:
    """Posts `account/email/<template>` to a user who has given an address."""
    if not user.email:
        return
    context |= {"user": user, "when": timezone.now()}
    template = f"account/email/{template}"
    post(get_adapter().render_mail(template, user.email, context), template)


def post(message: EmailMessage, template: str) -> None:
    """Sends it after the commit; a mail server that is away undoes nothing."""
    transaction.on_commit(lambda: _office.submit(_send, message, template), robust=True)


def _send(message: EmailMessage, template: str) -> None:
    try:
        message.send()
    except Exception:
        # Nobody else would hear of it.
        logger.exception("mail_not_sent template=%s", template)
