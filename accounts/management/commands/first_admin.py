"""Prints the one-time link that makes the first account the admin; nothing once there is one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts import first_admin


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if first_admin.wanted():
            self.stdout.write("Whoever opens this link first, and once, becomes the admin:")
            self.stdout.write(first_admin.link())
