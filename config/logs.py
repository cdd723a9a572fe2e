"""What a log must not keep: links of mails that still work, and tracebacks of what was refused."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

_KEY = re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)\S+")


class Discreet(logging.Filter):
    """Django names the path of whatever it refuses, and says where in our code it did."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        record.msg, record.args = _KEY.sub(r"\1...", message), ()
        status: int | None = getattr(record, "status_code", None)
        if status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True
