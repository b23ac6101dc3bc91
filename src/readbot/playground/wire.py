"""What goes over the wire in the playground, for the page's inspector."""

import os
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import Ack, Retry
from readbot.playground.loopback_slack.delivery import Delivery

Json = dict[str, Any]

#: Entries that are kept; older ones are forgotten.
MAX_ENTRIES = 400


@dataclass(frozen=True, kw_only=True)
class WireEntry:
    """One payload, or one thing that went wrong with a call on purpose."""

    number: int
    platform: str
    #: Milliseconds since 1970.
    at: int
    to_bot: bool
    #: "POST /channels/1/messages", "chat.postMessage", "slash command".
    what: str
    body: Any
    #: What went wrong; empty for a payload.
    fault: str = ""

    def to_json(self) -> Json:
        # No copy of the payload, as of all commands at the start: it only ever becomes text.
        return dict(vars(self))


class Wire:
    """The latest payloads, oldest first; tells whoever listens about each."""

    def __init__(self, listener: Callable[[WireEntry], None]) -> None:
        self.entries: deque[WireEntry] = deque(maxlen=MAX_ENTRIES)
        self._listener = listener
        self._number = 0

    def add(self, platform: str, what: str, body: Any, *, to_bot: bool, fault: str = "") -> None:
        self._number += 1
        entry = WireEntry(
            number=self._number,
            platform=platform,
            at=int(time.time() * 1000),
            to_bot=to_bot,
            what=what,
            body=body,
            fault=fault,
        )
        self.entries.append(entry)
        self._listener(entry)


class TappedCapture(Capture):
    """Captures as always, and shows every call on the wire as well."""

    def __init__(self, platform: str, wire: Wire) -> None:
        directory = os.environ.get("READBOT_CAPTURE_DIR", "")
        super().__init__(platform, Path(directory) if directory else None)
        self._platform = platform
        self._wire = wire

    def add(self, call: Mapping[str, Any]) -> None:
        super().add(call)
        what = " ".join(str(call[key]) for key in ("method", "path") if call.get(key))
        self._wire.add(self._platform, _shorten(what), call.get("body"), to_bot=False)


def _shorten(what: str) -> str:
    """Leave out ids and tokens of a Discord path, which tell a reader nothing.

    >>> _shorten("POST /interactions/157475905593344/aW50ZXJhY3Rpb246/callback")
    'POST /interactions/…/callback'
    """
    return re.sub(r"(/…)+", "/…", re.sub(r"/(?:\d{12,}|[\w-]{12,}(?=/callback|/messages|$))", "/…", what))


class TappedDelivery:
    """Delivers to the bot in Slack's name, and shows what it delivers on the wire as well."""

    def __init__(self, delivery: Delivery, wire: Wire) -> None:
        self._delivery = delivery
        self._wire = wire

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
        what = payload.get("command") or payload.get("event", payload).get("type") or kind
        self._wire.add("slack", str(what), payload, to_bot=True)
        return await self._delivery.deliver(kind, payload, retry=retry)
