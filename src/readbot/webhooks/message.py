"""What goes to an incoming webhook and what comes back, as platform and core speak of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class WebhookMessage:
    """A reply as one platform's webhooks take it."""

    #: Sent as JSON.
    body: Mapping[str, Any]
    #: Parameters of the address, beside those that it has.
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WebhookAnswer:
    """What a webhook said to one call; redirects are not followed."""

    status: int
    #: Case does not matter in their names.
    headers: Mapping[str, str]
    text: str
