"""The one-time link that makes the first account the admin.

Its token stands in the fragment, so no server and no proxy logs it. It works for a day, and only
for as long as there is no superuser.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

_SALT = "accounts.first_admin"
_LASTS = dt.timedelta(days=1)


def wanted() -> bool:
    return not User.objects.filter(is_superuser=True).exists()


def link() -> str:
    return f"{settings.PARLEY_URL}{reverse('first_admin')}#{signing.dumps('setup', salt=_SALT)}"


def is_good(token: str) -> bool:
    try:
        signing.loads(token, salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        return False
    return True
