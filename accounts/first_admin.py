"""The one-time link that makes the first account the admin.

Its token stands in the fragment, so no server and no proxy logs it. The data folder keeps the
token until it is used; it works for a day, and only for as long as there is no superuser.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from accounts.models import User

_LASTS = dt.timedelta(days=1)


def wanted() -> bool:
    return not User.objects.filter(is_superuser=True).exists()


def link() -> str:
    """A new link; an older one no longer works."""
    token = secrets.token_urlsafe(32)
    spend()
    kept = _kept()
    kept.touch(mode=0o600)
    kept.write_text(token)
    return f"{settings.PARLEY_URL}{reverse('first_admin')}#{token}"


def is_good(token: str) -> bool:
    kept = _kept()
    if not kept.exists() or time.time() - kept.stat().st_mtime > _LASTS.total_seconds():
        return False
    return secrets.compare_digest(token.encode(), kept.read_bytes())


def spend() -> None:
    _kept().unlink(missing_ok=True)


def _kept() -> Path:
    return Path(settings.DATA_DIR) / "setup_token"
