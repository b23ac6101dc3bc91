"""The Bolt app: a table of contents."""

import contextlib
import logging
from collections.abc import Iterator

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from readbot_slack.authorize import CachedAuthorize, Installations
from readbot_slack.errors import log_bug
from readbot_slack.listeners import register_listeners
from readbot_slack.service import Service


def make_app(
    service: Service, installations: Installations, client: AsyncWebClient, logger: logging.Logger
) -> AsyncApp:
    """Return an app that answers every request by *service*.

    Args:
        service: Answers.
        installations: Tokens by workspace.
        client: Whose address, time limit and retries every request's own client takes over.
        logger: For Bolt and all that it starts.
    """
    with _only_errors(logger):
        app = AsyncApp(
            name="readbot",
            logger=logger,
            client=client,
            # Bolt takes its own class here as well as a function; its hint knows the function only.
            authorize=CachedAuthorize(installations),  # type: ignore[arg-type]
            # The answer travels in the ack, and Bolt's other way looks for the ack every 10 ms.
            process_before_response=True,
            # The endpoint has checked the signature; Socket Mode has none.
            request_verification_enabled=False,
            signing_secret="",
        )
    app.error(_answer_bug)
    register_listeners(app, service)
    return app


async def _answer_bug(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """Answer where a listener itself has a bug; what the core raises never comes this far."""
    error_id = log_bug(error)
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
