"""Rooms, people, calls and the record in Django admin. What it does goes through the actions."""

from rooms.admin import calls, invitations, memberships, participants, record, rooms

__all__ = ["calls", "invitations", "memberships", "participants", "record", "rooms"]
