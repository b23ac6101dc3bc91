"""What becomes of a suggested link: looked at, kept, and said to curators."""

import asyncio
from dataclasses import dataclass

from readbot.conversation.library import Libraries
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request, Workspace
from readbot.curation import wording
from readbot.curation.forms import Draft
from readbot.curation.house_rule import HouseRule
from readbot.curation.model import Suggestion
from readbot.curation.review_wording import nudge
from readbot.curation.staff import Staff
from readbot.reading_list import Entry
from readbot.reading_list.urls import drop_tracking, normalize_url
from readbot.store import Store
from readbot.store.rows import new_id

#: Suggestions of one person that nobody has decided on, in one workspace.
MAX_OPEN = 10


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a workspace knows of an address; nothing, where both are None."""

    entry: Entry | None = None
    suggestion: Suggestion | None = None


class Suggesting:
    """Suggestions as people make them."""

    def __init__(self, store: Store, libraries: Libraries, rule: HouseRule, staff: Staff) -> None:
        self._store = store
        self.libraries = libraries
        self.rule = rule
        self._staff = staff

    async def look_up(self, workspace: Workspace, url: str) -> Known:
        """Return what a workspace knows of *url*."""
        return await asyncio.to_thread(self._look_up, workspace, url)

    async def suggest(self, draft: Draft, request: Request) -> Reply:
        """Keep *draft*, whose address is good, unless it is known; say what came of it."""
        is_curator = self._staff.is_known(request)
        suggestion, known = await asyncio.to_thread(self._keep, draft, request)
        if known is None:
            return wording.too_many(MAX_OPEN)
        if known.entry is not None:
            return wording.already_listed(known.entry)
        if known.suggestion is not None and known.suggestion.id != suggestion.id:
            return wording.already_suggested(known.suggestion, is_curator=is_curator)
        count = await asyncio.to_thread(self._store.suggestions.count_open, request.workspace)
        await self._staff.nudge(request, nudge(count))
        remarks = self.rule.examine(suggestion.url, suggestion.title)
        return wording.thanks(suggestion, remarks, is_curator=is_curator)

    def _look_up(self, workspace: Workspace, url: str) -> Known:
        entry = self.libraries.find(workspace).reading_list.find_address(url)
        if entry is not None:
            return Known(entry=entry)
        return Known(suggestion=self._store.suggestions.find_by_key(workspace, normalize_url(url)))

    def _keep(self, draft: Draft, request: Request) -> tuple[Suggestion, Known | None]:
        """Return *draft* as a suggestion, and what is known of its address now; None where it is one too many."""
        suggestion = Suggestion(
            id=new_id(),
            platform=request.platform,
            workspace_id=request.workspace_id,
            channel_id=request.channel_id,
            url=drop_tracking(draft.url),
            title=draft.title,
            note=draft.note,
            section=draft.section,
            suggested_by=request.reader.id,
            suggested_at=self._store.now(),
        )
        entry = self.libraries.find(request.workspace).reading_list.find_address(draft.url)
        if entry is not None:
            return suggestion, Known(entry=entry)
        kept = self._store.suggestions.add(suggestion, url_key=normalize_url(draft.url), max_open=MAX_OPEN)
        return suggestion, None if kept is None else Known(suggestion=kept)
