"""A real coturn that runs the shipped file, moved to loopback by a few lines of the tests' own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
import time
from pathlib import Path

from tests.support.environment import REPOSITORY
from tests.support.ports import free_port, listens, until

SHIPPED = REPOSITORY / "deploy" / "coturn" / "turnserver.conf"
SECRET = "shared with this relay alone"  # noqa: S105 - of a relay that lives as long as a test

# The file refuses loopback and private peers, as it must; here there is nothing else.
OVERLAY = """
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
realm=test.local
static-auth-secret={secret}
allow-loopback-peers
allowed-peer-ip=127.0.0.1
no-tls
no-dtls
userdb={folder}/turndb
pidfile={folder}/pid
log-file={folder}/log
simple-log
"""
# What the overlay says itself: coturn takes some settings only once.
REPLACED = (
    "listening-ip",
    "relay-ip",
    "external-ip",
    "realm",
    "static-auth-secret",
    "cert",
    "pkey",
)


class Relay:
    """coturn on a free port of loopback."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "log"
        shipped = [
            line
            for line in SHIPPED.read_text().splitlines()
            if line.partition("=")[0].strip() not in REPLACED
        ]
        overlay = OVERLAY.format(port=self.port, secret=SECRET, folder=folder)
        file = folder / "turnserver.conf"
        file.write_text("\n".join(shipped) + overlay)
        self.process = subprocess.Popen(
            ["turnserver", "-c", str(file)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        until(lambda: listens(self.port), 10, "the relay listens")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    @property
    def settings(self) -> dict[str, str]:
        """What a Parley server is told about this relay."""
        urls = [f"turn:127.0.0.1:{self.port}?transport={transport}" for transport in ("udp", "tcp")]
        return {
            "PARLEY_ICE_PROVIDER": "coturn",
            "PARLEY_TURN_URLS": ",".join(urls),
            "PARLEY_TURN_SECRETS": SECRET,
        }

    def ice_server(self, secret: str = SECRET, expires_in: int = 600) -> dict[str, str]:
        """An RTCIceServer with a credential signed here, so that it may be a bad one."""
        username = f"{int(time.time()) + expires_in}:test"
        digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
        return {
            "urls": f"turn:127.0.0.1:{self.port}?transport=udp",
            "username": username,
            "credential": base64.b64encode(digest).decode(),
        }
