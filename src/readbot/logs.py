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
from functools import lru_cache
from itertools import islice
from typing import Any

from readbot.settings import LogFormat

#: Slack's tokens, and Discord's: three parts of base64 with dots between them.
_TOKEN = re.compile(
    r"\b(xox[a-z](?:\.xox[a-z])?-|xapp-)[A-Za-z0-9-]{3,}|\b[\w-]{20,30}\.[\w-]{6}\.[\w-]{27,}"
)

#: Discord's tokens are longer than this, most words of a line are not.
_LONG_WORD = 50

#: So many values has every record, and before any that came as ``extra``.
_STANDARD = len(logging.makeLogRecord({}).__dict__)
#: Other formatters leave these behind.
_LEFT_BEHIND = frozenset({"message", "asctime"})

#: These tell of every round and every step at INFO.
_TALKATIVE = ("alembic", "apscheduler", "procrastinate")


class EventFormatter(logging.Formatter):
    """One event, one line: as text for people, or as JSON for machines; tokens are cut short."""

    def __init__(self, log_format: LogFormat) -> None:
        super().__init__()
        self._is_json = log_format is LogFormat.JSON

    def format(self, record: logging.LogRecord) -> str:
        values = dict(islice(record.__dict__.items(), _STANDARD, None))
        if not _LEFT_BEHIND.isdisjoint(values):
            values = {key: value for key, value in values.items() if key not in _LEFT_BEHIND}
        time = f"{_format_second(int(record.created))}.{int(record.msecs):03}Z"
        line = (self._to_json if self._is_json else self._to_text)(record, time, values)
        return redact(line)

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


@lru_cache(maxsize=2)
def _format_second(unix: int) -> str:
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def redact(line: str) -> str:
    """Cut tokens short; the regular expression looks only at lines that could hold one."""
    if "xox" in line or "xapp-" in line or len(max(line.split(" "), key=len)) > _LONG_WORD:
        return _TOKEN.sub(lambda found: f"{found[1] or ''}…", line)
    return line


def set_up_logging(level: str, log_format: LogFormat = LogFormat.TEXT) -> None:
    """Write events of *level* and above to standard error, and warnings with them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter(log_format))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # No line shows them, and finding them out takes a third of the time that a line takes.
    # https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    if hasattr(logging, "logAsyncioTasks"):
        logging.logAsyncioTasks = False
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
