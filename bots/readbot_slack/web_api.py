"""One call of the Web API, and what is known after it: done, certainly not done, or neither."""

import math
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeAlias

from aiohttp import ClientConnectorError, ClientError, ClientHttpProxyError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from readbot_slack.logs import make_sdk_logger
from readbot_slack.tokens import error_code

#: For one call of the Web API. The SDK's own default of 30 s is longer than anybody waits.
CALL_TIMEOUT_S = 10


class Doubt(StrEnum):
    """How much a failed call tells."""

    #: Slack said no, and would again.
    REFUSED = "refused"
    #: Nothing was done, and the same call may work later.
    LATER = "later"
    #: It may have been done or not.
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A call that did not end in an ``ok``."""

    doubt: Doubt
    #: Slack's own word ("not_in_channel"), or what happened ("status 502", "ServerDisconnectedError").
    reason: str
    #: How long Slack asks to wait; None where it does not say.
    retry_after_s: float | None = None


Json: TypeAlias = dict[str, Any]

#: Slack: "It's possible some aspect of the operation succeeded before the error was raised."
#: Source: https://docs.slack.dev/reference/methods/chat.postMessage#errors
_LOST = {"fatal_error", "internal_error", "service_unavailable"}

#: Slack's words for a moment that passes, with nothing done. ``request_timeout``: the request came
#: incomplete.
_LATER = {"message_limit_exceeded", "rate_limited", "ratelimited", "request_timeout", "team_added_to_org"}

#: Waiting longer than a day for a rate limit would be somebody's mistake.
_MAX_RETRY_AFTER_S = 24 * 3600.0


def make_client(api_url: str) -> AsyncWebClient:
    """Return a client without a token for calls that people wait for.

    Args:
        api_url: Of the Web API, ending in ``/api/``.
    """
    return AsyncWebClient(
        base_url=api_url,
        timeout=CALL_TIMEOUT_S,
        logger=make_sdk_logger(),
        # The SDK would repeat a post whose answer was lost, and people would read it twice.
        retry_handlers=[],
    )


async def ask(call: Awaitable[AsyncSlackResponse]) -> Json | Failure:
    """Return what Slack answers to *call*, of a client without retries; raises only when cancelled."""
    try:
        answer = (await call).data
    except SlackApiError as error:
        return _explain(error)
    except (ClientConnectorError, ClientHttpProxyError) as error:
        return Failure(doubt=Doubt.LATER, reason=_name(error))
    except (ClientError, OSError, TimeoutError) as error:
        return Failure(doubt=Doubt.LOST, reason=_name(error))
    except (AttributeError, ValueError):
        # The SDK expects an object: a proxy's text with status 200, or bytes that are none, break it.
        return Failure(doubt=Doubt.LOST, reason="an answer that is none of Slack's")
    return answer if isinstance(answer, dict) else {}


def _explain(error: SlackApiError) -> Failure:
    code = error_code(error)
    # The SDK's response, or aiohttp's where the body was no JSON.
    status: int = getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
    reason = code or f"status {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        code in _LATER and status < HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        return Failure(doubt=Doubt.LATER, reason=reason, retry_after_s=_retry_after_s(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _LOST:
        return Failure(doubt=Doubt.LOST, reason=reason)
    if code:
        return Failure(doubt=Doubt.REFUSED, reason=reason)
    # Without a word of Slack's, a 4xx is a proxy's that let nothing through.
    was_stopped = status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.REQUEST_TIMEOUT
    return Failure(doubt=Doubt.LATER if was_stopped else Doubt.LOST, reason=reason)


def _retry_after_s(error: SlackApiError) -> float | None:
    headers = getattr(error.response, "headers", None) or {}
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(seconds, 0.0), _MAX_RETRY_AFTER_S) if math.isfinite(seconds) else None


def _name(error: BaseException) -> str:
    return type(error).__name__
