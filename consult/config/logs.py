"""Log lines as JSON, without account, address or query string."""

import json
import logging
import re
from datetime import UTC, datetime

ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+"  # e-mail
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"  # IPv4
    r"|\b(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}\b"  # IPv6
)
QUERY = re.compile(r"\?\S*")
ROW = re.compile(r"^DETAIL:.*$", re.MULTILINE)
"""PostgreSQL prints the row that broke a constraint, with all that stands in it."""


def quietened(message: str) -> str:
    """A message without e-mail addresses, network addresses and query strings."""
    return ROW.sub("DETAIL: …", ADDRESS.sub("[address]", QUERY.sub("?…", message)))


class JSONLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the traceback's frames if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": quietened(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = quietened(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
