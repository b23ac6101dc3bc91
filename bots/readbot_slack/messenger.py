"""Posts digests in Slack. Implements ``readbot.ports.Messenger``.

Slack takes no key that would drop a repeated post, so each digest carries its delivery's id as
message metadata, and after a lost answer the channel's history tells whether it is there.
"""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader
from readbot.digests.model import Channel
from readbot.digests.outcomes import (
    Access,
    CannotLook,
    LookUp,
    NoAnswer,
    NotFound,
    Pace,
    PostOutcome,
    Refusal,
    Refused,
    Sent,
)
from readbot.settings import Managers
from readbot_slack.authorize import Installations
from readbot_slack.logs import make_sdk_logger
from readbot_slack.obstacles import explain_obstacle
from readbot_slack.posting import Call, send
from readbot_slack.rendering import to_message
from readbot_slack.requests import PLATFORM
from readbot_slack.web_api import Doubt, Failure, Json, ask

logger = logging.getLogger(__name__)

#: Slack takes one message a second into a channel, and several hundred a minute into a workspace.
#: Source: https://docs.slack.dev/apis/web-api/rate-limits
PACE = Pace(per_second=5, channel_gap_s=1, at_once=8)

#: Marks our messages in a channel's history.
EVENT_TYPE = "readbot_digest"

#: Messages in one page of a history; Slack advises no more.
_PAGE = 200

#: Channels in one page of somebody's, and how many pages are read: a Home tab waits for them.
_CHANNELS_PAGE = 200
_MOST_PAGES = 5

#: Idle connections are closed by Slack or on the way there, and a post into a closed one is a lost
#: answer; within a burst of posts one is used again.
_KEEP_ALIVE_S = 3.0

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")

_NOT_INSTALLED = Failure(doubt=Doubt.REFUSED, reason="not_installed")


@asynccontextmanager
async def open_messenger(installations: Installations, api_url: str) -> AsyncIterator["SlackMessenger"]:
    """Give a messenger with connections of its own.

    Args:
        installations: Tokens by workspace.
        api_url: Of the Web API, ending in ``/api/``.
    """
    # No time limit: every call is made under the caller's.
    async with ClientSession(
        connector=TCPConnector(keepalive_timeout=_KEEP_ALIVE_S), timeout=ClientTimeout(total=None)
    ) as session:
        # The SDK would send a post again whose answer was lost, and people would read it twice.
        client = AsyncWebClient(
            base_url=api_url, session=session, logger=make_sdk_logger(), retry_handlers=[]
        )
        yield SlackMessenger(client, installations)


class SlackMessenger:
    """What posts digests, for every workspace that has readbot installed."""

    platform = PLATFORM
    pace = PACE
    default_managers = Managers.EVERYONE
    can_be_silent = False

    def __init__(self, client: AsyncWebClient, installations: Installations) -> None:
        """Post through *client*, which has neither retries nor a time limit."""
        self._client = client
        self._installations = installations

    async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        message = to_message(reply)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"id": delivery_id}}
        return await self._post(channel, channel.channel_id, {**message, "metadata": metadata})

    async def find(self, channel: Channel, delivery_id: str, since: datetime, until: datetime) -> LookUp:
        wanted = {
            "channel": channel.channel_id,
            "include_all_metadata": True,
            "limit": _PAGE,
            "oldest": f"{since.timestamp():.6f}",
            "latest": f"{until.timestamp():.6f}",
        }
        while True:
            page = await self._ask(channel.workspace_id, self._client.conversations_history, **wanted)
            if isinstance(page, Failure):
                is_final = page.doubt is Doubt.REFUSED
                return CannotLook(reason=page.reason) if is_final else NoAnswer(reason=page.reason)
            messages = page.get("messages") or []
            for message in messages:
                if _delivery_id(message) == delivery_id:
                    return Sent(message_id=message["ts"])
            if not page.get("has_more") or not messages:
                return NotFound()
            # The newest come first; the next page ends before this one's oldest.
            wanted["latest"] = messages[-1]["ts"]

    async def check(self, channel: Channel) -> Access:
        """Ask Slack, where it may be asked: ``channels:read`` and ``groups:read`` are optional scopes."""
        answer = await self._ask(
            channel.workspace_id, self._client.conversations_info, channel=channel.channel_id
        )
        if isinstance(answer, Failure):
            is_final = answer.doubt is Doubt.REFUSED and answer.reason != "missing_scope"
            return Access(obstacle=explain_obstacle(answer.reason)) if is_final else Access()
        about = answer.get("channel") or {}
        if about.get("is_archived"):
            return Access(obstacle=explain_obstacle("is_archived"))
        # Direct messages have no membership to tell of.
        if about.get("is_member") is False and not about.get("is_im"):
            return Access(obstacle=explain_obstacle("not_in_channel"))
        # Slack shows an app no direct messages but its own (to learn of them takes the scope im:read).
        return Access(is_certain=bool(about.get("is_im")))

    async def describe_reader(self, channel: Channel, reader: Reader) -> Reader:
        answer = await self._ask(channel.workspace_id, self._client.users_info, user=reader.id)
        if isinstance(answer, Failure):
            logger.warning("Slack does not tell who asks: %s", answer.reason)
            return reader
        user = answer.get("user") or {}
        profile = user.get("profile") or {}
        return replace(
            reader,
            name=profile.get("display_name") or profile.get("real_name") or reader.name,
            timezone=user.get("tz") or reader.timezone,
            is_manager=reader.is_manager or bool(user.get("is_admin") or user.get("is_owner")),
        )

    async def list_channels(self, workspace_id: str, person_id: str) -> frozenset[str]:
        """Implements ``readbot.ports.KnowsChannels``, by the optional scopes channels:read and groups:read.

        Source: https://docs.slack.dev/reference/methods/users.conversations
        """
        found: set[str] = set()
        # One by one, as either scope may have been left out.
        for kind in ("public_channel", "private_channel"):
            found |= await self._list_channels(workspace_id, person_id, kind)
        return frozenset(found)

    async def _list_channels(self, workspace_id: str, person_id: str, kind: str) -> set[str]:
        found: set[str] = set()
        wanted = {"user": person_id, "types": kind, "exclude_archived": True, "limit": _CHANNELS_PAGE}
        for _ in range(_MOST_PAGES):
            page = await self._ask(workspace_id, self._client.users_conversations, **wanted)
            if isinstance(page, Failure):
                if page.reason != "missing_scope":
                    logger.warning("Slack does not tell where a person is: %s", page.reason)
                break
            found |= {channel["id"] for channel in page.get("channels") or []}
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            wanted["cursor"] = cursor
        return found

    async def tell(self, channel: Channel, person_id: str, reply: Reply) -> PostOutcome:
        message = to_message(reply)
        if _CHANNEL_ID.fullmatch(channel.channel_id):
            about = {"type": "mrkdwn", "text": f"In <#{channel.channel_id}>", "verbatim": True}
            message["blocks"] = [*message["blocks"], {"type": "context", "elements": [about]}]
        # A person's id stands for the direct messages with them.
        return await self._post(channel, person_id, message)

    async def _post(self, channel: Channel, where: str, message: Json) -> PostOutcome:
        token = await self._find_token(channel.workspace_id)
        if token is None:
            return _to_refusal(_NOT_INSTALLED)
        answer = await send(self._client.chat_postMessage, message, channel=where, token=token)
        return _to_refusal(answer) if isinstance(answer, Failure) else Sent(message_id=answer["ts"])

    async def _ask(self, workspace_id: str, call: Call, **arguments: Any) -> Json | Failure:
        """Return what Slack answers to *call* with the token of one workspace."""
        token = await self._find_token(workspace_id)
        return _NOT_INSTALLED if token is None else await ask(call(token=token, **arguments))

    async def _find_token(self, workspace_id: str) -> str | None:
        installation = await self._installations.find_installation(enterprise_id=None, team_id=workspace_id)
        return None if installation is None else installation.bot_token.reveal()


def _delivery_id(message: Json) -> str | None:
    """Return which delivery a message of the history is; None for anybody else's."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    delivery_id: str | None = (metadata.get("event_payload") or {}).get("id")
    return delivery_id


def _to_refusal(failure: Failure) -> Refused | NoAnswer:
    match failure.doubt:
        case Doubt.LOST:
            return NoAnswer(reason=failure.reason)
        case Doubt.LATER:
            return Refused(
                refusal=Refusal.LATER,
                reason=failure.reason,
                retry_after_s=failure.retry_after_s,
                # Slack counts a method's calls by workspace, and does not say which limit was met.
                for_all=failure.retry_after_s is not None,
            )
        case Doubt.REFUSED:
            obstacle = explain_obstacle(failure.reason)
            refusal = Refusal.UNREACHABLE if obstacle else Refusal.REJECTED
            return Refused(refusal=refusal, reason=failure.reason, obstacle=obstacle)
