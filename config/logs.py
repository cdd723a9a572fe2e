"""Logs go to the console: without links that still work, and without refusals as if faults."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

_KEY = re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)\S+")

# A program asks without a nonce first, and hears so: nothing is wrong with that.
ANSWERS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}

# These print queries, headers and frames when asked for more than INFO.
TALKATIVE = (
    "uvicorn",
    "websockets",
    "daphne",
    "django.db.backends",
    "httpx",
    "asyncio",
    "fido2",
)


class Discreet(logging.Filter):
    """Django names the path of whatever it refuses, and says where in our code it did."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        record.msg, record.args = _KEY.sub(r"\1...", message), ()
        status: int | None = getattr(record, "status_code", None)
        path: str = getattr(getattr(record, "request", None), "path", "")
        if status in ANSWERS and path.startswith("/api/"):
            return False
        if status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING: all of it goes to the console, discreetly."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "filters": {"discreet": {"()": "config.logs.Discreet"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "plain",
                "filters": ["discreet"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "INFO", "propagate": True} for name in TALKATIVE}
        # Off, as scripts/serve asks: naming its parent above would otherwise bring it back.
        | {"uvicorn.access": {"handlers": [], "propagate": False}},
    }
