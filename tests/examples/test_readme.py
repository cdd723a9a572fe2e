"""The example's page says nothing that does not run as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from call import REASONS
from tests.support.environment import CLEAN, REPOSITORY
from tests.support.fixtures import SignIn
from tests.support.server import PASSWORD, Server

README = REPOSITORY / "examples" / "python" / "README.md"


@pytest.mark.parametrize("username", ["alice", "dave"])
def test_the_flow_by_hand_runs_as_it_is_printed(
    username: str, server: Server, sign_in: SignIn, room: str
):
    """Dave has no room."""
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    program = "\n".join(blocks).replace("http://localhost:8000", server.url)
    program = program.replace('"alice"', f'"{username}"')
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=CLEAN | {"PARLEY_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[]\n[]\n", "nobody else is inside"
    person = sign_in(server, username)
    [client] = [one for one in person.api("GET", "devices/") if one["kind"] == "client"]
    assert client["ended_at"], "the last block signs out"


def test_whatever_the_program_explains_stands_in_the_table():
    for code in REASONS:
        assert re.search(rf"^\| `{code}` \|", README.read_text(), re.MULTILINE), code
