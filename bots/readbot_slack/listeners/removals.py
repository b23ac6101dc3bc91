"""The app was removed from a workspace, or its token there revoked."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from readbot_slack.removal import Removal


def register(app: AsyncApp, removal: Removal) -> None:
    @app.event("app_uninstalled")
    async def forget(body: dict[str, Any]) -> None:
        await removal.forget(body["team_id"])

    @app.event("tokens_revoked")
    async def forget_for_bot(body: dict[str, Any], event: dict[str, Any]) -> None:
        # People's own tokens, of which readbot has none, are told of as well.
        if (event.get("tokens") or {}).get("bot"):
            await removal.forget(body["team_id"])
