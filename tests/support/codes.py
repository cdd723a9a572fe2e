"""The codes that an authenticator app shows (RFC 6238), computed as the app does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from tests.support.ports import until

PERIOD = 30
# What a request takes on a busy machine.
ROOM = 5


def app_code(secret: str) -> str:
    """The code of this moment, with enough time left to type it in."""
    until(lambda: time.time() % PERIOD < PERIOD - ROOM, PERIOD, "a code is fresh")
    counter = struct.pack(">Q", int(time.time()) // PERIOD)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number: int = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
