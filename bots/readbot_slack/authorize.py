"""Which token answers for which workspace, without asking Slack on every request."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from readbot.settings import Secret

#: How long a workspace's token is believed. Slack's own authorize asks ``auth.test`` every time.
CACHE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Installation:
    """readbot in one workspace."""

    bot_token: Secret
    bot_id: str | None = None
    bot_user_id: str | None = None


class Installations(Protocol):
    """Where tokens are kept."""

    async def find_installation(
        self, *, enterprise_id: str | None, team_id: str | None
    ) -> Installation | None:
        """Return the installation that serves a workspace, or None where there is none.

        Args:
            enterprise_id: Of the organisation, where the workspace belongs to one.
            team_id: None for an app that is installed for a whole organisation.
        """


class SingleInstallation:
    """The one workspace whose token stands in the settings."""

    def __init__(self, bot_token: Secret) -> None:
        self._installation = Installation(bot_token=bot_token)

    async def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
    ) -> Installation | None:
        return self._installation


class CachedAuthorize(AsyncAuthorize):
    """Bolt's authorize, believing what it found for ``CACHE_S``."""

    def __init__(self, installations: Installations, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._installations = installations
        self._clock = clock
        self._found: dict[tuple[str | None, str | None], tuple[float, AuthorizeResult]] = {}

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        key = (enterprise_id, team_id)
        known = self._found.get(key)
        if known is not None and known[0] > self._clock():
            return known[1]
        installation = await self._installations.find_installation(
            enterprise_id=enterprise_id, team_id=team_id
        )
        if installation is None:
            self._found.pop(key, None)
            return None
        result = AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=installation.bot_token.reveal(),
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
        )
        self._found[key] = (self._clock() + CACHE_S, result)
        return result

    def forget(self, team_id: str) -> None:
        """Stop believing a workspace's token: the app was removed or installed again, or its token revoked."""
        for key in [key for key in self._found if key[1] == team_id]:
            del self._found[key]
