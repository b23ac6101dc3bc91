"""``home``: all at a glance, for a person's own page: search, sections, their channels' digests."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from readbot import home_wording as wording
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.digests.model import DeliveryState, Subscription, SubscriptionState
from readbot.home_wording import Latest, Setup, Sight
from readbot.people import ASK_TIMEOUT_S, learn_reader
from readbot.ports import KnowsChannels, Manner, Messenger
from readbot.shelves import Shelves
from readbot.store import Store

logger = logging.getLogger(__name__)

#: Digests and answers that are shown; a page is for a glance.
_MAX_DIGESTS = 10
_MAX_RECENT = 5

_WEEK = timedelta(days=7)


class HomeDesk:
    """Implements ``readbot.front_desk.Desk``."""

    def __init__(self, shelves: Shelves, store: Store, messengers: Mapping[str, Messenger]) -> None:
        """Show what is in *shelves* and *store*; *messengers* know people and where they are."""
        self._shelves = shelves
        self._store = store
        self._messengers = messengers

    def manner(self, _words: str) -> Manner:
        return Manner.WAITS

    async def answer(self, _words: str, request: Request) -> Reply:
        reader, channels = await asyncio.gather(
            learn_reader(self._messengers, request), self._find_channels(request)
        )
        found = await asyncio.to_thread(self._look, request, channels, is_manager=reader.is_manager)
        return wording.home(found)

    async def _find_channels(self, request: Request) -> frozenset[str]:
        """Return where the person is; nowhere, where the platform does not tell: then nothing is shown."""
        messenger = self._messengers.get(request.platform)
        if not isinstance(messenger, KnowsChannels):
            return frozenset()
        try:
            async with asyncio.timeout(ASK_TIMEOUT_S):
                return await messenger.list_channels(request.workspace_id, request.reader.id)
        except TimeoutError:
            logger.warning("%s did not tell where a person is", request.platform)
            return frozenset()

    def _look(self, request: Request, channels: frozenset[str], *, is_manager: bool) -> Sight:
        library = self._shelves.find(request.workspace)
        everywhere = self._store.subscriptions.list_(
            platform=request.platform, workspace_id=request.workspace_id
        )
        kept = [each for each in everywhere if each.state is not SubscriptionState.OFF]
        mine = [each for each in kept if each.channel.channel_id in channels]
        recent = self._store.recent.list_for(request.workspace, request.reader.id, limit=_MAX_RECENT)
        return Sight(
            reading_list=library.reading_list,
            latest=self._find_latest(mine, request),
            recent=[each.command for each in recent],
            digests=mine[:_MAX_DIGESTS],
            more_digests=max(0, len(mine) - _MAX_DIGESTS),
            setup=self._find_setup(request, kept) if is_manager else None,
        )

    def _find_latest(self, mine: Sequence[Subscription], request: Request) -> Latest | None:
        """Return what the person's channels had last, as far as it is still on the list."""
        reading_list = self._shelves.find(request.workspace).reading_list
        posts = [post for each in mine if (post := self._store.journal.find_last_post(each.id))]
        posts = [post for post in posts if post.state is DeliveryState.SENT and post.finished_at]
        drawn = self._store.bags.list_drawn([post.id for post in posts])
        for post in sorted(posts, key=lambda post: post.slot_at, reverse=True):
            entries = [reading_list.find_entry(link_id) for link_id in drawn.get(post.id, ())]
            entry = next((entry for entry in entries if entry is not None), None)
            if entry is not None and post.finished_at is not None:
                return Latest(
                    entry=entry,
                    posted_at=post.finished_at,
                    channel_id=post.channel.channel_id,
                    is_of_this_week=self._store.now() - post.finished_at < _WEEK,
                )
        return None

    def _find_setup(self, request: Request, kept: Sequence[Subscription]) -> Setup:
        return Setup(
            lists=len(self._shelves.names),
            refused=tuple(self._shelves.problems),
            digests=len(kept),
            unreachable=[each for each in kept if each.state is SubscriptionState.UNREACHABLE],
            suggestions=self._store.suggestions.count_open(request.workspace),
        )
