"""``suggestions``: what curators decide on, one after the other.

    suggestions                the first that waits, with how many do
    suggestions page:2         the second
    suggestions show ID        one, wherever it stands
    suggestions approve ID     a form: into which section, under which title, with which note
    suggestions reject ID      a form: why
    suggestions later ID       behind the others
    suggestions reopen ID      a decision taken back

Who may not curate is refused whatever they say: a button may have been on somebody's screen for long.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from readbot.conversation.form import Answer
from readbot.conversation.library import Libraries
from readbot.conversation.reply import Action, Part, Reply
from readbot.conversation.request import Request, Workspace
from readbot.curation import review_wording as wording
from readbot.curation.forms import (
    Draft,
    make_approval_form,
    make_rejection_form,
    read_approval,
    read_rejection,
)
from readbot.curation.house_rule import HouseRule, Remarks
from readbot.curation.model import Suggestion, SuggestionState
from readbot.curation.staff import Staff
from readbot.digests.model import Channel
from readbot.ports import Manner
from readbot.store import Decided, Store
from readbot.store.suggestions import OPEN

#: Serves a workspace's own links and words from now on. Blocks.
Refresh = Callable[[Workspace], None]

_Verb = Callable[[Suggestion, Request], Awaitable[Answer]]
_ASKS = {"approve", "reject"}
_DECIDED = (SuggestionState.APPROVED, SuggestionState.REJECTED)


class ReviewDesk:
    """Implements ``readbot.front_desk.Desk``."""

    def __init__(
        self, store: Store, libraries: Libraries, rule: HouseRule, staff: Staff, *, refresh: Refresh
    ) -> None:
        self._store = store
        self._libraries = libraries
        self._rule = rule
        self._staff = staff
        self._refresh = refresh
        self._verbs: dict[str, _Verb] = {
            "show": self._show,
            "approve": self._approve,
            "reject": self._reject,
            "later": self._put_off,
            "reopen": self._reopen,
        }

    def manner(self, words: str) -> Manner:
        return Manner.FORM if words.partition(" ")[0].lower() in _ASKS else Manner.WAITS

    async def answer(self, words: str, request: Request) -> Answer:
        answer = await self._answer(words, request)
        return await self._staff.name_people(answer, request) if isinstance(answer, Reply) else answer

    async def _answer(self, words: str, request: Request) -> Answer:
        if not await self._staff.may_curate(request):
            return wording.not_a_curator()
        verb, _, suggestion_id = words.lower().partition(" ")
        if verb not in self._verbs:
            _, _, page = words.partition("page:")
            return await self._show_queue(request.workspace, number=int(page or 1))
        suggestion = await asyncio.to_thread(self._store.suggestions.find, request.workspace, suggestion_id)
        if suggestion is None:
            return wording.unknown_suggestion()
        return await self._verbs[verb](suggestion, request)

    # Looking

    async def _show_queue(
        self,
        workspace: Workspace,
        *,
        number: int = 1,
        before: Sequence[Part] = (),
        undo: Action | None = None,
    ) -> Reply:
        """Show the suggestion at a place of the queue, which counts from 1; the last where it is shorter."""
        count = await asyncio.to_thread(self._store.suggestions.count_open, workspace)
        number = max(1, min(number, count))
        found = await asyncio.to_thread(
            self._store.suggestions.list_open, workspace, limit=1, offset=number - 1
        )
        if not found:
            return wording.nothing_waits(*before, undo=undo)
        return wording.review(
            found[0], self._examine(found[0]), number=number, count=count, before=before, undo=undo
        )

    async def _show(self, suggestion: Suggestion, _request: Request) -> Reply:
        return wording.one_suggestion(suggestion, self._examine(suggestion))

    def _examine(self, suggestion: Suggestion) -> Remarks:
        return self._rule.examine(suggestion.url, suggestion.title)

    # Deciding

    async def _approve(self, suggestion: Suggestion, request: Request) -> Answer:
        if suggestion.state not in OPEN:
            return wording.decided_already(suggestion)
        form = make_approval_form(suggestion, intro=wording.about(suggestion, self._examine(suggestion)))
        if request.values is None:
            return form
        library = self._libraries.find(request.workspace)
        draft, errors = read_approval(request.values, suggestion.url, library)
        if errors:
            return form.with_errors(request.values, errors)
        return await self._put_on_list(suggestion, draft, request)

    async def _put_on_list(self, suggestion: Suggestion, draft: Draft, request: Request) -> Reply:
        reading_list = self._libraries.find(request.workspace).reading_list
        # The list may have got it meanwhile: then it is where it is.
        entry = await asyncio.to_thread(reading_list.find_address, suggestion.url)
        if entry is not None:
            draft = replace(draft, section=entry.path)
        decided = await self._decide(
            suggestion,
            request,
            SuggestionState.APPROVED,
            title=draft.title,
            note=draft.note,
            section=draft.section,
        )
        if decided is None or not decided.is_ours:
            return _too_late(decided)
        await asyncio.to_thread(self._refresh, request.workspace)
        return await self._go_on(decided.suggestion, request, wording.approved_news(decided.suggestion))

    async def _reject(self, suggestion: Suggestion, request: Request) -> Answer:
        if suggestion.state not in OPEN:
            return wording.decided_already(suggestion)
        form = make_rejection_form(suggestion, intro=wording.about(suggestion, self._examine(suggestion)))
        if request.values is None:
            return form
        reason, errors = read_rejection(request.values)
        if errors:
            return form.with_errors(request.values, errors)
        decided = await self._decide(suggestion, request, SuggestionState.REJECTED, reason=reason)
        if decided is None or not decided.is_ours:
            return _too_late(decided)
        return await self._go_on(decided.suggestion, request, wording.rejected_news(decided.suggestion))

    async def _put_off(self, suggestion: Suggestion, request: Request) -> Reply:
        decided = await self._decide(suggestion, request, SuggestionState.LATER)
        if decided is None or not decided.is_ours:
            return _too_late(decided)
        said = wording.decided(decided.suggestion, is_told=None)
        return await self._show_queue(request.workspace, before=(said,))

    async def _reopen(self, suggestion: Suggestion, request: Request) -> Reply:
        decided = await self._decide(suggestion, request, SuggestionState.LATER, among=_DECIDED)
        if decided is None:
            return _too_late(decided)
        if suggestion.state is SuggestionState.APPROVED:
            await asyncio.to_thread(self._refresh, request.workspace)
        return wording.reopened(decided.suggestion, self._examine(decided.suggestion))

    async def _decide(
        self, suggestion: Suggestion, request: Request, state: SuggestionState, **changes: Any
    ) -> Decided | None:
        return await asyncio.to_thread(
            self._store.suggestions.decide,
            request.workspace,
            suggestion.id,
            state,
            by=request.reader.id,
            **changes,
        )

    async def _go_on(self, suggestion: Suggestion, request: Request, news: Reply) -> Reply:
        """Tell who suggested it what became of it, unless that is who decided, and show what comes next."""
        is_told = None
        if suggestion.suggested_by not in {"", request.reader.id}:
            channel = Channel(
                platform=suggestion.platform,
                workspace_id=suggestion.workspace_id,
                channel_id=suggestion.channel_id,
            )
            is_told = await self._staff.tell(channel, suggestion.suggested_by, news)
        said = wording.decided(suggestion, is_told=is_told)
        return await self._show_queue(request.workspace, before=(said,), undo=wording.undo(suggestion))


def _too_late(decided: Decided | None) -> Reply:
    """Tell a curator that somebody else was first."""
    return wording.unknown_suggestion() if decided is None else wording.decided_already(decided.suggestion)
