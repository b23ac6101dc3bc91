"""What readbot says about what people missed."""

from collections.abc import Sequence

from readbot.conversation.commands import Search, format_command
from readbot.conversation.language import say
from readbot.conversation.paging import Page
from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    ActionStyle,
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
    command,
    moment,
    person,
    text,
)
from readbot.curation.model import ExtraAlias, Gap
from readbot.language import tn, tr
from readbot.reading_list.texts import shorten

#: Own words that are shown; the latest.
_MAX_WORDS = 20


def overview(page: Page[Gap], *before: Part) -> Reply:
    """Show what was asked for in vain, the most often first."""
    if not page.items:
        nothing = Paragraph(text=say("Nothing was asked for in vain of late."))
        return Reply(parts=(*before, nothing), actions=(_words(),))
    turning = []
    if page.number > 1:
        turning.append(Action(label=tr("Back"), command=f"gaps page:{page.number - 1}"))
    if page.number < page.count:
        turning.append(Action(label=tr("More"), command=f"gaps page:{page.number + 1}"))
    choices = (
        Choice(label=shorten(gap.words, 70), detail=_times(gap.count), command=f"gaps show {gap.id}")
        for gap in page.items
    )
    return Reply(
        parts=(
            *before,
            Heading(words=tr("What people missed")),
            Rows(rows=tuple(text(bold(gap.words), f" · {_times(gap.count)}") for gap in page.items)),
            Choices(label=tr("Pick one to mend"), choices=tuple(choices)),
            Paragraph(text=say("Searches without an answer, without who searched."), subdued=True),
        ),
        actions=(*turning, _words()),
    )


def one_gap(gap: Gap) -> Reply:
    return Reply(
        parts=(
            Heading(words=tr("Asked for in vain")),
            Rows(
                rows=(
                    text(bold(gap.words)),
                    say("{times}, last {when}", times=_times(gap.count), when=moment(gap.last_at)),
                )
            ),
            Paragraph(
                text=say(
                    "Is it on the list by another name? Then say so. Is it missing? Then suggest a link for it."
                )
            ),
        ),
        actions=(
            Action(label=tr("Add other words"), command=f"gaps alias {gap.id}", style=ActionStyle.PRIMARY),
            Action(label=tr("Suggest a link"), command=f"gaps suggest {gap.id}"),
            Action(label=tr("Ignore"), command=f"gaps ignore {gap.id}"),
            _all(),
        ),
    )


def about(gap: Gap) -> Text:
    """Return what stands above a form about a gap."""
    return say("Asked for in vain, {times}: {words}", times=_times(gap.count), words=bold(gap.words))


def unknown_gap() -> Reply:
    words = say("That is answered by now, or forgotten.")
    return Reply(parts=(Paragraph(text=words),), actions=(_all(),), outcome=Outcome.REFUSED)


def ignored(gap: Gap) -> Paragraph:
    return Paragraph(text=say("{words} is not shown any more.", words=bold(gap.words)))


def added(alias: ExtraAlias) -> Reply:
    """Say that other words work from now on."""
    parts = (
        Paragraph(
            text=say(
                "Who asks for {words} is answered for {meaning} from now on.",
                words=bold(alias.words),
                meaning=bold(alias.means),
            )
        ),
    )
    search = format_command(Search(alias.words))
    actions = [Action(label=tr("Try it"), command=search)] if len(search) <= MAX_COMMAND_LENGTH else []
    return Reply(parts=parts, actions=(*actions, _remove(alias, tr("Take it back")), _all()))


def own_words(aliases: Sequence[ExtraAlias]) -> Reply:
    """Show the words that were added here, the latest first."""
    if not aliases:
        parts: tuple[Part, ...] = (
            Paragraph(
                text=say("No words were added here yet. {gaps} shows which to add.", gaps=command("gaps"))
            ),
        )
        return Reply(parts=parts, actions=(_all(),))
    latest = list(reversed(aliases))[:_MAX_WORDS]
    choices = (
        Choice(
            label=shorten(f"{alias.words} = {alias.means}", 70),
            detail=tr("remove"),
            command=f"gaps unalias {alias.id}",
        )
        for alias in latest
    )
    heading = tr("Own words")
    if len(latest) < len(aliases):
        heading = tr("Own words, the last {number}", number=len(latest))
    return Reply(
        parts=(
            Heading(words=heading),
            Rows(rows=tuple(_row(alias) for alias in latest)),
            Choices(label=tr("Pick one to remove"), choices=tuple(choices)),
        ),
        actions=(_all(),),
    )


def _row(alias: ExtraAlias) -> Text:
    words, meaning, when = bold(alias.words), bold(alias.means), moment(alias.added_at)
    if not alias.added_by:
        return say("{words} means {meaning} · added {when}", words=words, meaning=meaning, when=when)
    return say(
        "{words} means {meaning} · added by {person}, {when}",
        words=words,
        meaning=meaning,
        person=person(alias.added_by, tr("Somebody")),
        when=when,
    )


def removed(alias: ExtraAlias | None) -> Reply:
    if alias is None:
        words = say("Those words are gone already.")
    else:
        words = say("{words} means nothing of its own any more.", words=bold(alias.words))
    return Reply(parts=(Paragraph(text=words),), actions=(_words(), _all()))


def _remove(alias: ExtraAlias, label: str) -> Action:
    return Action(label=label, command=f"gaps unalias {alias.id}")


def _times(count: int) -> str:
    return tn("once", "{number} times", count)


def _all() -> Action:
    return Action(label=tr("What people missed"), command="gaps")


def _words() -> Action:
    return Action(label=tr("Own words"), command="gaps words")
