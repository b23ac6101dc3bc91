"""Log lines as an operator reads them. Only entry points call this: a library sets up no logging.

An event is a few words and named values, given as ``extra``: ``logger.info("answered",
extra={"action": "command", "ms": 1.5})``. The standard library's ``logging`` does the rest; a
formatter of our own, as one of the well-known packages took half as long as answering a question.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from readbot.settings import LogFormat

#: Slack's tokens, and Discord's: three parts of base64 with dots between them.
_TOKEN = re.compile(
    r"\b(xox[a-z](?:\.xox[a-z])?-|xapp-)[A-Za-z0-9-]{3,}|\b[\w-]{20,30}\.[\w-]{6}\.[\w-]{27,}"
)

#: What every record has; anything else came as ``extra``.
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

#: These tell of every round and every step at INFO.
_TALKATIVE = ("alembic", "apscheduler", "procrastinate")


class EventFormatter(logging.Formatter):
    """One event, one line: as text for people, or as JSON for machines; tokens are cut short."""

    def __init__(self, log_format: LogFormat) -> None:
        super().__init__()
        self._is_json = log_format is LogFormat.JSON

    def format(self, record: logging.LogRecord) -> str:
        values = {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = (self._to_json if self._is_json else self._to_text)(record, time, values)
        return _TOKEN.sub(lambda found: f"{found[1] or ''}…", line)

    def _to_text(self, record: logging.LogRecord, time: str, values: dict[str, Any]) -> str:
        line = f"{time} {record.levelname} {record.name}: {record.getMessage()}"
        for key, value in values.items():
            line += f" {key}={value}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line

    def _to_json(self, record: logging.LogRecord, time: str, values: dict[str, Any]) -> str:
        event = {"time": time, "level": record.levelname, "logger": record.name, "event": record.getMessage()}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event | values, default=str, ensure_ascii=False)


def set_up_logging(level: str, log_format: LogFormat = LogFormat.TEXT) -> None:
    """Write events of *level* and above to standard error, and warnings with them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter(log_format))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
