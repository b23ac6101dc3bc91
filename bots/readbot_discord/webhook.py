"""Discord's incoming webhooks. Implements ``readbot.ports.Webhooks``.

A webhook that a person made belongs to no application, so Discord refuses buttons and menus in its
messages, and takes other components only where ``with_components`` asks for them.

Source: https://docs.discord.com/developers/resources/webhook#execute-webhook
"""

import json
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from discord import MessageFlags

from readbot.conversation.reply import Choices, Reply
from readbot.digests.outcomes import NoAnswer, PostOutcome, Refusal, Refused, Sent
from readbot.webhooks.message import WebhookAnswer, WebhookMessage
from readbot_discord.rendering import render
from readbot_discord.rest import Answer

_HOST = re.compile(r"(?:(?:ptb|canary)\.)?discord(?:app)?\.com")
#: Behind the token may stand ``/slack`` or ``/github``: those take other platforms' messages.
_PATH = re.compile(r"/api(?:/v\d+)?/webhooks/\d+/[\w-]+/?")

_NEW_ONE = "Make a new webhook in the channel's settings, under Integrations."
#: By Discord's own error codes.
_OBSTACLES = {
    10003: f"The channel is gone. {_NEW_ONE}",
    10015: _NEW_ONE,
    50027: _NEW_ONE,
    220001: f"The webhook's channel is a forum, where a message needs a thread: add ?thread_id= of one. Or: {_NEW_ONE}",
    220002: "Give the webhook ?thread_id= of one thread in its forum.",
}


class DiscordWebhooks:
    """Speaks to the webhooks of a channel."""

    def owns(self, url: str) -> bool:
        parts = urlsplit(url)
        return _HOST.fullmatch(parts.hostname or "") is not None and _PATH.fullmatch(parts.path) is not None

    def to_message(self, reply: Reply) -> WebhookMessage:
        shown = tuple(part for part in reply.parts if not isinstance(part, Choices))
        view = render(replace(reply, parts=shown, actions=()))
        components: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
        flags = MessageFlags(components_v2=True, suppress_embeds=True)
        return WebhookMessage(
            body={"components": components, "flags": flags.value, "allowed_mentions": {"parse": []}},
            # Without "wait", Discord answers before it has looked at the message.
            query={"wait": "true", "with_components": "true"},
        )

    def read_answer(self, answer: WebhookAnswer) -> PostOutcome:
        said = Answer(status=answer.status, body=_parse(answer.text), headers=answer.headers)
        if said.is_ok:
            message_id = said.body.get("id") if isinstance(said.body, dict) else None
            return (
                Sent(message_id=str(message_id))
                if message_id
                else NoAnswer(reason="an answer without a message")
            )
        if said.is_limited:
            return Refused(refusal=Refusal.LATER, reason="rate limited", retry_after_s=said.retry_after_s)
        if said.is_broken:
            return NoAnswer(reason=said.reason)
        if not said.is_discords:
            return Refused(refusal=Refusal.LATER, reason=f"{said.reason}, not from Discord itself")
        gone = said.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
        obstacle = _OBSTACLES.get(said.code, "")
        return Refused(
            refusal=Refusal.UNREACHABLE if gone or obstacle else Refusal.REJECTED,
            reason=f"Discord says {said.reason}",
            obstacle=obstacle,
        )


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
