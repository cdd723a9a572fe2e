"""Deletes the messages that are older than their rooms keep them, and says how many."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from rooms import chat


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = chat.sweep()
        self.stdout.write(f"Deleted {deleted} {'message' if deleted == 1 else 'messages'}.")
