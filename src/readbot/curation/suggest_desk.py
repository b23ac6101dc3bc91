"""``suggest`` brings a link to the curators, ``on-list`` tells which links of a message are on the list."""

import asyncio

from readbot.conversation.form import Answer
from readbot.conversation.request import Request
from readbot.curation import wording
from readbot.curation.addresses_in_text import (
    MAX_ADDRESSES,
    find_address_problem,
    find_addresses,
    is_web_address,
    read_address,
)
from readbot.curation.forms import Draft, clean_title, make_suggest_form, read_suggestion
from readbot.curation.suggesting import Suggesting
from readbot.ports import Manner


class SuggestDesk:
    """Implements ``readbot.front_desk.Desk``: a form, or a link that is typed with the command."""

    def __init__(self, suggesting: Suggesting) -> None:
        self._suggesting = suggesting

    def manner(self, words: str) -> Manner:
        return Manner.WAITS if words else Manner.FORM

    async def answer(self, words: str, request: Request) -> Answer:
        if _has_no_curators(request):
            return wording.nobody_decides_here()
        library = self._suggesting.libraries.find(request.workspace)
        if request.values is not None:
            draft, errors = read_suggestion(request.values, library)
            if errors:
                form = make_suggest_form(Draft(), intro=wording.intro(library.reading_list))
                return form.with_errors(request.values, errors)
            return await self._suggesting.suggest(draft, request)
        if not words:
            return make_suggest_form(Draft(), intro=wording.intro(library.reading_list))
        typed, _, title = words.partition(" ")
        url = read_address(typed)
        if problem := find_address_problem(url):
            return wording.bad_address(problem) if is_web_address(url) else wording.mistyped(problem)
        return await self._suggesting.suggest(
            Draft(url=url, title=clean_title(title.strip("\"'“”"))), request
        )


class OnListDesk:
    """Implements ``readbot.front_desk.Desk``: looks at the links of a message."""

    def __init__(self, suggesting: Suggesting) -> None:
        self._suggesting = suggesting

    def manner(self, words: str) -> Manner:
        """Say that a form comes: it does where none of the links is known, which is why one asks."""
        return Manner.FORM if find_addresses(words) else Manner.WAITS

    async def answer(self, words: str, request: Request) -> Answer:
        urls = find_addresses(words)
        if not urls:
            return wording.no_addresses()
        usable = [url for url in urls if find_address_problem(url) is None]
        if not usable:
            return wording.bad_address(find_address_problem(urls[0]) or "")
        known = await asyncio.gather(*(self._suggesting.look_up(request.workspace, url) for url in usable))
        new = [url for url, each in zip(usable, known, strict=True) if not (each.entry or each.suggestion)]
        if len(new) == len(usable) and not _has_no_curators(request):
            return self._ask_for(new, request)
        entries = {each.entry.link.id: each.entry for each in known if each.entry}
        suggestions = [each.suggestion for each in known if each.suggestion]
        return wording.on_list(
            list(entries.values()), suggestions, new, may_have_more=len(urls) == MAX_ADDRESSES
        )

    def _ask_for(self, urls: list[str], request: Request) -> Answer:
        """Return the form for the first of the links of a message, of which none is known."""
        reading_list = self._suggesting.libraries.find(request.workspace).reading_list
        lead = [wording.not_on_list(urls[0], others=len(urls) - 1)]
        if len(urls) == MAX_ADDRESSES:
            lead.append(wording.looked_at_first())
        return make_suggest_form(Draft(url=urls[0]), intro=wording.intro(reading_list, *lead))


def _has_no_curators(request: Request) -> bool:
    """Tell whether this is a direct message that is no part of a workspace: Discord's are a world of their own."""
    return request.workspace_id == request.reader.id
