"""Who may curate, and how they and those who suggest hear of it."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader, Request
from readbot.curation.curators import Curator, Curators
from readbot.curation.naming import find_people, name_people
from readbot.digests.model import Channel
from readbot.digests.outcomes import Sent
from readbot.language import SOURCE, speaking
from readbot.people import ASK_TIMEOUT_S, channel_of, learn_reader
from readbot.ports import Messenger
from readbot.store import Store

logger = logging.getLogger(__name__)

#: Curators of a workspace hear of new suggestions once in so long.
NUDGE_EVERY_S = 86_400.0
#: Admins who decided before and hear of new suggestions, beside the curators in the settings.
_MAX_DECIDERS = 5


class Staff:
    """The curators of all workspaces: people in the settings, and whoever manages a workspace."""

    def __init__(self, curators: Curators, messengers: Mapping[str, Messenger], store: Store) -> None:
        self._curators = curators
        self._messengers = messengers
        self._store = store

    def is_known(self, request: Request) -> bool:
        """Tell whether who asks is a curator for all that is known without asking anybody."""
        return request.reader.is_manager or Curator(request.platform, request.reader.id) in self._curators

    async def may_curate(self, request: Request) -> bool:
        """Tell whether who asks may decide; may ask the platform."""
        return self.is_known(request) or (await learn_reader(self._messengers, request)).is_manager

    async def name_people(self, reply: Reply, request: Request) -> Reply:
        """Return *reply* with the names that the platform has for the people in it, as it would not ping them."""
        ids = sorted(find_people(reply) - {request.reader.id})
        found = await asyncio.gather(*(self._learn(request, person_id) for person_id in ids))
        names = {reader.id: reader.name for reader in (*found, request.reader) if reader.name}
        return name_people(reply, names)

    async def tell(self, channel: Channel, person_id: str, reply: Reply) -> bool:
        """Say something to one person alone, whose language is unknown; return whether it certainly arrived."""
        messenger = self._messengers.get(channel.platform)
        if messenger is None or not person_id:
            return False
        try:
            with speaking(SOURCE):
                async with asyncio.timeout(ASK_TIMEOUT_S):
                    return isinstance(await messenger.tell(channel, person_id, reply), Sent)
        except TimeoutError:
            logger.warning("%s did not say whether a person was told", channel.platform)
        except Exception:
            # What is decided is decided, whatever becomes of the news of it.
            logger.exception("a person on %s could not be told", channel.platform)
        return False

    async def nudge(self, request: Request, reply: Reply) -> None:
        """Tell curators of the workspace of *request* something, once a day and not who asks themselves.

        Whom: those in the settings, and of those who decided on suggestions before who still manages it.
        """
        listed = self._curators.on(request.platform)
        deciders = await asyncio.to_thread(self._store.suggestions.list_deciders, request.workspace)
        others = [person_id for person_id in deciders if person_id not in listed][:_MAX_DECIDERS]
        if not {*listed, *others} - {request.reader.id}:
            return
        key = f"suggestions:{request.platform}:{request.workspace_id}"
        if not await asyncio.to_thread(self._store.taken.take, key, NUDGE_EVERY_S):
            return
        manage = await asyncio.gather(*(self._manages(request, person_id) for person_id in others))
        told = listed + [person_id for person_id, is_one in zip(others, manage, strict=True) if is_one]
        await asyncio.gather(
            *(
                self.tell(channel_of(request), person_id, reply)
                for person_id in told
                if person_id != request.reader.id
            )
        )

    async def _manages(self, request: Request, person_id: str) -> bool:
        return (await self._learn(request, person_id)).is_manager

    async def _learn(self, request: Request, person_id: str) -> Reader:
        """Return what the platform tells of somebody who is not the one that asks."""
        somebody = Reader(id=person_id)
        try:
            return await learn_reader(self._messengers, replace(request, reader=somebody))
        except Exception:
            logger.exception("%s could not be asked about a person", request.platform)
            return somebody
