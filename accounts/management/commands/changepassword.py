"""Django's own command; here too a new password ends every sign-in with the old one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import changepassword

from accounts import actions
from accounts.models import User


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        said = super().handle(*args, **options)
        actions.revoke_sign_ins(User.objects.get(username=options["username"]))
        return said
