"""The app was removed from a workspace, or its token there revoked."""

from http import HTTPStatus
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from readbot_slack.removal import Removal


def register(app: AsyncApp, removal: Removal) -> None:
    @app.event("app_uninstalled")
    async def forget(body: dict[str, Any]) -> BoltResponse:
        return await _settle(body["team_id"])

    @app.event("tokens_revoked")
    async def forget_for_bot(body: dict[str, Any], event: dict[str, Any]) -> BoltResponse:
        # People's own tokens, of which readbot has none, are told of as well.
        if not (event.get("tokens") or {}).get("bot"):
            return BoltResponse(status=HTTPStatus.OK)
        return await _settle(body["team_id"])

    async def _settle(team_id: str) -> BoltResponse:
        # What is not acknowledged Slack tells again.
        is_settled = await removal.settle(team_id)
        return BoltResponse(status=HTTPStatus.OK if is_settled else HTTPStatus.SERVICE_UNAVAILABLE)
