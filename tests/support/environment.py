"""The settings that the tests run with; imported before Django reads its own."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path

import django

from tests.support import postgres

REPOSITORY = Path(__file__).resolve().parents[2]
SCRATCH = Path(tempfile.mkdtemp(prefix="parley-tests-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

# The servers of the tests begin with exactly this; nothing of who runs the tests leaks into them.
CLEAN = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}


def settle() -> None:
    """Points Django at a folder of its own, and at PostgreSQL when TEST_DATABASE asks for it."""
    (SCRATCH / "static").mkdir()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["PARLEY_DATA"] = str(SCRATCH)
    os.environ["PARLEY_URL"] = "http://localhost:8000"
    os.environ["LOG_LEVEL"] = "WARNING"
    # Tests that run side by side share the cluster, with a database each.
    side_by_side = "PYTEST_XDIST_WORKER" in os.environ
    if os.environ.get("TEST_DATABASE") == "postgres" and not side_by_side:
        os.environ["DATABASE_URL"] = postgres.cluster().url("postgres")
    # Here and not by pytest's plugin, which comes after the conftest files that import models.
    django.setup()
    logging.getLogger("httpx").setLevel("WARNING")


settle()
