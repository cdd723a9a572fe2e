"""What has happened to rooms and seats; each is sent after the commit, to whoever must act on it.

Arguments, all by keyword:
- `seats_ended`: `slug` (str), `seats` (dict of peer id to LeaveReason value)
- `membership_ended`: `slug` (str), `user_id` (int)
- `room_closed`: `slug` (str)
- `room_changed`: `slug` (str), `name` (str), `capacity` (int), `locked` (bool)
"""

from django.dispatch import Signal

from accounts.signals import tell

__all__ = ["membership_ended", "room_changed", "room_closed", "seats_ended", "tell"]

seats_ended = Signal()
membership_ended = Signal()
room_closed = Signal()
room_changed = Signal()
