"""A loopback Slack that waits for as long as a busy machine may need."""

from typing import Any

from readbot.playground.loopback_slack import LoopbackSlack
from tests.waiting import LAST_RESORT_S


def make_slack(**options: Any) -> LoopbackSlack:
    """Return a Slack in which nobody is impatient, unless *options* say so."""
    return LoopbackSlack(**{"answer_within_s": LAST_RESORT_S} | options)
