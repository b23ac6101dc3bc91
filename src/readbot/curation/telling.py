"""Telling curators: people whom the operator names, in no channel."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from readbot.conversation.reply import Reply
from readbot.curation.curators import Curator
from readbot.digests.model import Channel
from readbot.digests.outcomes import Sent
from readbot.ports import Messenger
from readbot.store import Store

logger = logging.getLogger(__name__)


def make_teller(
    curators: Sequence[Curator], messengers: Mapping[str, Messenger], store: Store, *, timeout_s: float
) -> Callable[[Reply], Awaitable[None]]:
    """Return what tells all curators something, each once, as far as they can be reached.

    Args:
        curators: Whom the operator names.
        messengers: By platform.
        store: Knows the workspaces that installed readbot: a person is in one of them.
        timeout_s: For each try to tell somebody.
    """

    async def tell(reply: Reply) -> None:
        for curator in curators:
            is_told = await _tell_one(curator, reply)
            logger.info("a curator on %s was %s", curator.platform, "told" if is_told else "not reached")

    async def _tell_one(curator: Curator, reply: Reply) -> bool:
        messenger = messengers.get(curator.platform)
        if messenger is None:
            return False
        installed = await asyncio.to_thread(store.installations.list_, curator.platform)
        # Where the settings hold the one token there is, no workspace has to be named.
        for workspace_id in [installation.workspace_id for installation in installed] or [""]:
            nowhere = Channel(platform=curator.platform, workspace_id=workspace_id, channel_id="")
            try:
                async with asyncio.timeout(timeout_s):
                    outcome = await messenger.tell(nowhere, curator.id, reply)
            except Exception:
                logger.exception("a curator on %s could not be told", curator.platform)
                continue
            if isinstance(outcome, Sent):
                return True
        return False

    return tell
