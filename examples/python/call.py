"""Joins a call of Parley as a real WebRTC peer: see README.md."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import av
import httpx

from parley_client import ApiError, Closed, DeviceKey, NotParley, Parley, Signaling, reach
from parley_client.call import Call
from parley_client.media import Studio
from parley_client.options import Unusable, options, secrets
from parley_client.quality import Quality

# What the server's own sentence cannot know: what it means for who has started this program.
REASONS = {
    "mfa_required": "This account has a second factor: start again with --otp.",
    "key_refused": "This key was revoked, or is another account's: name another file by --key.",
    "invalid_grant": "This device was signed out or revoked, in the list of devices or by another "
    "run with its key: start again, and if the key is refused then, name another by --key.",
    "joined_elsewhere": "Another run with the same key has joined: give each its own by --key.",
}


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


async def attend(given: argparse.Namespace, password: str, otp: str) -> None:
    # First of all: a wrong address leaves no key behind.
    await reach(given.url)
    key = DeviceKey.kept_in(given.key or key_path(given.url, given.username))
    async with Parley(given.url, key) as parley:
        with closing(Studio(given.file)) as studio:
            await parley.sign_in(given.username, password, otp)
            try:
                await stay(Call(Signaling(parley, given.room), studio, given.record), given.seconds)
            finally:
                # What ended the call is the news; who is signed out already cannot sign out.
                with suppress(ApiError, httpx.TransportError):
                    await parley.sign_out()


async def stay(call: Call, seconds: float | None) -> None:
    reporting = asyncio.create_task(report(call))
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await call.run()
    finally:
        reporting.cancel()


def why(refusal: ApiError | Closed) -> str:
    code = refusal.code if isinstance(refusal, ApiError) else refusal.error
    return f"{REASONS[code]} ({code})" if code in REASONS else str(refusal)


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    try:
        given = options(__doc__)
        asyncio.run(attend(given, *secrets(given.otp)))
    except (KeyboardInterrupt, EOFError):
        # Ctrl-C cancels the call, which leaves; Ctrl-D is for who knows no password.
        return 0
    except Unusable as flaw:
        return failed(str(flaw), 2)
    except NotParley as other:
        return failed(f"{other} --url has to be the address of Parley.", 1)
    except (ApiError, Closed) as refusal:
        return failed(why(refusal), 1)
    except (OSError, av.FFmpegError) as error:
        return failed(str(error), 1)
    except httpx.TransportError:
        return failed(f"{given.url} does not answer.", 1)
    return 0


def failed(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
