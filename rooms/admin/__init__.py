"""Rooms, members, invitations and calls in Django admin. What it does goes through the actions."""

from rooms.admin import calls, rooms

__all__ = ["calls", "rooms"]
