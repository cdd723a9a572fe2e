"""One sees one's devices and sessions, names them, and ends them; those of others are not there."""

from __future__ import annotations

import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts import mail
from accounts.models import Device
from tests.accounts.conftest import signed_in
from tests.support.mailbox import sent

HERE = "http://localhost:8000"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
DEVICES = "/accounts/devices/"
SESSIONS = "/accounts/sessions/"

pytestmark = pytest.mark.django_db


def device_of(client: Client) -> Device:
    return Device.objects.get(pk=client.session["device"])


def give_key(device: Device) -> None:
    thumbprint = device.pk.hex.ljust(43, "k")
    Device.objects.filter(pk=device.pk).update(
        key={"kty": "EC"}, thumbprint=thumbprint, key_at=timezone.now()
    )


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def main_of(page: str) -> str:
    return page[page.index("<main") :]


def rows(page: str) -> list[str]:
    """What is listed, in its order."""
    return main_of(page).split('<li class="row')[1:]


def notices(client: Client, path: str) -> list[str]:
    return [str(message) for message in client.get(path).context["messages"]]


def test_one_sees_ones_own_devices_this_one_first(alice, bob):
    signed_in("bob", **{"User-Agent": FIREFOX})
    elsewhere, here = signed_in("alice"), signed_in("alice", **{"User-Agent": FIREFOX})
    page = here.get(DEVICES)
    assert page.context["live"] == [device_of(here), device_of(elsewhere)]
    first, second = rows(page.text)
    assert "This device" in first
    assert "Firefox on Linux" in first
    assert "This device" not in second
    # What is pressed here signs out here.
    assert ["Revoke" in row for row in (first, second)] == [False, True]
    assert ["Sign out" in row for row in (first, second)] == [True, False]


def test_a_device_that_is_out_is_listed_while_its_key_could_come_back(alice):
    here = signed_in("alice")
    with_key, without = signed_in("alice"), signed_in("alice")
    gone = device_of(with_key)
    give_key(gone)
    for client in (with_key, without):
        client.post("/accounts/logout/")
    page = here.get(DEVICES)
    assert page.context["live"] == [device_of(here)]
    assert list(page.context["gone"]) == [gone]
    assert "signed out just now" in page.text

    here.post(f"{DEVICES}{gone.pk}/revoke/")
    gone.refresh_from_db()
    assert gone.revoked_at is not None
    assert not here.get(DEVICES).context["gone"]


def test_a_device_is_called_what_one_likes(alice):
    client = signed_in("alice")
    device = device_of(client)
    client.post(f"{DEVICES}{device.pk}/name/", {"name": "Kitchen <b>tablet</b>"})
    assert "Kitchen &lt;b&gt;tablet&lt;/b&gt;" in client.get(DEVICES).text
    for name in ("", "x" * 65, "a\u202eb"):
        answer = client.post(f"{DEVICES}{device.pk}/name/", {"name": name})
        [dialog] = re.findall("<dialog[^>]* open.*?</dialog>", answer.text, re.DOTALL)
        assert f'value="{name}"' in dialog
        assert 'class="error"' in dialog
        device.refresh_from_db()
        assert device.name == "Kitchen <b>tablet</b>"


def test_a_revoked_device_is_signed_out_and_the_others_stay(alice):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    revoked = device_of(elsewhere)
    assert here.post(f"{DEVICES}{revoked.pk}/revoke/").headers["Location"] == DEVICES
    assert notices(here, DEVICES) == [f"{revoked.name} is revoked."]
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    revoked.refresh_from_db()
    assert revoked.revoked_at is not None


def test_who_revokes_this_device_is_signed_out_and_told_so(alice):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    answer = here.post(f"{DEVICES}{device_of(here).pk}/revoke/")
    assert answer.headers["Location"] == "/accounts/login/"
    [said] = notices(here, "/accounts/login/")
    assert said == "This device is revoked, and you are signed out here."
    assert not is_signed_in(here)
    assert is_signed_in(elsewhere)


def test_signing_out_everywhere_ends_this_one_too(alice, bob):
    here, elsewhere, other = signed_in("alice"), signed_in("alice"), signed_in("bob")
    answer = here.post(f"{DEVICES}sign-out-everywhere/")
    assert answer.headers["Location"] == "/accounts/login/"
    assert notices(here, "/accounts/login/") == ["You are signed out everywhere."]
    assert not is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert is_signed_in(other)


@pytest.mark.parametrize("deed", ["name", "revoke"])
def test_the_devices_of_others_are_not_there(alice, bob, deed):
    hers = signed_in("alice")
    device = device_of(hers)
    answer = signed_in("bob").post(f"{DEVICES}{device.pk}/{deed}/", {"name": "Mine"})
    assert answer.status_code == 404
    assert is_signed_in(hers)
    assert device_of(hers).name == device.name


@pytest.mark.parametrize("deed", ["name", "revoke"])
def test_a_revoked_device_is_not_there_any_more(alice, deed):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    device = device_of(elsewhere)
    here.post(f"{DEVICES}{device.pk}/revoke/")
    assert here.post(f"{DEVICES}{device.pk}/{deed}/", {"name": "Mine"}).status_code == 404


def test_one_sees_ones_own_sessions(alice, bob):
    signed_in("bob")
    here = signed_in("alice", **{"User-Agent": FIREFOX})
    signed_in("alice")
    page = here.get(SESSIONS)
    assert {session.user for session in page.context["sessions"]} == {alice}
    assert len(page.context["sessions"]) == 2
    assert ["This one" in row for row in rows(page.text)] == [
        "Firefox on Linux" in row for row in rows(page.text)
    ]
    assert ["Sign out here?" in row for row in rows(page.text)] == [
        "This one" in row for row in rows(page.text)
    ]


def test_a_session_that_is_ended_is_out_and_its_device_with_it(alice):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    device = device_of(elsewhere)
    here.post(f"{SESSIONS}{session_of(elsewhere).pk}/end/")
    assert not is_signed_in(elsewhere)
    assert is_signed_in(here)
    device.refresh_from_db()
    assert device.ended_at is not None


def test_who_ends_this_session_is_told_so(alice):
    here = signed_in("alice")
    answer = here.post(f"{SESSIONS}{session_of(here).pk}/end/")
    assert answer.headers["Location"] == "/accounts/login/"
    [said] = notices(here, "/accounts/login/")
    assert said == "This session is over, and you are signed out here."
    assert not is_signed_in(here)


def test_all_other_sessions_end_at_once(alice, bob):
    here, elsewhere, other = signed_in("alice"), signed_in("alice"), signed_in("bob")
    ended = device_of(elsewhere)
    here.post(SESSIONS)
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert is_signed_in(other)
    ended.refresh_from_db()
    assert ended.ended_at is not None


def test_the_sessions_of_others_are_not_there(alice, bob):
    hers = signed_in("alice")
    answer = signed_in("bob").post(f"{SESSIONS}{session_of(hers).pk}/end/")
    assert answer.status_code == 404
    assert is_signed_in(hers)


@pytest.mark.parametrize(
    "path",
    [
        f"{DEVICES}sign-out-everywhere/",
        f"{DEVICES}00000000-0000-0000-0000-000000000000/name/",
        f"{DEVICES}00000000-0000-0000-0000-000000000000/revoke/",
        f"{SESSIONS}1/end/",
    ],
)
def test_a_deed_takes_a_form_and_somebody_who_is_signed_in(alice, path):
    assert signed_in("alice").get(path).status_code == 405
    assert Client().post(path).headers["Location"] == f"/accounts/login/?next={path}"


def session_of(client: Client) -> UserSession:
    session: UserSession = UserSession.objects.get(session_key=client.session.session_key)
    return session


PASSWORD_PAGE = "/accounts/password/reset/"


@pytest.mark.parametrize(
    ("template", "subject", "deed", "pages"),
    [
        ("device_added", "New device", "signed in to", [DEVICES, PASSWORD_PAGE]),
        ("device_retired", "Signed out", "signed out of", [DEVICES]),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_the_mail_about_a_device_names_it_and_leads_to_the_pages(
    alice, template, subject, deed, pages
):
    device = device_of(signed_in("alice"))
    device.name = "Alice & Bob's <b>"
    mail.write(alice, template, device=device)
    [message] = sent()
    assert message.subject == f"{subject}: {device.name}"
    assert f'"{device.name}" was {deed} your account "alice"' in message.body
    lines = message.body.splitlines()
    assert [line for line in lines if line.startswith("http")] == [HERE + page for page in pages]
    assert lines[-1] == f"Parley at {HERE}/"


def test_the_account_page_leads_to_all_of_it(alice):
    page = main_of(signed_in("alice").get("/accounts/profile/").text)
    for path in (DEVICES, SESSIONS, "/accounts/passkeys-and-codes/"):
        assert f'href="{path}"' in page
