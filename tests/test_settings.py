"""What an admin may set is what .env.example names."""

from __future__ import annotations

import re

from tests.support.environment import REPOSITORY


def names(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text, flags=re.MULTILINE))


def test_every_setting_is_named_in_the_example_and_nothing_else_is():
    read = names(r"\benv\.\w+\(\s*\"(\w+)\"", (REPOSITORY / "config/settings.py").read_text())
    example = names(r"^(\w+)=", (REPOSITORY / ".env.example").read_text())
    assert read == example


def test_the_database_of_the_tests_is_a_file(db):
    from django.db import connection

    if connection.vendor == "sqlite":
        assert "memory" not in str(connection.settings_dict["NAME"])
