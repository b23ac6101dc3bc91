"""What a platform says to a post, as the delivery needs to know it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The platform has the message."""

    #: The platform's own id of it: Slack's ts, Discord's message id.
    message_id: str


class Refusal(StrEnum):
    #: Not now, or not at all sent: rate limited, connection refused. The same post may work later.
    LATER = "later"
    #: Nothing can be posted there: channel gone or archived, bot removed, permission or token gone.
    UNREACHABLE = "unreachable"
    #: This very message cannot be posted (malformed, too long): a mistake of readbot's.
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A definite no: the message is certainly not there."""

    refusal: Refusal
    #: For people and the log, without tokens or message text: "not_in_channel".
    reason: str
    #: How long the platform asks to wait; None where it does not say.
    retry_after_s: float | None = None
    #: Whether the wait is for the whole workspace (or bot), not for this channel alone.
    for_all: bool = False
    #: What is in the way and how to mend it, as in ``Access``; empty where the platform does not know.
    obstacle: str = ""


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """The message may or may not be there: no answer, a reset, a timeout, a 5xx."""

    reason: str


PostOutcome: TypeAlias = Sent | Refused | NoAnswer


@dataclass(frozen=True, kw_only=True)
class NotFound:
    """The message is certainly not in the channel."""


@dataclass(frozen=True, kw_only=True)
class CannotLook:
    """The channel's messages cannot be read, for instance because a scope was not granted."""

    reason: str


#: ``Sent`` when it is there; after ``NoAnswer`` one can look again later.
LookUp: TypeAlias = Sent | NotFound | CannotLook | NoAnswer


@dataclass(frozen=True, kw_only=True)
class Access:
    """Whether digests can be posted in a channel."""

    #: What is in the way and how to mend it, a sentence or two; empty when nothing is.
    obstacle: str = ""
    #: Whether the platform has shown that readbot is in there, so that no first message has to prove it.
    is_certain: bool = False

    @property
    def is_open(self) -> bool:
        return not self.obstacle


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast a platform takes posts."""

    #: Posts a second for all channels that share one budget.
    per_second: float
    #: Seconds between two posts into the same channel.
    channel_gap_s: float
    #: Posts at once within one budget.
    at_once: int
    #: Whether all workspaces share one budget: Discord counts by bot token, Slack by workspace.
    shared: bool = False


def name_outcome(outcome: object) -> str:
    """Return an outcome's name for logs and metrics: "sent", "no_answer", "refused_later"."""
    if isinstance(outcome, Refused):
        return f"refused_{outcome.refusal}"
    name = type(outcome).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
