"""A modal in front of one person: opened once, within seconds of what they did, and changed as often as need be.

Source: https://docs.slack.dev/surfaces/modals
"""

import logging
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from readbot_slack.web_api import Failure, ask

logger = logging.getLogger(__name__)

#: What Slack says of a modal that its person has closed meanwhile.
_CLOSED = frozenset({"not_found", "view_not_found"})


class Modal:
    """One modal, open already or yet to be opened."""

    def __init__(self, client: AsyncWebClient, *, trigger_id: str = "", view_id: str = "") -> None:
        """Name a modal.

        Args:
            client: With the workspace's token.
            trigger_id: What lets it be opened, once and within three seconds.
            view_id: Of the one that is open.
        """
        self._client = client
        self._trigger_id = trigger_id
        self._view_id = view_id

    @property
    def is_open(self) -> bool:
        return bool(self._view_id)

    async def show(self, view: dict[str, Any]) -> bool:
        """Show *view*, in place of what is in the modal; return whether it could be shown."""
        if self._view_id:
            answer = await ask(self._client.views_update(view_id=self._view_id, view=view))
        else:
            answer = await ask(self._client.views_open(trigger_id=self._trigger_id, view=view))
        if not isinstance(answer, Failure):
            self._view_id = answer["view"]["id"]
            return True
        if answer.reason in _CLOSED:
            logger.info("a modal was closed before its answer came")
        else:
            logger.warning("Slack does not show a modal: %s", answer.reason)
        return False
