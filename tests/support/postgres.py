"""A PostgreSQL cluster of the tests' own; started when first asked for, gone with the process."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.ports import free_port


class Cluster:
    """PostgreSQL refuses to run as root, so that root starts it as its own system user."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="parley-postgres-"))
        self._as_user = []
        if os.geteuid() == 0:
            self._as_user = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "--auth=trust", "--username=parley", "--no-sync", "--encoding=UTF8")
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1 -F -c max_connections=200"
        log = str(self.folder / "log")
        self._run("pg_ctl", "--wait", "--silent", f"--log={log}", f"--options={options}", "start")

    def _run(self, program: str, *arguments: str) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        path = str(binaries[-1]) if binaries else program
        data = f"--pgdata={self.folder / 'data'}"
        subprocess.run(
            [*self._as_user, path, data, *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        self.signal(signal.SIGCONT)
        self._run("pg_ctl", "--silent", "--mode=immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgres://parley@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, as a copy of the template; its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The whole cluster hangs: it still accepts connections, and is silent."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            os.kill(process, number)

    def _processes(self) -> list[int]:
        """The postmaster first, then its children."""
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [postmaster, *map(int, children)]


@functools.cache
def cluster() -> Cluster:
    """The one cluster of this run."""
    started = Cluster()
    atexit.register(started.stop)
    return started
