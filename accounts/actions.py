"""What is done to a whole account. Whoever holds a live socket hears of it after the commit."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F

from accounts import devices, first_admin
from accounts.models import User
from accounts.signals import tell, user_revoked


class AdminExists(Exception):
    """There is a superuser already, so the first one is no longer to be had."""


@transaction.atomic
def revoke_sign_ins(user: User) -> None:
    """Voids every sign-in of the user from before: sessions, devices, tokens and sockets."""
    User.objects.filter(pk=user.pk).update(auth_version=F("auth_version") + 1)
    user.refresh_from_db(fields=["auth_version"])
    devices.end_devices(user)
    tell(user_revoked, user_id=user.pk)


@transaction.atomic
def disable_user(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    revoke_sign_ins(user)


@transaction.atomic
def delete_user(user: User) -> None:
    revoke_sign_ins(user)
    user.delete()


@transaction.atomic
def make_first_admin(user: User) -> None:
    """Raises AdminExists when somebody was faster."""
    # A row that is always there is the lock: two people may hold the link at the same time.
    ContentType.objects.select_for_update().get(app_label="accounts", model="user")
    if User.objects.filter(is_superuser=True).exists():
        raise AdminExists
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    transaction.on_commit(first_admin.spend, robust=True)
