"""What Parley has sent by mail: it does so after the commit, and nobody waits for it but tests."""

from __future__ import annotations

from django.core import mail
from django.core.mail import EmailMessage

from accounts.mail import post
from tests.support.ports import until

LAST = "This is the last one"


def sent() -> list[EmailMessage]:
    """All of it so far: one leaves after the other, so when a last one is there, all are."""
    post(EmailMessage(LAST, to=["dave@example.org"]), LAST)
    until(lambda: bool(mail.outbox) and mail.outbox[-1].subject == LAST, 5, "the last mail is sent")
    mail.outbox.pop()
    return mail.outbox


def link_in(message: EmailMessage) -> str:
    """Where its link leads to, within Parley."""
    link = next(line for line in str(message.body).splitlines() if line.startswith("http"))
    return "/" + link.split("/", 3)[3]
