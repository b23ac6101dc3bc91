"""The Home tab, shown to whoever opens the app."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from readbot_slack.home_tab import publish_home
from readbot_slack.requests import from_home
from readbot_slack.service import Service


def register(app: AsyncApp, service: Service) -> None:
    @app.event("app_home_opened")
    async def show_home(body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        if event.get("tab") == "home":
            has_one = bool(event.get("view"))
            await service.start(publish_home(service, client, from_home(body), is_refresh=has_one))
