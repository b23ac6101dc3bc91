"""What readbot says about what it keeps of a person."""

from collections.abc import Sequence

from readbot.conversation.commands import shorten_command
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Heading,
    Paragraph,
    Part,
    Reply,
    Rows,
    Text,
    bold,
    command,
    text,
)
from readbot.curation.model import RecentAnswer, Suggestion, SuggestionState
from readbot.curation.notebook import RECENT_DAYS
from readbot.reading_list.texts import shorten
from readbot.store import Traces

_MAX_SUGGESTIONS = 5
_STATES = {
    SuggestionState.WAITING: "waits",
    SuggestionState.LATER: "waits",
    SuggestionState.APPROVED: "on the list",
    SuggestionState.REJECTED: "not taken",
}
_FORGET = Action(label="Forget me", command="privacy forget", style=ActionStyle.DANGER)


def what_is_kept(
    traces: Traces, recent: Sequence[RecentAnswer], suggestions: Sequence[Suggestion], *, gaps_days: int
) -> Reply:
    """Say what is kept about who asks, for how long, and how to have it forgotten.

    Args:
        traces: How much it is.
        recent: What they looked at last, the latest first.
        suggestions: What they suggested, the latest first.
        gaps_days: Days for which searches without an answer are counted; 0 counts none.
    """
    is_nothing = traces == Traces()
    parts: list[Part] = [Heading(words="What I keep about you here")]
    if is_nothing:
        parts.append(Paragraph(text=text("Nothing.")))
    if recent:
        lead = text(bold("What you looked at last"), f", for you alone and for {RECENT_DAYS} days at most:")
        parts += [Paragraph(text=lead), Rows(rows=tuple(_recent_row(each) for each in recent))]
    if suggestions:
        lead = text(
            bold(_count(traces.suggestions, "suggestion")), ", so that I can tell you what becomes of it:"
        )
        parts += [Paragraph(text=lead), Rows(rows=_suggestion_rows(suggestions))]
    if rows := _other_rows(traces):
        parts += [Paragraph(text=text("Your id, until you have it forgotten, with:")), Rows(rows=rows)]
    parts.append(Paragraph(text=text(_beyond(gaps_days)), subdued=True))
    return Reply(parts=tuple(parts), actions=() if is_nothing else (_FORGET,))


def forgotten(traces: Traces) -> Reply:
    """Say what was forgotten."""
    if traces == Traces():
        return Reply(parts=(Paragraph(text=text("There was nothing about you to forget here.")),))
    rows = []
    if traces.recent:
        rows.append(text(f"{_count(traces.recent, 'thing')} that you looked at: deleted"))
    rows += [text(*row, ": your id is off") for row in _other_rows(traces, with_suggestions=True)]
    small = (
        "I cannot tell you any more what becomes of suggestions, or if a digest of yours cannot be posted."
    )
    parts: list[Part] = [Heading(words="Forgotten"), Rows(rows=tuple(rows))]
    if traces.suggestions or traces.digests:
        parts.append(Paragraph(text=text(small), subdued=True))
    return Reply(parts=tuple(parts))


def _recent_row(recent: RecentAnswer) -> Text:
    return text(command(shorten_command(recent.command)))


def _suggestion_rows(suggestions: Sequence[Suggestion]) -> tuple[Text, ...]:
    shown = suggestions[:_MAX_SUGGESTIONS]
    rows = [text(shorten(each.title or each.url, 80), f" · {_STATES[each.state]}") for each in shown]
    if len(suggestions) > len(shown):
        rows.append(text(f"and {len(suggestions) - len(shown)} more"))
    return tuple(rows)


def _other_rows(traces: Traces, *, with_suggestions: bool = False) -> tuple[Text, ...]:
    said = (
        (traces.suggestions if with_suggestions else 0, "suggestion", "of yours"),
        (traces.digests, "digest", "that you set up last"),
        (traces.decisions, "decision", "on suggestions"),
        (traces.words, "other word", "that you added"),
        (traces.choices, "choice", "that you made for everybody here"),
    )
    return tuple(text(f"{_count(count, noun)} {more}") for count, noun, more in said if count)


def _beyond(gaps_days: int) -> str:
    counted = (
        f"Searches that found nothing are counted for {gaps_days} days, without who searched, and never those of "
        "direct messages. "
        if gaps_days
        else ""
    )
    return f"{counted}This is about here alone: another workspace or server knows nothing of it."


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
