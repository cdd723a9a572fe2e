"""The one-time link that makes the first account the admin.

Its token stands in the fragment, so no server and no proxy logs it. The data folder keeps the
token until it is used; it works for a day, and only for as long as there is no superuser.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import tempfile
import time
from contextlib import suppress
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
    _keep(token)
    return f"{settings.PARLEY_URL}{reverse('first_admin')}#{token}"


def is_good(token: str) -> bool:
    with suppress(FileNotFoundError), _kept().open("rb") as file:
        age = time.time() - os.fstat(file.fileno()).st_mtime
        in_time = age <= _LASTS.total_seconds()
        # Of an empty file nobody knows the token.
        return bool(token) and in_time and secrets.compare_digest(token.encode(), file.read())
    return False


def spend() -> None:
    _kept().unlink(missing_ok=True)


def _keep(token: str) -> None:
    """The whole token at once, for its owner's eyes alone."""
    kept = _kept()
    with tempfile.NamedTemporaryFile("w", dir=kept.parent, delete=False) as file:
        file.write(token)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, kept)


def _kept() -> Path:
    return Path(settings.DATA_DIR) / "setup_token"
