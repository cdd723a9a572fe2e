"""A real Parley: its own process, port, data folder and database."""

from __future__ import annotations

import copy
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Literal

import httpx
from django.conf import settings

from tests.support import postgres
from tests.support.environment import CLEAN, REPOSITORY
from tests.support.ports import free_port, until

Kind = Literal["uvicorn", "daphne"]
Database = Literal["sqlite", "postgres"]

# The cast; Dave is there where four are needed.
CAST = ("alice", "bob", "charlie", "dave")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of accounts that live as long as a test
# For whoever is to be turned away by a rule, and not by the number of tries.
UNLIMITED = {f"PARLEY_LIMIT_{name.upper()}": "1000000/m" for name in settings.RATE_LIMITS}
MAKE_CAST = f"""
from accounts.models import User
for username in {CAST!r}:
    User.objects.create_user(username, password={PASSWORD!r}, display_name=username.title())
User.objects.create_superuser("admin", password={PASSWORD!r}, display_name="Admin")
"""


def manage(environment: dict[str, str], *arguments: str) -> str:
    """What `manage.py` prints; a failure shows it."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


class Installation:
    """What every server starts from: migrated databases with the cast in them, static files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def environment(self, **settings: str) -> dict[str, str]:
        ours = {"PARLEY_DATA": str(self.folder), "EMAIL_URL": "consolemail://", "SECRET_KEY": "x"}
        return CLEAN | ours | {"PYTHONUNBUFFERED": "1"} | settings

    @cached_property
    def static(self) -> Path:
        manage(self.environment(), "collectstatic", "--noinput", "--verbosity", "0")
        return self.folder / "static"

    @cached_property
    def sqlite(self) -> Path:
        path = self.folder / "template.sqlite3"
        self._fill(f"sqlite:///{path}")
        return path

    @cached_property
    def postgres_template(self) -> str:
        self._fill(postgres.cluster().create("parley_template"))
        return "parley_template"

    def _fill(self, url: str) -> None:
        environment = self.environment(DATABASE_URL=url)
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "shell", "--verbosity", "0", "--command", MAKE_CAST)

    def database(self, kind: Database, data: Path) -> str:
        """A copy for one server; its address."""
        if kind == "postgres":
            name = f"parley_{secrets.token_hex(6)}"
            return postgres.cluster().create(name, template=self.postgres_template)
        shutil.copy(self.sqlite, data / "parley.sqlite3")
        return f"sqlite:///{data / 'parley.sqlite3'}"


class Server:
    """Start it, talk to `url`, hurt it. What it prints is in `log`."""

    def __init__(
        self,
        installation: Installation,
        data: Path,
        *,
        kind: Kind = "uvicorn",
        database: Database = "sqlite",
        settings: dict[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.port = free_port()
        # What people open; each worker also answers at an address of its own.
        self.address = f"http://localhost:{self.port}"
        settings = {"PARLEY_URL": self.address} | (settings or {})
        self.url = settings["PARLEY_URL"]
        self.process: subprocess.Popen[bytes] | None = None
        data.mkdir(parents=True)
        (data / "static").symlink_to(installation.static)
        self._log = data / "log"
        self.database_url = installation.database(database, data)
        self.environment = installation.environment(
            PARLEY_DATA=str(data),
            PORT=str(self.port),
            DATABASE_URL=self.database_url,
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **settings,
        )
        if kind == "daphne":
            self.environment["DEBUG"] = "true"

    def another_worker(self) -> Server:
        """A second process of the same installation; it is not started yet."""
        other = copy.copy(self)
        other.port, other.process = free_port(), None
        other.address = f"http://localhost:{other.port}"
        other.environment = self.environment | {"PORT": str(other.port)}
        other._log = self._log.with_name(f"log{other.port}")
        return other

    def start(self) -> None:
        serve = ["scripts/serve"]
        if self.kind == "daphne":
            serve = [sys.executable, "manage.py", "runserver", "--noreload", str(self.port)]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                serve, cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log
            )
        until(self.healthy, 30, "the server is up")

    def healthy(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the server ended:\n{self.log}")
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """As an admin stops it; a server that does not listen to that is killed."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """SIGKILL: no close frame, no farewell to the database."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    @contextmanager
    def suspended(self) -> Iterator[None]:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def memory(self) -> int:
        """What the process holds of the machine's memory, in bytes."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/statm").read_text()
        return int(status.split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def shell(self, code: str) -> str:
        """Runs Python inside this server's settings, as `manage.py shell` does."""
        return manage(self.environment, "shell", "--verbosity", "0", "--command", code).strip()
