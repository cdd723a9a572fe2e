"""Mail about an account that nobody waits for: a slow mail server must not hold up a request."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

logger = logging.getLogger(__name__)

# One after the other; what waits is sent before the process ends.
_office = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def write(user: User, template: str, **context: Any) -> None:
    """Sends `account/email/<template>` after the commit, to who has given an address."""
    if not user.email:
        return
    devices_url = settings.PARLEY_URL + reverse("devices")
    context |= {"user": user, "when": timezone.now(), "devices_url": devices_url}
    message = get_adapter().render_mail(f"account/email/{template}", user.email, context)
    transaction.on_commit(lambda: _office.submit(_send, message, template), robust=True)


def _send(message: EmailMessage, template: str) -> None:
    try:
        message.send()
    except OSError:
        logger.exception("mail_not_sent template=%s", template)
