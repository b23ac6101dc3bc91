import json
import logging

import pytest

from readbot.logs import EventFormatter
from readbot.settings import LogFormat


def format_event(log_format: LogFormat, words: str, *arguments: object, **values: object) -> str:
    record = logging.LogRecord("readbot.test", logging.INFO, "test.py", 1, words, arguments, None)
    record.__dict__.update(values)
    return EventFormatter(log_format).format(record)


def test_an_event_is_one_line_of_words_and_named_values() -> None:
    line = format_event(LogFormat.TEXT, "answered", action="command", ms=1.5)

    assert line.endswith(" INFO readbot.test: answered action=command ms=1.5")
    assert "\n" not in line


def test_json_holds_the_same_values() -> None:
    event = json.loads(format_event(LogFormat.JSON, "answered", action="command", ms=1.5))

    assert event["event"] == "answered"
    assert (event["action"], event["ms"]) == ("command", 1.5)


@pytest.mark.parametrize("log_format", list(LogFormat))
@pytest.mark.parametrize(
    "token",
    ["xoxb-12345-abcdef", "xoxe.xoxp-1-Mi0y", "xapp-1-A1-2-3f", f"{'A' * 24}.{'B' * 6}.{'C' * 38}"],
)
def test_a_token_is_cut_short_wherever_it_stands(log_format: LogFormat, token: str) -> None:
    line = format_event(log_format, "sent %s", token, header=f"Bearer {token}")

    assert token not in line
    assert "…" in line
