"""``gaps``: what people asked for in vain, for curators to mend.

gaps                what was asked for most often
gaps page:2         what was asked for less
gaps show N         one of them
gaps alias N        a form: what it means
gaps suggest N      a form: a link that answers it
gaps ignore N       shown no more
gaps words          the words that were added here
gaps unalias N      some of those taken back
"""

import asyncio
from collections.abc import Awaitable, Callable

from readbot.conversation.form import Answer
from readbot.conversation.library import Libraries
from readbot.conversation.paging import make_page
from readbot.conversation.reply import Part, Reply
from readbot.conversation.request import Request, Workspace
from readbot.curation import gap_wording
from readbot.curation.forms import Draft, has_answer, make_alias_form, make_suggest_form, read_alias
from readbot.curation.model import ExtraAlias, Gap
from readbot.curation.review_desk import Refresh
from readbot.curation.review_wording import not_a_curator
from readbot.curation.staff import Staff
from readbot.curation.wording import intro
from readbot.ports import Manner
from readbot.store import Store

#: Gaps that are looked at; a page shows some of them.
_MAX_SHOWN = 100

_Verb = Callable[[int, Request], Awaitable[Answer]]
_ASKS = {"alias", "suggest"}


class GapsDesk:
    """Implements ``readbot.front_desk.Desk``."""

    def __init__(
        self,
        store: Store,
        libraries: Libraries,
        staff: Staff,
        *,
        refresh: Refresh,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        """Show what *store* has counted.

        Args:
            store: Where it is counted.
            libraries: What answers, and so closes a gap.
            staff: Who may look.
            refresh: Makes words that were added work.
            settle: Writes down what was asked a moment ago, which a curator has just tried.
        """
        self._store = store
        self._libraries = libraries
        self._staff = staff
        self._refresh = refresh
        self._settle = settle
        self._verbs: dict[str, _Verb] = {
            "show": self._show,
            "alias": self._add_alias,
            "suggest": self._suggest,
            "ignore": self._ignore,
            "unalias": self._remove_alias,
        }

    def manner(self, words: str) -> Manner:
        return Manner.FORM if words.partition(" ")[0].lower() in _ASKS else Manner.WAITS

    async def answer(self, words: str, request: Request) -> Answer:
        if not await self._staff.may_curate(request):
            return not_a_curator()
        verb, _, number = words.lower().partition(" ")
        if verb in self._verbs:
            return await self._verbs[verb](int(number), request)
        if verb == "words":
            aliases = await asyncio.to_thread(self._store.extra_aliases.list_for, request.workspace)
            return await self._staff.name_people(gap_wording.own_words(aliases), request)
        _, _, page = words.partition("page:")
        return await self._show_all(request.workspace, page=int(page or 1))

    async def _show_all(self, workspace: Workspace, *before: Part, page: int = 1) -> Reply:
        await self._settle()
        gaps = await asyncio.to_thread(self._list_open, workspace)
        return gap_wording.overview(make_page(gaps, page), *before)

    def _list_open(self, workspace: Workspace) -> list[Gap]:
        """Return the gaps that still are some, and forget those that the list has an answer to by now."""
        library = self._libraries.find(workspace)
        gaps = self._store.gaps.list_top(workspace, limit=_MAX_SHOWN)
        answered = {gap.id for gap in gaps if has_answer(library, gap.words)}
        self._store.gaps.close(workspace, answered)
        return [gap for gap in gaps if gap.id not in answered]

    async def _show(self, number: int, request: Request) -> Reply:
        gap = await self._find(number, request)
        return gap_wording.unknown_gap() if gap is None else gap_wording.one_gap(gap)

    async def _suggest(self, number: int, request: Request) -> Answer:
        gap = await self._find(number, request)
        if gap is None:
            return gap_wording.unknown_gap()
        reading_list = self._libraries.find(request.workspace).reading_list
        return make_suggest_form(Draft(), intro=intro(reading_list, gap_wording.about(gap)))

    async def _ignore(self, number: int, request: Request) -> Reply:
        gap = await asyncio.to_thread(self._store.gaps.ignore, request.workspace, number)
        if gap is None:
            return gap_wording.unknown_gap()
        return await self._show_all(request.workspace, gap_wording.ignored(gap))

    async def _add_alias(self, number: int, request: Request) -> Answer:
        gap = await self._find(number, request)
        if gap is None:
            return gap_wording.unknown_gap()
        form = make_alias_form(gap, intro=(gap_wording.about(gap),))
        if request.values is None:
            return form
        library = self._libraries.find(request.workspace)
        words, means, errors = await asyncio.to_thread(read_alias, request.values, library)
        if errors:
            return form.with_errors(request.values, errors)
        return gap_wording.added(await asyncio.to_thread(self._keep_alias, gap, words, means, request))

    def _keep_alias(self, gap: Gap, words: str, means: str, request: Request) -> ExtraAlias:
        workspace = request.workspace
        alias = self._store.extra_aliases.add(workspace, words=words, means=means, by=request.reader.id)
        self._store.gaps.close(workspace, [gap.id])
        self._refresh(workspace)
        return alias

    async def _remove_alias(self, number: int, request: Request) -> Reply:
        alias = await asyncio.to_thread(self._store.extra_aliases.remove, request.workspace, number)
        if alias is not None:
            await asyncio.to_thread(self._refresh, request.workspace)
        return gap_wording.removed(alias)

    async def _find(self, number: int, request: Request) -> Gap | None:
        return await asyncio.to_thread(self._store.gaps.find, request.workspace, number)
