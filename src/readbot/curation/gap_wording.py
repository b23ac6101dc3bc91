"""What readbot says about what people missed."""

from collections.abc import Sequence

from readbot.conversation.commands import Search, format_command
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
from readbot.reading_list.texts import shorten

#: Own words that are shown; the latest.
_MAX_WORDS = 20

_ALL = Action(label="What people missed", command="gaps")
_WORDS = Action(label="Own words", command="gaps words")


def overview(page: Page[Gap], *before: Part) -> Reply:
    """Show what was asked for in vain, the most often first."""
    if not page.items:
        words = "Nothing was asked for in vain of late."
        return Reply(parts=(*before, Paragraph(text=text(words))), actions=(_WORDS,))
    turning = []
    if page.number > 1:
        turning.append(Action(label="Back", command=f"gaps page:{page.number - 1}"))
    if page.number < page.count:
        turning.append(Action(label="More", command=f"gaps page:{page.number + 1}"))
    choices = (
        Choice(label=shorten(gap.words, 70), detail=_times(gap.count), command=f"gaps show {gap.id}")
        for gap in page.items
    )
    return Reply(
        parts=(
            *before,
            Heading(words="What people missed"),
            Rows(rows=tuple(text(bold(gap.words), f" · {_times(gap.count)}") for gap in page.items)),
            Choices(label="Pick one to mend", choices=tuple(choices)),
            Paragraph(text=text("Searches without an answer, without who searched."), subdued=True),
        ),
        actions=(*turning, _WORDS),
    )


def one_gap(gap: Gap) -> Reply:
    return Reply(
        parts=(
            Heading(words="Asked for in vain"),
            Rows(
                rows=(
                    text(bold(gap.words)),
                    text(f"{_times(gap.count)}, last ", moment(gap.last_at)),
                )
            ),
            Paragraph(
                text=text(
                    "Is it on the list by another name? Then say so. Is it missing? Then suggest a link for it."
                )
            ),
        ),
        actions=(
            Action(label="Add other words", command=f"gaps alias {gap.id}", style=ActionStyle.PRIMARY),
            Action(label="Suggest a link", command=f"gaps suggest {gap.id}"),
            Action(label="Ignore", command=f"gaps ignore {gap.id}"),
            _ALL,
        ),
    )


def about(gap: Gap) -> Text:
    """Return what stands above a form about a gap."""
    return text("Asked for in vain, ", _times(gap.count), ": ", bold(gap.words))


def unknown_gap() -> Reply:
    words = "That is answered by now, or forgotten."
    return Reply(parts=(Paragraph(text=text(words)),), actions=(_ALL,), outcome=Outcome.REFUSED)


def ignored(gap: Gap) -> Paragraph:
    return Paragraph(text=text(bold(gap.words), " is not shown any more."))


def added(alias: ExtraAlias) -> Reply:
    """Say that other words work from now on."""
    parts = (
        Paragraph(
            text=text(
                "Who asks for ", bold(alias.words), " is answered for ", bold(alias.means), " from now on."
            )
        ),
    )
    search = format_command(Search(alias.words))
    actions = [Action(label="Try it", command=search)] if len(search) <= MAX_COMMAND_LENGTH else []
    return Reply(parts=parts, actions=(*actions, _remove(alias, "Take it back"), _ALL))


def own_words(aliases: Sequence[ExtraAlias]) -> Reply:
    """Show the words that were added here, the latest first."""
    if not aliases:
        parts: tuple[Part, ...] = (
            Paragraph(text=text("No words were added here yet. ", command("gaps"), " shows which to add.")),
        )
        return Reply(parts=parts, actions=(_ALL,))
    latest = list(reversed(aliases))[:_MAX_WORDS]
    choices = (
        Choice(
            label=shorten(f"{alias.words} = {alias.means}", 70),
            detail="remove",
            command=f"gaps unalias {alias.id}",
        )
        for alias in latest
    )
    heading = "Own words" if len(latest) == len(aliases) else f"Own words, the last {len(latest)}"
    return Reply(
        parts=(
            Heading(words=heading),
            Rows(rows=tuple(_row(alias) for alias in latest)),
            Choices(label="Pick one to remove", choices=tuple(choices)),
        ),
        actions=(_ALL,),
    )


def _row(alias: ExtraAlias) -> Text:
    by = (" · added by ", person(alias.added_by, ""), ", ") if alias.added_by else (" · added ",)
    return text(bold(alias.words), " means ", bold(alias.means), *by, moment(alias.added_at))


def removed(alias: ExtraAlias | None) -> Reply:
    if alias is None:
        words = text("Those words are gone already.")
    else:
        words = text(bold(alias.words), " means nothing of its own any more.")
    return Reply(parts=(Paragraph(text=words),), actions=(_WORDS, _ALL))


def _remove(alias: ExtraAlias, label: str) -> Action:
    return Action(label=label, command=f"gaps unalias {alias.id}")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
