"""What has ended a sign-in; each is sent after the commit.

Arguments, all by keyword:
- `device_ended`: `device_id` (UUID): this one device is signed out
- `user_revoked`: `user_id` (int): every sign-in of the user from before is void
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import Signal

device_ended = Signal()
user_revoked = Signal()


def tell(signal: Signal, **news: Any) -> None:
    """Sends it after the commit; whatever fails in who hears it undoes nothing."""
    transaction.on_commit(lambda: signal.send_robust(sender=None, **news), robust=True)
