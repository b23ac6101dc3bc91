"""What is repeated acts once, over all replicas: Slack's retries, replays, and people's double clicks.

A question from memory that only the asker sees the answer to goes past all this, and past the database.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from readbot.conversation.commands import Share, parse_command
from readbot.conversation.request import Request
from readbot.store import Store
from readbot_slack.errors import log_bug
from readbot_slack.requests import SHORTCUTS, from_action, from_command, from_shortcut
from readbot_slack.service import Service

logger = logging.getLogger(__name__)

#: Slack tries an event again at once, after a minute and after five.
EVENT_S = 3600.0

#: Longer than a signed request is believed, so that nobody plays one back.
TRIGGER_S = 900.0

#: Two clicks on the same thing by the same person are one for so long.
DOUBLE_CLICK_S = 3.0

#: Doing these twice is doing them once, and one that failed has to be tried again.
IDEMPOTENT_EVENTS = frozenset({"app_uninstalled", "tokens_revoked"})

Json = dict[str, Any]


class ActOnce(AsyncMiddleware):
    """Acknowledges what was taken on already, and lets everything else pass."""

    def __init__(self, store: Store, service: Service) -> None:
        self._taken = store.taken
        self._service = service
        # People type the same things, and this is asked about every command.
        self._acts_when_typed = lru_cache(maxsize=1024)(self._find_whether_it_acts)

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's word
    ) -> BoltResponse:
        for key, for_s in self._keys(req.body):
            if not await self._take(key, for_s):
                logger.info("repeated, and acted on once", extra={"action": "repeat"})
                return BoltResponse(status=200, body="")
        return await next()

    def _keys(self, body: Json) -> list[tuple[str, float]]:
        """Return what a request has to be the first with, and for how many seconds."""
        match body.get("type"):
            case "event_callback":
                is_idempotent = (body.get("event") or {}).get("type") in IDEMPOTENT_EVENTS
                return [] if is_idempotent else [(_key("event", body.get("event_id")), EVENT_S)]
            case "view_submission":
                return [_of_trigger(body)]
            case "block_actions":
                action = (body.get("actions") or [{}])[0]
                if self._acts(from_action(body, action)):
                    return [_of_trigger(body), (_of_click(body, action), DOUBLE_CLICK_S)]
            case "message_action" if body.get("callback_id") in SHORTCUTS:
                if self._acts(from_shortcut(body)):
                    return [_of_trigger(body)]
            case None if "command" in body:
                if self._acts_when_typed(body.get("text") or ""):
                    return [_of_trigger(body)]
        return []

    def _find_whether_it_acts(self, typed: str) -> bool:
        return self._acts(from_command({"text": typed}))

    def _acts(self, request: Request) -> bool:
        """Tell whether somebody would notice if it were done twice."""
        return isinstance(parse_command(request.text), Share) or not self._service.is_quick(request)

    async def _take(self, key: str, for_s: float) -> bool:
        try:
            return await asyncio.to_thread(self._taken.take, key, for_s)
        except Exception as error:
            # Without a database nobody knows; rather twice than not at all.
            log_bug(error)
            return True


def _of_trigger(body: Json) -> tuple[str, float]:
    return _key("trigger", body.get("trigger_id")), TRIGGER_S


def _of_click(body: Json, action: Json) -> str:
    """Return the same for two clicks of one person on one thing of one message or view."""
    container = body.get("container") or {}
    picked = action.get("selected_option") or action
    return _key(
        "click",
        (body.get("team") or {}).get("id"),
        (body.get("user") or {}).get("id"),
        container.get("channel_id"),
        container.get("message_ts") or container.get("view_id"),
        action.get("action_id"),
        picked.get("value"),
    )


def _key(*parts: object) -> str:
    """Return a short key without a word of anybody's in it."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode(errors="replace")).hexdigest()
    return f"slack {parts[0]} {digest}"
