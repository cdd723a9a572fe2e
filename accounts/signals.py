"""What has ended a sign-in; each is sent after the commit.

Arguments, all by keyword:
- `device_ended`: `device_id` (UUID): this one device is signed out
- `user_revoked`: `user_id` (int): every sign-in of the user from before is void
"""

from django.dispatch import Signal

device_ended = Signal()
user_revoked = Signal()
