"""What the program is told, and what of it cannot be: said before anything is done."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from pathlib import Path

import httpx

# Those that hold what the recorder makes: H.264 and AAC.
FILMS = {".mp4", ".mkv", ".mov"}


class Unusable(Exception):
    """One sentence, for who has called the program."""


def options(about: str | None) -> argparse.Namespace:
    """Raises Unusable."""
    parser = argparse.ArgumentParser(
        description=about,
        epilog="The password is asked for, or taken from PARLEY_PASSWORD.",
    )
    parser.add_argument("--url", default="http://localhost:8000", help="the address of Parley")
    parser.add_argument("--room", required=True, help="the room's link, or the last part of it")
    parser.add_argument("--username", required=True)
    parser.add_argument(
        "--otp",
        action="store_true",
        help="ask for a code of the authenticator app, or a recovery code, as well",
    )
    parser.add_argument("--file", type=Path, help="send this, over and over")
    parser.add_argument("--record", type=Path, help="write what the others send to this file")
    parser.add_argument("--seconds", type=float, help="leave after so many seconds")
    parser.add_argument("--key", type=Path, help="where the key of this device is kept")
    given = parser.parse_args()
    given.url = server(given.url)
    given.room = slug(given.room)
    if given.record:
        require_writable(given.record)
    return given


def server(url: str) -> str:
    try:
        known = httpx.URL(url)
    except httpx.InvalidURL:
        known = httpx.URL()
    if known.scheme not in {"http", "https"} or not known.host:
        raise Unusable(
            "--url has to begin with http:// or https://, as http://localhost:8000 does."
        )
    return url.rstrip("/")


def slug(room: str) -> str:
    """Of the room's link, or what was given."""
    link = re.search(r"/r/([^/?#]+)", room)
    return link[1] if link else room


def require_writable(record: Path) -> None:
    if record.suffix not in FILMS:
        raise Unusable(f"--record has to end in one of {', '.join(sorted(FILMS))}.")
    if not (record.parent.is_dir() and os.access(record.parent, os.W_OK)):
        raise Unusable(f"--record: {record.parent} is no folder that you may write to.")


def secrets(otp: bool) -> tuple[str, str]:
    """The password, and a one-time code where one is wanted. Raises Unusable."""
    password = os.environ.get("PARLEY_PASSWORD")
    if not sys.stdin.isatty() and not password:
        raise Unusable("There is no terminal to ask for the password at: set PARLEY_PASSWORD.")
    if not sys.stdin.isatty() and otp:
        raise Unusable("There is no terminal to ask for the code of --otp at.")
    return password or getpass.getpass(), getpass.getpass("One-time code: ") if otp else ""
