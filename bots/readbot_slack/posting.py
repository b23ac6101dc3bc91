"""Answers that are posted as messages, where no command or click is there to be answered.

Source: https://docs.slack.dev/reference/methods/chat.postMessage
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from readbot.language import tr, translatable
from readbot_slack.obstacles import explain_obstacle
from readbot_slack.origin import Origin
from readbot_slack.rendering import without_pictures
from readbot_slack.response_url import respond
from readbot_slack.web_api import Doubt, Failure, Json, ask

logger = logging.getLogger(__name__)

_UNKNOWN = translatable("Slack did not confirm it: look whether it is there before you try again.")
_LATER = translatable("Slack did not take it just now. Try again in a minute.")


Call: TypeAlias = Callable[..., Awaitable[AsyncSlackResponse]]


async def send(call: Call, message: Json, **where: Any) -> Json | Failure:
    """Post *message* by *call*, and once more without its pictures where Slack refuses it for them.

    Slack fetches pictures itself, and refuses the whole message for one that it cannot get.
    """
    answer = await ask(call(**where, **message))
    plainer = without_pictures(message["blocks"])
    if _is_for_blocks(answer) and len(plainer) < len(message["blocks"]):
        logger.warning("Slack refuses a message with a picture; it goes without")
        answer = await ask(call(**where, **{**message, "blocks": plainer}))
    return answer


async def post(call: Call, message: Json, **where: Any) -> Json | Failure:
    """Send an answer, of which nobody hears that it did not arrive: so the log says it."""
    answer = await send(call, message, **where)
    if isinstance(answer, Failure):
        logger.warning("a message was not posted: %s", answer.reason)
    return answer


async def share(client: AsyncWebClient, origin: Origin, message: Json, *, to_thread: bool) -> str:
    """Post what somebody shares from a modal to where they came from.

    Returns:
        What is in the way and how to mend it; empty where it was posted.
    """
    where: Json = {"thread_ts": origin.thread} if to_thread and origin.thread else {}
    answer = await post(client.chat_postMessage, message, channel=origin.channel, **where)
    if not isinstance(answer, Failure):
        return ""
    if answer.doubt is not Doubt.REFUSED:
        return tr(_UNKNOWN if answer.doubt is Doubt.LOST else _LATER)
    if origin.response_url:
        # It lets an app write once or twice where it is no member.
        told = {"response_type": "in_channel", "replace_original": False, **where, **message}
        was_taken = await respond(origin.response_url, told)
        if was_taken:
            return ""
        if was_taken is None:
            return tr(_UNKNOWN)
    return explain_obstacle(answer.reason) or tr("Slack says {reason}.", reason=answer.reason)


def _is_for_blocks(answer: Json | Failure) -> bool:
    """Tell whether Slack certainly did not take a message, and what stands in it is why."""
    if not isinstance(answer, Failure):
        return False
    return answer.doubt is Doubt.REFUSED and answer.reason == "invalid_blocks"
