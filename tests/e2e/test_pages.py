"""Every page loads without a console error and without breaking its own policy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
from django.urls import URLResolver, get_resolver, reverse
from playwright.async_api import expect

from tests.support.browser import Stage
from tests.support.client import Client
from tests.support.fixtures import SignIn
from tests.support.passkeys import add_factors
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

# Named addresses that give no page to GET: deeds, the API, probes, what leads elsewhere, and what
# the admin may not do to rows that Parley keeps itself.
NO_PAGES = {
    "account_confirm_login_code",
    "account_set_password",
    "admin:accounts_device_add",
    "admin:accounts_device_delete",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:login",
    "admin:logout",
    "admin:password_change",
    "admin:rooms_auditentry_add",
    "admin:rooms_auditentry_delete",
    "admin:rooms_call_add",
    "admin:rooms_call_delete",
    "admin:rooms_invitation_add",
    "admin:rooms_invitation_delete",
    "admin:rooms_knock_add",
    "admin:rooms_knock_delete",
    "admin:rooms_participant_add",
    "admin:rooms_participant_delete",
    "admin:rooms_room_add",
    "admin:rooms_worker_add",
    "admin:rooms_worker_delete",
    "admin:usersessions_usersession_add",
    "admin:view_on_site",
    "api_accept",
    "api_admit",
    "api_ban",
    "api_bans",
    "api_calls",
    "api_deny",
    "api_device",
    "api_devices",
    "api_hold",
    "api_ice_servers",
    "api_invitation",
    "api_invitations",
    "api_knocks",
    "api_own_knock",
    "api_link",
    "api_member",
    "api_members",
    "api_messages",
    "api_owner",
    "api_reports",
    "api_room",
    "api_rooms",
    "api_running_call",
    "api_schema",
    "api_tickets",
    "api_token",
    "api_token_refresh",
    "api_token_revoke",
    "ban_lift",
    "device_rename",
    "device_revoke",
    "healthz",
    "invitation_new",
    "invitation_revoke",
    "member_ban",
    "member_owner",
    "member_remove",
    "member_role",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
    "readyz",
    "room_chat",
    "room_close",
    "room_entry",
    "room_history_csv",
    "room_leave",
    "room_link",
    "room_lock",
    "session_end",
    "sign_out_everywhere",
}
# Pages of a moment; each is opened by itself below.
PASSING = {"first_admin", "mfa_activate_totp", "mfa_authenticate"}

# A row of every model that Django admin shows, and the key of each.
FILL = """
import json
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from accounts.models import User
from rooms.models import Knock, Room
Group.objects.create(name="Hosts")
user = User.objects.get(username="alice")
Knock.objects.create(room=Room.objects.first(), user=user)
EmailAddress.objects.create(user=user, email="alice@example.org")
rows = {
    f"{model._meta.app_label}_{model._meta.model_name}": str(model._default_manager.first().pk)
    for model in admin.site._registry
}
print(json.dumps(rows | {"passkey": Authenticator.objects.get(type="webauthn").pk}))
"""


def named(
    resolver: URLResolver, space: str = "", outer: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every named address below, with the arguments that it takes."""
    for one in resolver.url_patterns:
        takes = outer | frozenset(one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            yield from named(one, f"{space}{one.namespace}:" if one.namespace else space, takes)
        elif one.name:
            yield f"{space}{one.name}", takes


def addresses(arguments: dict[str, Any], rows: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, takes in named(get_resolver()):
        model = name.removeprefix("admin:").rpartition("_")[0]
        known = arguments | {"object_id": rows.get(model, "1")}
        if name.startswith("mfa_"):
            known["pk"] = rows["passkey"]
        yield name, reverse(name, kwargs={argument: known[argument] for argument in takes})


def is_page(answer: httpx.Response) -> bool:
    return answer.is_success and answer.headers["content-type"].startswith("text/html")


async def test_every_page_is_quiet(stage: Stage, server: Server, sign_in: SignIn):
    admin, bob = sign_in(server, "admin"), sign_in(server, "bob")
    slug = admin.make_room()
    admin.bring(bob, slug=slug)
    inside = await Client.open(bob, slug)
    await inside.join()
    arguments = {
        "slug": slug,
        "user_id": admin.api("GET", f"rooms/{slug}/members/")[-1]["user"],
        "pk": admin.api("GET", f"rooms/{slug}/invitations/")[0]["id"],
        "id": 1,
        "device_id": UUID(int=0),
        "session_id": 1,
        "key": "x",
        "uidb36": "1",
        "app_label": "accounts",
        "content_type_id": 1,
    }
    # Whoever changes how they sign in has just shown who they are.
    admin.post_form(reverse("account_reauthenticate"), {"password": PASSWORD})
    in_tab, out_tab = await stage.tab(server, admin), await stage.tab(server)
    await add_factors(in_tab)
    rows = json.loads(server.shell(FILL))
    stranger = Person(server, "nobody")

    without = set()
    for name, path in addresses(arguments, rows):
        if is_page(admin.http.get(path)):
            await in_tab.open(path)
        elif is_page(stranger.http.get(path)):
            await out_tab.open(path)
        else:
            without.add(name)
    await out_tab.open(reverse("account_login"))
    await out_tab.fill_in(login="admin", password=PASSWORD)
    await out_tab.press("Sign in")
    await expect(out_tab.page).to_have_url(server.url + reverse("mfa_authenticate"))
    # The way to the first admin is there only as long as nobody is one.
    server.shell("from accounts.models import User; User.objects.update(is_superuser=False)")
    await out_tab.open(reverse("first_admin"))
    assert is_page(stranger.http.get(reverse("first_admin")))

    assert without == NO_PAGES | PASSING
    stranger.http.close()
    await inside.close()
