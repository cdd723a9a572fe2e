"""The example as its users start it."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from tests.support.environment import CLEAN, REPOSITORY
from tests.support.server import PASSWORD, Server

CALL = REPOSITORY / "examples" / "python" / "call.py"

# Those of this test.
started: list[asyncio.subprocess.Process] = []


async def start(
    server: Server, room: str, *more: object, home: Path, password: str = PASSWORD
) -> asyncio.subprocess.Process:
    arguments = ["--url", server.url, "--room", room, "--username", "bob", *map(str, more)]
    theirs = {"PARLEY_PASSWORD": password, "HOME": str(home)}
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        str(CALL),
        *arguments,
        env=CLEAN | theirs,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # As at a terminal: what a shell runs in the background begins deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    started.append(program)
    return program
