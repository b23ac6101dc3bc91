"""What happens when a workspace removes the app: everything of its people's is forgotten.

Slack tells of it by an event, which may come late or again, after the app was installed anew, and may never
come, where readbot was not there. So the token decides: only where Slack itself no longer takes it is the
workspace forgotten. Where Slack cannot be asked, it is asked again until it answers.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import NoReturn

from slack_sdk.web.async_client import AsyncWebClient

from readbot.store import Store
from readbot_slack.authorize import CachedAuthorize, Installations
from readbot_slack.errors import log_bug
from readbot_slack.requests import PLATFORM
from readbot_slack.web_api import Doubt, Failure, ask

logger = logging.getLogger(__name__)

#: How often whoever was not answered asks again, and looks whether the day's round is due.
LOOK_EVERY_S = 300.0

#: How often every workspace is looked at: what Slack told of while readbot was down comes to light then.
ROUND_EVERY_S = 86_400.0

_ROUND = f"{PLATFORM} looks who has removed the app"

#: A round ends where so many questions had no answer: Slack is not to be reached.
_PATIENCE = 3

#: Slack's words for a token that it knows, and that is over. Without an event no other word is enough:
#: "invalid_auth", for instance, also comes of an address that the workspace does not allow.
#: Source: https://docs.slack.dev/reference/methods/auth.test#errors
_OVER = frozenset({"account_inactive", "token_revoked"})


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
        #: Workspaces that are said to have removed the app, while Slack could not be asked.
        self._unsettled: set[str] = set()

    async def settle(self, team_id: str) -> bool:
        """Forget a workspace that is said to have removed the app, unless it has it again.

        Returns:
            Whether that is settled; else Slack did not answer, and nothing was forgotten yet.
        """
        failure = await self._try_token(team_id)
        if failure is None:
            logger.info("a removal is overtaken by an install", extra={"workspace": team_id})
        elif failure.doubt is Doubt.REFUSED:
            await self._forget(team_id)
        else:
            self._unsettled.add(team_id)
            logger.warning(
                "Slack does not say whether the app was removed: %s; it is asked again",
                failure.reason,
                extra={"workspace": team_id},
            )
            return False
        self._unsettled.discard(team_id)
        return True

    async def watch(self) -> NoReturn:
        """See to what the events left open."""
        while True:
            try:
                await self.look_around()
            except Exception as error:
                log_bug(error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look_around(self) -> None:
        """Settle what is open, and once a day look at every workspace that installed the app."""
        for team_id in tuple(self._unsettled):
            await self.settle(team_id)
        workspaces = await asyncio.to_thread(self._list_workspaces)
        # One process looks for all.
        if not workspaces or not await asyncio.to_thread(self._store.taken.take, _ROUND, ROUND_EVERY_S):
            return
        if not await self._go_round(workspaces):
            await asyncio.to_thread(self._store.taken.give_back, _ROUND)

    def _list_workspaces(self) -> list[str]:
        return [each.workspace_id for each in self._store.installations.list_(PLATFORM)]

    async def _go_round(self, workspaces: Sequence[str]) -> bool:
        """Forget the workspaces whose tokens are over; return whether Slack answered about all."""
        unanswered = 0
        for team_id in workspaces:
            failure = await self._try_token(team_id)
            if failure is not None and failure.reason in _OVER:
                await self._forget(team_id)
            unanswered += failure is not None and failure.doubt is not Doubt.REFUSED
            if unanswered == _PATIENCE:
                break
        return not unanswered

    async def _try_token(self, team_id: str) -> Failure | None:
        """Return why a workspace's token does not work; None where it does."""
        installation = await self._installations.find_installation(enterprise_id=None, team_id=team_id)
        if installation is None:
            return Failure(doubt=Doubt.REFUSED, reason="not_installed")
        answer = await ask(self._client.auth_test(token=installation.bot_token.reveal()))
        if isinstance(answer, Failure):
            return answer
        if answer.get("team_id") != team_id:
            return Failure(doubt=Doubt.REFUSED, reason="another workspace's token")
        return None

    async def _forget(self, team_id: str) -> None:
        await asyncio.to_thread(self._store.tenants.forget_workspace, PLATFORM, team_id)
        self._authorize.forget(team_id)
        logger.info("removed", extra={"action": "remove", "workspace": team_id})
