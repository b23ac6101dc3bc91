"""``privacy`` tells people what is kept about them, ``privacy forget`` forgets it."""

import asyncio
from collections.abc import Awaitable, Callable

from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.curation import privacy_wording
from readbot.ports import Manner
from readbot.store import Store

_MAX_RECENT = 10


class PrivacyDesk:
    """Implements ``readbot.front_desk.Desk``."""

    def __init__(
        self, store: Store, *, gaps_days: int, settle: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Tell of *store*.

        Args:
            store: Where everything is kept.
            gaps_days: Days for which searches without an answer are counted; 0 counts none.
            settle: Writes down what was asked a moment ago, which would else come after it was forgotten.
        """
        self._store = store
        self._gaps_days = gaps_days
        self._settle = settle

    def manner(self, _words: str) -> Manner:
        return Manner.WAITS

    async def answer(self, words: str, request: Request) -> Reply:
        if self._settle is not None:
            await self._settle()
        return await asyncio.to_thread(self._forget if words else self._show, request)

    def _show(self, request: Request) -> Reply:
        workspace, person_id = request.workspace, request.reader.id
        return privacy_wording.what_is_kept(
            self._store.people.count(workspace, person_id),
            self._store.recent.list_for(workspace, person_id, limit=_MAX_RECENT),
            self._store.suggestions.list_of(workspace, person_id),
            gaps_days=self._gaps_days,
        )

    def _forget(self, request: Request) -> Reply:
        return privacy_wording.forgotten(self._store.people.forget(request.workspace, request.reader.id))
