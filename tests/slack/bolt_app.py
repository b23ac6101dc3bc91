"""A Bolt app as its authors make one, for tests of the loopback Slack itself."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack


def make_bolt(slack: LoopbackSlack) -> AsyncApp:
    """Return an app that is installed wherever *slack* has it."""

    async def authorize(team_id: str) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_token=slack.team(team_id).bot_token,
            bot_user_id=slack.team(team_id).bot_user_id,
        )

    return AsyncApp(
        signing_secret=SIGNING_SECRET,
        authorize=authorize,
        client=AsyncWebClient(base_url=slack.api_url, retry_handlers=[], timeout=60),
        process_before_response=True,
    )


@contextlib.asynccontextmanager
async def serve_bolt(app: AsyncApp) -> AsyncIterator[str]:
    """Serve it within the block, and give its request URL."""

    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    served = web.Application()
    served.router.add_post("/slack/events", answer)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()
