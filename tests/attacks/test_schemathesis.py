"""Every call of the API, with thousands of bodies and paths, holds what the description says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.environment import CLEAN, REPOSITORY
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person
from tests.support.server import UNLIMITED

CALLERS = [("nobody", "nobody"), ("session", "bob"), ("session", "admin"), ("client", "bob")]
SECONDS = 30


def made_by(owner: Person, cast: list[Person]) -> tuple[str, dict[str, list[int]]]:
    """A room of theirs in which all are; its slug, and what else stands in paths to it."""
    slug = owner.make_room()
    owner.bring(*(one for one in cast if one is not owner), slug=slug)
    members = owner.api("GET", f"rooms/{slug}/members/")
    invitations = owner.api("GET", f"rooms/{slug}/invitations/")
    return slug, {
        "user_id": [member["user"] for member in members],
        "id": [invitation["id"] for invitation in invitations],
    }


@pytest.mark.real
@pytest.mark.alone
@pytest.mark.parametrize(("kind", "username"), CALLERS)
def test_nothing_undocumented_comes_back(
    serve: Serve, sign_in: SignIn, tmp_path: Path, kind: str, username: str
):
    server = serve(**UNLIMITED)
    cast = [sign_in(server, name) for name in ("alice", "bob", "admin")]
    rooms = dict(made_by(owner, cast) for owner in cast for _ in range(3))
    environment = CLEAN | {
        "SCHEMATHESIS_HOOKS": "tests.attacks.schemathesis_hooks",
        "PYTHONPATH": str(REPOSITORY),
        "CALL_URL": server.url,
        "CALL_KIND": kind,
        "CALL_AS": username,
        "CALL_ROOMS": json.dumps(rooms),
    }
    command = [str(Path(sys.executable).with_name("schemathesis"))]
    command += ["run", f"{server.url}/api/schema/", "--checks", "all", "--seed", "1"]
    command += ["--max-time", str(SECONDS), "--continue-on-failure", "--no-color"]
    command += ["--generation-database", "none", "--warnings", "off"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
