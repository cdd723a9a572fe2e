"""What people may be called."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.names import validate_plain_text
from tests.accounts.conftest import PASSWORD, signed_in

SPOOFS = [
    *("a\u202egpj", "a\u2066b", "a\u200fb", "a\x00b", "a\nb", "a\u2028b", "a\ud800b"),
    # Without width, and so the same as "alice" to whoever reads it.
    *("alice\u200b", "al\u200cice", "al\u200dice", "\ufeffalice", "al\u00adice", "alice\u2060"),
    *("علي\u200c", "\u200cعلي", "👩\u200d", "\u200d👩", "a\U000e0061", "C+\u200d+"),
    # Letters and symbols by name, and nothing to see.
    *("\u3164", "\u115f\u1160", "\uffa0", "\u2800", "alice\u3164"),
    *("", " ", "\u200b", "\u0301"),
]
NAMES = [
    *("Alice", "Zoë O’Hara", "علي", "山田", "김영희"),
    # Joiners where they belong: Persian, Sinhala, Malayalam, emoji.
    *("علی\u200cرضا", "ශ\u0dca\u200dරී", "ന\u0d4d\u200dമ", "👩‍💻 Bob", "👩🏽‍💻", "🏳️‍🌈", "❤️‍🔥"),
]


@pytest.mark.parametrize("name", SPOOFS)
def test_a_name_may_not_hide_or_turn_text(name):
    with pytest.raises(ValidationError):
        validate_plain_text(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_be_in_any_script(name):
    validate_plain_text(name)


@pytest.mark.parametrize("name", ["a\u202eb", "two words", "alice@example.org", "a" * 65])
def test_a_username_is_refused_at_sign_up_and_the_field_says_why(db, name):
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    answer = Client().post("/accounts/signup/", form)
    assert answer.context["form"].errors["username"]
    assert not User.objects.exists()


def test_a_display_name_is_what_others_see(alice):
    signed_in("alice").post("/accounts/profile/", {"display_name": "Alice A."})
    alice.refresh_from_db()
    assert alice.name == "Alice A."


@pytest.mark.parametrize("name", ["a\u202eb", "a" * 65])
def test_a_display_name_that_is_refused_says_so_and_changes_nothing(alice, name):
    answer = signed_in("alice").post("/accounts/profile/", {"display_name": name})
    assert answer.context["form"].errors["display_name"]
    alice.refresh_from_db()
    assert alice.name == "alice"


def test_without_a_display_name_others_see_the_username(alice):
    assert alice.name == "alice"


def test_the_profile_is_for_who_is_signed_in(db):
    answer = Client().get("/accounts/profile/")
    assert answer.headers["Location"] == "/accounts/login/?next=/accounts/profile/"
