"""What a log must not keep: links of mails that still work, and refusals as if they were faults."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

_KEY = re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)\S+")

# A program asks without a nonce first, and hears so: nothing is wrong with that.
ANSWERS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


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
