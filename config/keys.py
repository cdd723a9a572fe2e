"""Random keys that are made once and kept in the data folder, for a Parley without settings."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def kept(path: Path) -> str:
    """The key in the file; where there is none a new one is written, for its owner's eyes alone."""
    if not path.exists():
        _write(path, secrets.token_urlsafe(48))
    return path.read_text()


def _write(path: Path, key: str) -> None:
    """The whole key at once, unless another process is faster; then theirs stands."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
