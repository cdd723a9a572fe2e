"""What an admin may set is what .env.example names."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings

from config import keys
from tests.support.environment import CLEAN, REPOSITORY

# A full disk, as far as this process is concerned.
MAKE_KEY_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from config import keys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
keys.kept(Path(sys.argv[1]))
"""


def names(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text, flags=re.MULTILINE))


def test_every_setting_is_named_in_the_example_and_nothing_else_is():
    read = names(r"\benv\.\w+\(\s*\"(\w+)\"", (REPOSITORY / "config/settings.py").read_text())
    read |= {f"PARLEY_LIMIT_{name.upper()}" for name in settings.RATE_LIMITS}
    read |= names(r"\$\(setting (\w+)\)", (REPOSITORY / "scripts/serve").read_text())
    example = names(r"^(\w+)=", (REPOSITORY / ".env.example").read_text())
    assert read == example


def test_the_database_of_the_tests_is_a_file(db):
    from django.db import connection

    if connection.vendor == "sqlite":
        assert "memory" not in str(connection.settings_dict["NAME"])


@pytest.mark.parametrize(
    "url",
    [
        "https://Parley.example.org",
        "HTTPS://parley.example.org",
        "https://parley.example.org/calls",
        "https://parley.example.org?",
        "https://parley.example.org:443",
        "ftp://parley.example.org",
        "ftp://parley.example.org:21",
        "parley.example.org",
    ],
)
def test_an_address_that_no_browser_would_spell_so_is_refused_at_start(url, tmp_path):
    assert "must look like" in started(url, tmp_path).stderr


@pytest.mark.parametrize("url", ["https://parley.example.org/", "http://localhost:8000"])
def test_an_address_as_browsers_spell_it_is_taken(url, tmp_path):
    assert started(url, tmp_path).returncode == 0


def started(url: str, data: Path) -> subprocess.CompletedProcess[str]:
    """A process that reads the settings."""
    environment = CLEAN | {"PARLEY_URL": url, "PARLEY_DATA": str(data)}
    command = [sys.executable, "-c", "import config.settings"]
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("dotenv", "environment", "address"),
    [
        ("", {}, "127.0.0.1:8000"),
        ("HOST=0.0.0.0\nPORT=9000\n", {}, "0.0.0.0:9000"),
        ("HOST=0.0.0.0\nPORT=9000\n", {"HOST": "::1", "PORT": "9001"}, "::1:9001"),
        ("HOST='0.0.0.0'\nPORT=\"9000\" # ours\nPORT=9001\n", {}, "0.0.0.0:9000"),
        ("HOST=\nPORT=\n", {}, "127.0.0.1:8000"),
    ],
)
def test_the_server_listens_where_the_environment_or_else_the_file_says(
    tmp_path, dotenv, environment, address
):
    (tmp_path / "scripts").mkdir()
    serve = shutil.copy(REPOSITORY / "scripts/serve", tmp_path / "scripts/serve")
    (tmp_path / ".env").write_text(dotenv)
    uvicorn = tmp_path / "uvicorn"
    uvicorn.write_text('#!/bin/sh\necho "$3:$5"\n')
    uvicorn.chmod(0o755)
    paths = {"PATH": f"{tmp_path}:{CLEAN['PATH']}"}
    said = subprocess.check_output([serve], env=CLEAN | paths | environment, text=True)
    assert said.strip() == address


def test_a_key_is_made_once_and_is_for_its_owners_eyes_alone(tmp_path):
    path = tmp_path / "key"
    assert keys.kept(path) == keys.kept(path) != ""
    assert path.stat().st_mode & 0o777 == 0o600
    assert [kept.name for kept in tmp_path.iterdir()] == ["key"]


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path):
    assert started("http://localhost:8000", tmp_path / "var").returncode == 0
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_those_who_start_at_once_agree_on_one_key(tmp_path):
    crowd = 8
    for number in range(50):
        start, path = Barrier(crowd), tmp_path / str(number)

        def make(_: int, start: Barrier = start, path: Path = path) -> str:
            start.wait()
            return keys.kept(path)

        with ThreadPoolExecutor(crowd) as threads:
            assert set(threads.map(make, range(crowd))) == {path.read_text()}


def test_a_start_that_cannot_write_the_key_does_not_spoil_the_next(tmp_path):
    command = [sys.executable, "-c", MAKE_KEY_WITHOUT_ROOM, str(tmp_path / "key")]
    failed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert "File too large" in failed.stderr
    assert keys.kept(tmp_path / "key")
