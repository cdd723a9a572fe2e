"""A mail server that takes its time."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from django.core.mail import EmailMessage
from django.core.mail.backends import locmem


class EmailBackend(locmem.EmailBackend):
    """Takes a mail when somebody lets it go on, or after a while."""

    go_on = Event()

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        self.go_on.wait(5)
        return super().send_messages(messages)
