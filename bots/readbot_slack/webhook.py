"""Slack's incoming webhooks. Implements ``readbot.ports.Webhooks``.

Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

from readbot.conversation.reply import Choices, Reply
from readbot.digests.outcomes import NoAnswer, PostOutcome, Refusal, Refused, Sent
from readbot.webhooks.message import WebhookAnswer, WebhookMessage
from readbot_slack.rendering import to_message

_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
#: Workflows have addresses on the same hosts, below ``/triggers`` and ``/workflows``, and take no messages.
_PATH = re.compile(r"/services/[A-Z0-9]+/[A-Z0-9]+/\w+")
#: Slack's own words are such; a proxy in between answers with a page.
_WORD = re.compile(r"[a-z][a-z_]{1,60}")

_NEW_ONE = "Make a new webhook under Incoming Webhooks of your Slack app (api.slack.com/apps)."
_OBSTACLES = {
    "action_prohibited": "An admin of the workspace does not allow it: ask, or post into another channel.",
    "channel_is_archived": f"The channel is archived: unarchive it. Or, for another channel: {_NEW_ONE}",
    "channel_not_found": f"The channel is gone. {_NEW_ONE}",
    "invalid_token": _NEW_ONE,
    "no_active_hooks": _NEW_ONE,
    "no_service": _NEW_ONE,
    "no_service_id": _NEW_ONE,
    "no_team": _NEW_ONE,
    "posting_to_general_channel_denied": f"Only some may post into that channel. For another: {_NEW_ONE}",
    "team_disabled": "The workspace is switched off.",
}
#: Slack's words for a message that it does not take.
_REJECTED = frozenset({"invalid_blocks", "invalid_payload", "no_text", "too_many_attachments"})


class SlackWebhooks:
    """Speaks to the webhooks of a channel."""

    def owns(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.hostname in _HOSTS and _PATH.fullmatch(parts.path) is not None

    def to_message(self, reply: Reply) -> WebhookMessage:
        shown = tuple(part for part in reply.parts if not isinstance(part, Choices))
        return WebhookMessage(body=to_message(replace(reply, parts=shown, actions=())))

    def read_answer(self, answer: WebhookAnswer) -> PostOutcome:
        said = answer.text.strip()
        word = said if _WORD.fullmatch(said) else ""
        reason = f"Slack says {word}" if word else f"status {answer.status}"
        if answer.status == HTTPStatus.OK:
            return (
                Sent(message_id="") if said == "ok" else NoAnswer(reason="an answer that is none of Slack's")
            )
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = _retry_after_s(answer.headers)
            return Refused(refusal=Refusal.LATER, reason="rate limited", retry_after_s=wait)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.REQUEST_TIMEOUT:
            return NoAnswer(reason=reason)
        if not word:
            return Refused(refusal=Refusal.LATER, reason=f"{reason}, not from Slack itself")
        refusal = Refusal.REJECTED if word in _REJECTED else Refusal.UNREACHABLE
        return Refused(refusal=refusal, reason=reason, obstacle=_OBSTACLES.get(word, ""))


def _retry_after_s(headers: Mapping[str, str]) -> float:
    """Return how long to wait; a second where Slack does not say, as a webhook takes one post a second."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return 1.0
    return max(seconds, 0.0) if math.isfinite(seconds) else 1.0
