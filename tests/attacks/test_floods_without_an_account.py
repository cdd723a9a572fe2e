"""Nobody, without an account, can neither fill the disk nor keep the server busy."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.support.server import Server

HANDSHAKE = (
    "GET /ws/rooms/{slug}/ HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Protocol: parley.v1, parley.ticket.{slug}\r\n\r\n"
)
# RFC 6455, section 5.5: an empty masked frame of each kind that no application sees.
PING, PONG, CONTINUATION = (struct.pack("!BBI", first, 0x80, 0) for first in (0x89, 0x8A, 0x00))
TEXT = struct.pack("!BBI", 0x81, 0x80, 0)

# 64 MiB in all, or as far as they are taken.
PIECES = 1024


def answer_time(server: Server) -> float:
    began = time.monotonic()
    assert httpx.get(f"{server.url}/healthz", timeout=10).status_code == 200
    return time.monotonic() - began


@pytest.mark.parametrize("frame", [PING, PONG, CONTINUATION, TEXT], ids=repr)
def test_a_flood_of_frames_that_nobody_reads_is_cut(server: Server, frame: bytes):
    with socket.create_connection(("localhost", server.port), timeout=5) as connection:
        connection.sendall(HANDSHAKE.format(slug="A" * 43, port=server.port).encode())
        assert connection.recv(12) == b"HTTP/1.1 101"
        # Not a timeout: whoever only stops reading keeps what has come in.
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            for _ in range(2000):
                connection.sendall(frame * 1000)
        assert answer_time(server) < 3


def test_a_handshake_that_is_none_is_closed(server: Server):
    with socket.create_connection(("localhost", server.port), timeout=5) as connection:
        handshake = HANDSHAKE.format(slug="A" * 43, port=server.port)
        many = "".join(f"X-{number}: x\r\n" for number in range(300))
        connection.sendall(handshake.replace("\r\n\r\n", f"\r\n{many}\r\n").encode())
        try:
            answer = connection.recv(100)
        except ConnectionResetError:
            answer = b""
        assert answer == b""


@pytest.mark.parametrize("path", ["/accounts/login/", "/nonexistent", "/api/rooms/"])
def test_a_huge_body_is_refused_before_it_is_read(server: Server, path: str):
    lines = [f"POST {path} HTTP/1.1", f"Host: localhost:{server.port}", f"Content-Length: {10**12}"]
    head = "\r\n".join([*lines, "", ""])
    with socket.create_connection(("localhost", server.port), timeout=5) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).split(b"\r\n")[0].split()[1] == b"413"


def test_a_body_without_a_length_is_cut_off_at_the_same_bound(server: Server):
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while taken < PIECES:
            taken += 1
            yield b"x" * 65_536

    # Whether its answer still comes through is the kernel's to say.
    with suppress(httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        answer = httpx.post(f"{server.url}/accounts/login/", content=endless(), timeout=10)
        assert answer.status_code >= 400
    # A MiB, and what lies in the kernel's buffers.
    assert taken < PIECES / 4
