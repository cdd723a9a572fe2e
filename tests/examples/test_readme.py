"""The example's page says nothing that does not run as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.environment import CLEAN, REPOSITORY
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

README = REPOSITORY / "examples" / "python" / "README.md"


def test_the_flow_by_hand_runs_as_it_is_printed(server: Server, alice: Person, room: str):
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    program = "\n".join(blocks).replace("http://localhost:8000", server.url)
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
    [client] = [one for one in alice.api("GET", "devices/") if one["kind"] == "client"]
    assert client["ended_at"], "the last block signs out"
