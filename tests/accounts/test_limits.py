"""Who tries too often waits; who does nothing wrong does not, however many share an address."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import OperationalError
from django.test import AsyncClient, Client

from accounts.addresses import address, neighbourhood, socket_ip
from accounts.limits import TooMany, bad_handshake, ice_servers
from accounts.models import User
from tests.accounts.conftest import PASSWORD, signed_in

CLASS = 40
ALICE_AT_HOME, ELSEWHERE = "203.0.113.1", "198.51.100.1"


@pytest.fixture(autouse=True)
def behind_one_proxy(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    # As many as ever, in so long a time that it does not end in the middle of a test.
    settings.RATE_LIMITS = {
        name: f"{rate.split('/')[0]}/99d" for name, rate in settings.RATE_LIMITS.items()
    }


def try_wrong(name: str, through: str = ALICE_AT_HOME, client: Client | None = None):
    """What somebody hears who does not know the password, from behind our proxy."""
    form = {"login": name, "password": "wrong"}
    headers = {"X-Forwarded-For": through}
    return (client or Client()).post("/accounts/login/", form, headers=headers)


def use_up(name: str, through: str = ALICE_AT_HOME) -> None:
    for _ in range(5):
        assert "do not go together" in try_wrong(name, through).text
    assert try_wrong(name, through).status_code == 429


def sign_in(client: Client, name: str, through: str, password: str = PASSWORD) -> int:
    form = {"login": name, "password": password}
    answer = client.post("/accounts/login/", form, headers={"X-Forwarded-For": through})
    return answer.status_code


def forget_and_reset(client: Client, user: User, password: str) -> None:
    client.post("/accounts/password/reset/", {"email": user.email})
    link = next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("http"))
    page = client.get("/" + link.split("/", 3)[3]).headers["Location"]
    client.post(page, {"password1": password, "password2": password})


# --- where somebody is ---


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "seen"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 0, "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6,203.0.113.9 , 10.0.0.2", 2, "203.0.113.9"),
        # Fewer than our own proxies add: it came past them.
        ("10.0.0.1", "203.0.113.9", 2, "10.0.0.1"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", 1, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, ", 1, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9:4711", 1, "10.0.0.1"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("::1", "::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("::1", "2001:DB8::1", 1, "2001:db8::1"),
        ("", "", 0, "0.0.0.0"),
        ("", "203.0.113.9", 1, "203.0.113.9"),
    ],
)
def test_an_address_is_what_the_outermost_proxy_of_ours_saw(peer, forwarded, trusted, seen):
    assert address(peer, forwarded, trusted) == seen


def test_a_socket_comes_from_where_a_request_comes_from(settings):
    lines = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"203.0.113.9")]
    scope = {"headers": lines, "client": ("10.0.0.1", 1)}
    assert socket_ip(scope) == "203.0.113.9"
    settings.TRUSTED_PROXY_COUNT = 0
    assert socket_ip(scope) == "10.0.0.1"
    assert socket_ip({"headers": [], "client": None}) == "0.0.0.0"


def test_all_addresses_of_one_network_are_one():
    assert neighbourhood("2001:db8:1:2::1") == neighbourhood("2001:db8:1:2:ffff::9")
    assert neighbourhood("2001:db8:1:2::1") != neighbourhood("2001:db8:1:3::1")
    assert neighbourhood("192.0.2.1") == "192.0.2.1"


# --- passwords ---


def test_a_class_signs_in_from_one_address(db):
    for number in range(CLASS):
        User.objects.create_user(f"pupil{number}", password=PASSWORD)
    for number in range(CLASS):
        signed_in(f"pupil{number}")


def test_who_guesses_waits_and_is_told_how_long(alice):
    use_up("alice")
    answer = try_wrong("alice")
    assert 0 < int(answer.headers["Retry-After"]) <= 99 * 24 * 60 * 60
    assert re.search(r"Too many tries\. Wait \d+ minutes, then try again\.", answer.text)
    assert "set a new one" in answer.text


@pytest.mark.parametrize(
    ("wait", "words"),
    [(0, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (840, "14 minutes")],
)
def test_how_long_is_said_as_people_say_it(wait, words):
    assert f"Wait {words}, then" in str(TooMany(wait).detail)


def test_the_right_password_does_not_help_who_has_guessed_too_often(alice):
    use_up("alice")
    assert sign_in(Client(), "alice", ALICE_AT_HOME) == 429


def test_an_account_is_one_by_whatever_spelling(alice):
    for spelling in ("alice", "ALICE", "alice@example.org", "Alice@Example.ORG", "aLiCe"):
        try_wrong(spelling)
    assert try_wrong("alice").status_code == 429


def test_a_name_that_is_nobodys_is_counted_like_any_other(db):
    use_up("nobody")
    assert try_wrong("NoBody").status_code == 429


def test_a_sign_in_between_does_not_forgive_what_was_wrong(alice):
    for _ in range(4):
        try_wrong("alice")
    assert sign_in(Client(), "alice", ALICE_AT_HOME) == 302
    try_wrong("alice")
    assert try_wrong("alice").status_code == 429


def test_one_address_that_tries_many_names_waits(db):
    for number in range(20):
        assert try_wrong(f"nobody{number}").status_code == 200
    assert try_wrong("nobody20").status_code == 429
    assert try_wrong("nobody20", ELSEWHERE).status_code == 200


def test_a_network_of_addresses_is_one_that_tries(db):
    for number in range(20):
        try_wrong(f"nobody{number}", f"2001:db8:1:2::{number}")
    assert try_wrong("nobody20", "2001:db8:1:2:3::").status_code == 429


@pytest.mark.parametrize("claims", ["198.51.100.{}, 203.0.113.1", "{}, 203.0.113.1"])
def test_what_a_client_claims_about_its_address_counts_for_nothing(alice, claims):
    for number in range(5):
        try_wrong("alice", claims.format(number))
    assert try_wrong("alice", claims.format(99)).status_code == 429


def test_without_a_proxy_of_ours_no_claim_counts(alice, settings):
    settings.TRUSTED_PROXY_COUNT = 0
    for number in range(5):
        try_wrong("alice", f"198.51.100.{number}")
    assert try_wrong("alice", "198.51.100.99").status_code == 429


# --- nobody keeps others from their own account ---


def test_who_guesses_elsewhere_locks_nobody_out(alice):
    use_up("alice", ELSEWHERE)
    assert sign_in(Client(), "alice", ALICE_AT_HOME) == 302


def test_who_guesses_at_the_same_address_locks_no_browser_of_the_owner_out(alice):
    client = Client()
    assert sign_in(client, "alice", ALICE_AT_HOME) == 302
    client.post("/accounts/logout/")
    use_up("alice")
    for number in range(20):
        try_wrong(f"nobody{number}")
    assert sign_in(Client(), "alice", ALICE_AT_HOME) == 429
    assert sign_in(client, "alice", ALICE_AT_HOME) == 302


def test_a_browser_of_the_owner_may_not_guess_for_ever_either(alice):
    client = signed_in("alice")
    client.post("/accounts/logout/")
    for _ in range(5):
        assert try_wrong("alice", client=client).status_code == 200
    assert try_wrong("alice", client=client).status_code == 429


def test_a_browser_of_somebody_else_is_any_browser(alice, bob):
    client = signed_in("bob")
    client.post("/accounts/logout/")
    use_up("alice")
    assert sign_in(client, "alice", ALICE_AT_HOME) == 429


def test_a_mark_that_we_did_not_make_is_none(alice):
    client = signed_in("alice")
    client.post("/accounts/logout/")
    made = client.cookies["known"].value
    use_up("alice")
    client.cookies["known"] = made[:-1] + ("A" if made[-1] != "A" else "B")
    assert sign_in(client, "alice", ALICE_AT_HOME) == 429


def test_the_mark_is_for_the_server_alone(alice, settings):
    settings.SECURE = True
    cookie = signed_in("alice").cookies["known"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert "alice" not in cookie.value and str(alice.password) not in cookie.value


@pytest.mark.parametrize("login", ["alice", "Alice@example.org"])
def test_who_has_set_a_new_password_need_not_wait(alice, login):
    use_up(login)
    for number in range(20):
        try_wrong(f"nobody{number}")
    client = Client()
    forget_and_reset(client, alice, "other words here")
    assert sign_in(client, login, ALICE_AT_HOME, "other words here") == 302


# --- second factors and passwords that are asked for again ---


def test_who_guesses_codes_waits(alice):
    TOTP.activate(alice, generate_totp_secret())
    client = signed_in("alice")
    for _ in range(5):
        answer = client.post("/accounts/passkeys-and-codes/authenticate/", {"code": "000000"})
        assert answer.status_code == 200
    answer = client.post("/accounts/passkeys-and-codes/authenticate/", {"code": "000000"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_who_has_a_password_and_many_addresses_guesses_no_more_codes(alice):
    TOTP.activate(alice, generate_totp_secret())
    codes = []
    for number in range(21):
        client = Client(headers={"X-Forwarded-For": f"198.51.100.{number}"})
        client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
        page = client.post("/accounts/passkeys-and-codes/authenticate/", {"code": "000000"})
        codes.append(page.status_code)
    assert codes == [200] * 20 + [429]


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("reauthenticate/", {"password": "wrong"}),
        ("password/change/", {"oldpassword": "wrong", "password1": "x", "password2": "x"}),
    ],
)
def test_who_found_an_open_session_does_not_guess_its_password(alice, page, form):
    client = signed_in("alice")
    for _ in range(5):
        assert client.post(f"/accounts/{page}", form).status_code == 200
    assert client.post(f"/accounts/{page}", form).status_code == 429


# --- forms that anybody may send ---


def test_a_class_signs_up_from_one_address(db):
    for number in range(CLASS):
        wrong = {"username": f"pupil{number}", "password1": "short", "password2": "short"}
        right = wrong | {"password1": PASSWORD, "password2": PASSWORD}
        codes = [Client().post("/accounts/signup/", form).status_code for form in (wrong, right)]
        assert codes == [200, 302]


def test_who_asks_for_many_names_waits(alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"forms": "3/99d"}
    form = {"username": "alice", "password1": PASSWORD, "password2": PASSWORD}
    codes = [Client().post("/accounts/signup/", form).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_resets_are_bounded_alike_for_every_address(alice, settings, email):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"mails": "3/99d"}
    spellings = [email, email.upper(), f" {email}", email]
    answers = [Client().post("/accounts/password/reset/", {"email": one}) for one in spellings]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert len(mail.outbox) == (3 if email == alice.email else 0)


def test_nobody_fills_somebodys_mailbox_from_many_addresses(alice):
    for number in range(25):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        form = {"email": alice.email}
        answer = Client().post("/accounts/password/reset/", form, headers=headers)
        assert answer.status_code == 302
    assert len(mail.outbox) == 20


def test_neighbours_keep_nobody_from_a_reset_in_their_own_browser(alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"forms": "2/99d"}
    client = signed_in("alice")
    client.post("/accounts/logout/")
    for _ in range(3):
        Client().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    form = {"email": alice.email}
    assert Client().post("/accounts/password/reset/", form).status_code == 429
    assert client.post("/accounts/password/reset/", form).status_code == 302


def test_a_form_without_its_token_counts_for_nothing(db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"forms": "1/99d"}
    for _ in range(3):
        Client(enforce_csrf_checks=True).post("/accounts/password/reset/", {"email": "a@b.org"})
    assert Client().post("/accounts/password/reset/", {"email": "a@b.org"}).status_code == 302


@pytest.mark.parametrize("email", ["a\0b@example.org", "x" * 100_000, "\ud800"])
def test_an_odd_address_is_no_fault_of_ours(db, email):
    body = urlencode({"email": email}, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    answer = Client().post("/accounts/password/reset/", body, content_type=kind)
    assert answer.status_code == 200


# --- without the database or the cache ---


@pytest.fixture
def cache_away(settings):
    """Redis at an address where nobody listens."""
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/accounts/login/", {"login": "alice", "password": PASSWORD}),
        ("/accounts/password/reset/", {"email": "alice@example.org"}),
        ("/accounts/signup/", {"username": "bob"}),
    ],
)
def test_a_form_is_not_taken_where_it_cannot_be_counted(alice, cache_away, caplog, page, form):
    answer = Client().post(page, form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert "We cannot do this right now" in answer.text
    assert "cache unavailable" in caplog.text


def without_database(get_response):
    """A middleware as it fails that finds no database: no view is there yet to have raised it."""

    def middleware(request):
        raise OperationalError("gone")

    return middleware


@pytest.mark.parametrize(
    ("path", "said"), [("/", "We cannot do this right now"), ("/api/rooms/", '"unavailable"')]
)
async def test_what_fails_before_a_view_is_unavailable_too(settings, path, said):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.without_database"]
    settings.PARLEY_URL = "http://testserver"
    answer = await AsyncClient(raise_request_exception=False).get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert said in answer.content.decode()


# --- what is counted for others ---


def test_what_was_taken_often_enough_says_when_there_is_more(db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"ice_servers": "2/99d"}
    ice_servers(1)
    ice_servers(1)
    ice_servers(2)
    with pytest.raises(TooMany) as refused:
        ice_servers(1)
    assert 0 < refused.value.wait <= 99 * 24 * 60 * 60


def test_bad_handshakes_are_counted_by_address(db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"handshakes": "1/99d"}
    here = {"headers": [(b"x-forwarded-for", b"203.0.113.1")], "client": ("10.0.0.1", 1)}
    bad_handshake(here)
    bad_handshake(here | {"headers": [(b"x-forwarded-for", b"203.0.113.2")]})
    with pytest.raises(TooMany):
        bad_handshake(here)
