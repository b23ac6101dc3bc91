"""The Bolt app: a table of contents."""

import contextlib
import logging
import os
from collections.abc import Iterator

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from readbot_slack.authorize import CachedAuthorize
from readbot_slack.errors import log_bug
from readbot_slack.listeners import register_listeners
from readbot_slack.once import IDEMPOTENT_EVENTS
from readbot_slack.removal import Removal
from readbot_slack.service import Service

#: Bolt makes an OAuth flow of its own of these, with tokens in plain files.
_OAUTH_VARIABLES = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")


def make_app(
    service: Service,
    *,
    authorize: CachedAuthorize,
    act_once: AsyncMiddleware,
    removal: Removal,
    client: AsyncWebClient,
    logger: logging.Logger,
    not_installed: str,
) -> AsyncApp:
    """Return an app that answers every request by *service*.

    Args:
        service: Answers.
        authorize: Knows every workspace's token.
        act_once: Passes what is not repeated.
        removal: Forgets workspaces that remove the app.
        client: Whose address, time limit and retries every request's own client takes over.
        logger: For Bolt and all that it starts.
        not_installed: What people read whose workspace has no token.
    """
    with _only_errors(logger), _without_oauth_variables():
        app = AsyncApp(
            name="readbot",
            logger=logger,
            client=client,
            # Bolt takes its own class here as well as a function; its hint knows the function only.
            authorize=authorize,  # type: ignore[arg-type]
            # The answer travels in the ack, and Bolt's other way looks for the ack every 10 ms.
            process_before_response=True,
            # The endpoint has checked the signature; Socket Mode has none.
            request_verification_enabled=False,
            signing_secret="",
            user_facing_authorize_error_message=not_installed,
        )
    app.use(act_once)
    app.error(_answer_bug)
    register_listeners(app, service, removal)
    return app


async def _answer_bug(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """Answer where a listener itself has a bug; what the core raises never comes this far."""
    error_id = log_bug(error)
    if (request.body.get("event") or {}).get("type") in IDEMPOTENT_EVENTS:
        # Slack tries again: a workspace must not stay half forgotten.
        return BoltResponse(status=500, body="")
    if "command" not in request.body:
        return BoltResponse(status=200, body="")
    return BoltResponse(
        status=200,
        body={"response_type": "ephemeral", "text": f"Something went wrong on my side: error `{error_id}`."},
    )


@contextlib.contextmanager
def _only_errors(logger: logging.Logger) -> Iterator[None]:
    """Quiet Bolt's warning that a token in the environment is not used: it is, by our authorize."""
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextlib.contextmanager
def _without_oauth_variables() -> Iterator[None]:
    """Hide the app's credentials from Bolt while an app is made: nothing that it takes would stop it."""
    hidden = {name: os.environ.pop(name) for name in _OAUTH_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
