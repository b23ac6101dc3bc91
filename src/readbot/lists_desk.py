"""Which of the operator's lists a workspace reads: ``lists`` shows them, ``lists use NAME`` chooses one."""

import asyncio
from collections.abc import Iterator, Mapping

from readbot.conversation.language import say
from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    Choice,
    Choices,
    Heading,
    Outcome,
    Paragraph,
    Part,
    Reply,
    Rows,
    Text,
    bold,
    code,
    command,
    text,
)
from readbot.conversation.request import Request
from readbot.curation.curators import Curator, Curators
from readbot.language import tn, tr
from readbot.people import learn_reader
from readbot.ports import Manner, Messenger
from readbot.reading_list.texts import shorten
from readbot.shelves import Shelves
from readbot.store import Store

#: Complaints about refused files that are shown, and of each; the log has all of them.
_MAX_COMPLAINTS = 5
_MAX_COMPLAINT = 300


class ListsDesk:
    """Implements ``readbot.front_desk.Desk``."""

    def __init__(
        self, shelves: Shelves, store: Store, messengers: Mapping[str, Messenger], *, curators: Curators
    ) -> None:
        """Let people choose among *shelves*.

        Args:
            shelves: The lists.
            store: Where a choice is kept.
            messengers: By platform: what knows who manages a workspace.
            curators: Whom the operator names: they are told what is wrong with a file.
        """
        self._shelves = shelves
        self._store = store
        self._messengers = messengers
        self._curators = curators

    def manner(self, _words: str) -> Manner:
        return Manner.WAITS

    async def answer(self, words: str, request: Request) -> Reply:
        verb, _, name = words.partition(" ")
        if verb.lower() != "use":
            return await self._show(request)
        names = {each.casefold(): each for each in self._shelves.names}
        wanted = names.get(name.strip().casefold())
        if wanted is None:
            return self._unknown(name)
        if not (await learn_reader(self._messengers, request)).is_manager:
            return _refuse(tr("Only people who manage this workspace or server may choose its list."))
        await asyncio.to_thread(self._choose, wanted, request)
        return await self._show(request, heading=tr("The list is chosen"))

    def _choose(self, name: str, request: Request) -> None:
        self._store.overlays.choose_list(request.workspace, name, person_id=request.reader.id)
        self._shelves.refresh(request.workspace)

    async def _show(self, request: Request, *, heading: str = "") -> Reply:
        current = await asyncio.to_thread(self._shelves.name_for, request.workspace)
        rows = tuple(self._row(name, is_current=name == current) for name in self._shelves.names)
        others = [name for name in self._shelves.names if name != current]
        if not others:
            only = Paragraph(
                text=say("Whoever runs readbot can offer more with {setting}.", setting="READBOT_LIST"),
                subdued=True,
            )
            return Reply(
                parts=(Heading(words=tr("The list")), Rows(rows=rows), *self._tell_refused(request), only)
            )
        heading = heading or tr("Lists to choose from")
        return Reply(
            parts=(
                Heading(words=heading),
                Rows(rows=rows),
                *self._tell_refused(request),
                *_to_choose(others),
            )
        )

    def _tell_refused(self, request: Request) -> Iterator[Part]:
        """Tell of new versions of files that cannot be used; what is wrong names the operator's folders."""
        problems = self._shelves.problems
        if not problems:
            return
        files = tr(", ").join(problems)
        yield Paragraph(
            text=say("A new version of {files} is refused, and the one before is read.", files=bold(files))
        )
        if Curator(request.platform, request.reader.id) not in self._curators:
            yield Paragraph(text=say("Whoever runs readbot finds in its log what to mend."), subdued=True)
            return
        complaints = [line for problem in problems.values() for line in problem.splitlines()]
        rows = [text(code(shorten(line, _MAX_COMPLAINT))) for line in complaints[:_MAX_COMPLAINTS]]
        if more := len(complaints) - len(rows):
            rows.append(say("And {number} more.", number=str(more)))
        yield Rows(rows=tuple(rows))

    def _row(self, name: str, *, is_current: bool) -> Text:
        reading_list = self._shelves.get(name).reading_list
        links = tn("{number} link", "{number} links", len(reading_list.entries))
        row = text(bold(reading_list.title), f" ({name})", tr(", "), links)
        return text(*row, " · ", tr("this one is read here")) if is_current else row

    def _unknown(self, name: str) -> Reply:
        words = say(
            "There is no list “{name}”. There are: {lists}",
            name=name.strip()[:60],
            lists=tr(", ").join(self._shelves.names),
        )
        return Reply(
            parts=(Paragraph(text=words),),
            actions=(Action(label=tr("Lists"), command="lists"),),
            outcome=Outcome.REFUSED,
        )


def _to_choose(names: list[str]) -> tuple[Choices | Paragraph, ...]:
    """Return a choice of the names that fit a button, and what to type for all."""
    choices = tuple(
        Choice(label=name, command=f"lists use {name}")
        for name in names
        if len(f"lists use {name}") <= MAX_COMMAND_LENGTH
    )
    hint = Paragraph(
        text=say(
            "Whoever manages this workspace can choose another one: {command}",
            command=command(f"lists use {names[0]}"),
        ),
        subdued=True,
    )
    return (*((Choices(label=tr("Read another one"), choices=choices),) if choices else ()), hint)


def _refuse(sentence: str) -> Reply:
    return Reply(parts=(Paragraph(text=text(sentence)),), outcome=Outcome.REFUSED)
