"""Keeps tokens out of the logs. slack_sdk writes them at DEBUG, in bodies that it sends and gets."""

import logging

from readbot.logs import redact

_SDK_LOGGERS = ("slack_bolt", "slack_sdk")


class RedactTokens(logging.Filter):
    """Rewrites a record that holds a token; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        redacted = redact(said)
        if redacted != said:
            record.msg, record.args = redacted, None
        return True


def make_sdk_logger() -> logging.Logger:
    """Return the logger for Slack's libraries: INFO at the most talkative, redacted.

    Bolt and the SDK take it as their own, so a DEBUG of the root does not reach them.
    """
    for name in _SDK_LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
    logger = logging.getLogger("readbot_slack.sdk")
    logger.setLevel(max(logging.INFO, logging.getLogger().level))
    if not logger.filters:
        logger.addFilter(RedactTokens())
    return logger
