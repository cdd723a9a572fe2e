"""Joins a call of Parley as a real WebRTC peer: see README.md."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from parley_client import ApiError, Closed, DeviceKey, Parley, Signaling
from parley_client.call import Call
from parley_client.media import Studio
from parley_client.quality import Quality


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="The password is asked for, or taken from PARLEY_PASSWORD.",
    )
    parser.add_argument("--url", default="http://localhost:8000", help="the address of Parley")
    parser.add_argument("--room", required=True, help="the last part of the room's link")
    parser.add_argument("--username", required=True)
    parser.add_argument("--otp", action="store_true", help="ask for a one-time code as well")
    parser.add_argument("--file", type=Path, help="send this, over and over")
    parser.add_argument("--record", type=Path, help="write what the others send to this file")
    parser.add_argument("--seconds", type=float, help="leave after so many seconds")
    parser.add_argument("--key", type=Path, help="where the key of this device is kept")
    return parser.parse_args()


def key_path(url: str, username: str) -> Path:
    """A key belongs to one user of one server."""
    host = urlsplit(url).netloc.replace(":", "_")
    return Path.home() / ".config" / "parley" / f"{host}-{username}.pem"


async def report(call: Call) -> None:
    """Once a second, one line for each of the others."""
    quality = Quality()
    while True:
        await asyncio.sleep(1)
        for seat in list(call.seats.values()):
            sys.stdout.write(await quality.line(seat) + "\n")
        sys.stdout.flush()


async def attend(options: argparse.Namespace, password: str, otp: str) -> None:
    key = DeviceKey.kept_in(options.key or key_path(options.url, options.username))
    async with Parley(options.url, key) as parley:
        await parley.sign_in(options.username, password, otp)
        studio = Studio(options.file)
        call = Call(Signaling(parley, options.room), studio, options.record)
        reporting = asyncio.create_task(report(call))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(options.seconds):
                    await call.run()
        finally:
            reporting.cancel()
            studio.close()
            await parley.sign_out()


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    options = arguments()
    # Ctrl-C cancels the call, which leaves.
    with suppress(KeyboardInterrupt):
        try:
            password = os.environ.get("PARLEY_PASSWORD") or getpass.getpass()
            otp = getpass.getpass("One-time code: ") if options.otp else ""
            asyncio.run(attend(options, password, otp))
        except (ApiError, Closed, OSError) as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 1
        except httpx.TransportError:
            sys.stderr.write(f"{options.url} does not answer.\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
