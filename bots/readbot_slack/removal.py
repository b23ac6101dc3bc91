"""What happens when a workspace removes the app: everything of its people's is forgotten."""

import asyncio
import logging

from slack_sdk.web.async_client import AsyncWebClient

from readbot.store import Store
from readbot_slack.authorize import CachedAuthorize, Installations
from readbot_slack.requests import PLATFORM
from readbot_slack.web_api import Failure, ask

logger = logging.getLogger(__name__)


class Removal:
    """Forgets workspaces."""

    def __init__(
        self,
        store: Store,
        *,
        installations: Installations,
        authorize: CachedAuthorize,
        client: AsyncWebClient,
    ) -> None:
        self._store = store
        self._installations = installations
        self._authorize = authorize
        self._client = client

    async def forget(self, team_id: str) -> None:
        """Forget a workspace, unless its token works: then it was installed again meanwhile.

        Slack repeats an event for minutes, and people remove an app and install it at once.
        """
        installation = await self._installations.find_installation(enterprise_id=None, team_id=team_id)
        if installation is not None:
            answer = await ask(self._client.auth_test(token=installation.bot_token.reveal()))
            if not isinstance(answer, Failure) and answer.get("team_id") == team_id:
                logger.info("a removal is overtaken by an install", extra={"workspace": team_id})
                return
        await asyncio.to_thread(self._store.tenants.forget_workspace, PLATFORM, team_id)
        self._authorize.forget(team_id)
        logger.info("removed", extra={"action": "remove", "workspace": team_id})
