"""Tokens tried when readbot starts: a wrong one is said at once, an unreachable Slack is waited for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from readbot.exceptions import PlatformError

logger = logging.getLogger(__name__)

#: Slack's words for a token that will not work however often it is tried, with what to do.
_FATAL = {
    "account_inactive": "the app or its workspace was removed: install the app again and take the new token",
    "invalid_auth": "no such token: copy it again from the app's page",
    "missing_scope": "the token lacks a scope: compare the app with its manifest",
    "no_permission": "the token may not do this: compare the app with its manifest",
    "not_allowed_token_type": "that is another kind of token: compare its first letters",
    "not_authed": "the token is empty: copy it again from the app's page",
    "token_expired": "the token has expired: take a new one from the app's page",
    "token_revoked": "the token was revoked: install the app again and take the new token",
}


def explain_token(code: str) -> str:
    """Return what to do about a token, by Slack's word for it; empty where *code* is about none."""
    return _FATAL.get(code, "")


_FIRST_RETRY_S = 1.0
_LONGEST_RETRY_S = 60.0


async def ask_until_answered(
    setting: str, ask: Callable[[], Awaitable[AsyncSlackResponse]]
) -> AsyncSlackResponse:
    """Return Slack's answer to *ask*, trying again for as long as Slack gives none.

    Args:
        setting: Name of the setting whose token is on trial, for the error.
        ask: Makes one call; Slack's answer may be no.

    Raises:
        PlatformError: Slack refuses the token for good.
    """
    wait_s = _FIRST_RETRY_S
    while True:
        try:
            return await ask()
        except SlackApiError as error:
            code = error_code(error)
            if code in _FATAL:
                raise PlatformError(f"{setting}: Slack says {code}; {_FATAL[code]}") from error
            reason = code or "no usable answer"
        except (ClientError, OSError, TimeoutError) as error:
            reason = type(error).__name__
        logger.warning("Slack did not answer (%s); next try in %.0f s", reason, wait_s)
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 2, _LONGEST_RETRY_S)


def error_code(error: SlackApiError) -> str:
    """Return Slack's own word for *error*; empty where the answer was none of Slack's.

    A proxy's error page comes as text, and then the SDK's response raises when it is asked.
    """
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error") or "") if isinstance(answer, dict) else ""
