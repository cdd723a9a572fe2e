"""What every test may ask for."""

from __future__ import annotations

# Before anything reads Django's settings.
from tests.support import environment  # isort: skip

import pytest
from django.conf import settings
from django.db import connections

pytest_plugins = ["tests.support.fixtures"]


def pytest_configure() -> None:
    # Pages are rendered without `collectstatic`, and hashing a password takes no quarter second.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The file, or the cluster, goes with the process: whoever is connected may stay."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_xdist_suffix: None) -> None:
    """A database file: SQLite in memory behaves otherwise when threads meet in it."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(environment.SCRATCH / "tests.sqlite3")
