"""What readbot says about what it keeps of a person."""

from collections.abc import Sequence

from readbot.conversation.commands import shorten_command
from readbot.conversation.language import say
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
from readbot.language import tn, tr
from readbot.reading_list.texts import shorten
from readbot.store import Traces

_MAX_SUGGESTIONS = 5


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
    parts: list[Part] = [Heading(words=tr("What I keep about you here"))]
    if is_nothing:
        parts.append(Paragraph(text=say("Nothing.")))
    if recent:
        looked_at = tr("What you looked at last")
        lead = say(
            "{looked_at}, for you alone and for {number} days at most:",
            looked_at=bold(looked_at),
            number=str(RECENT_DAYS),
        )
        parts += [Paragraph(text=lead), Rows(rows=tuple(_recent_row(each) for each in recent))]
    if suggestions:
        count = tn("{number} suggestion", "{number} suggestions", traces.suggestions)
        lead = say("{suggestions}, so that I can tell you what becomes of it:", suggestions=bold(count))
        parts += [Paragraph(text=lead), Rows(rows=_suggestion_rows(suggestions))]
    if rows := _other_rows(traces):
        parts += [Paragraph(text=say("Your id, until you have it forgotten, with:")), Rows(rows=rows)]
    parts.append(Paragraph(text=text(_beyond(gaps_days)), subdued=True))
    return Reply(parts=tuple(parts), actions=() if is_nothing else (_forget(),))


def forgotten(traces: Traces) -> Reply:
    """Say what was forgotten."""
    if traces == Traces():
        return Reply(parts=(Paragraph(text=say("There was nothing about you to forget here.")),))
    rows = []
    if traces.recent:
        rows.append(
            text(
                tn(
                    "{number} thing that you looked at: deleted",
                    "{number} things that you looked at: deleted",
                    traces.recent,
                )
            )
        )
    rows += [
        say("{traces}: your id is off", traces=row) for row in _other_rows(traces, with_suggestions=True)
    ]
    parts: list[Part] = [Heading(words=tr("Forgotten")), Rows(rows=tuple(rows))]
    if traces.suggestions or traces.digests:
        small = say(
            "I cannot tell you any more what becomes of suggestions, or if a digest of yours cannot be posted."
        )
        parts.append(Paragraph(text=small, subdued=True))
    return Reply(parts=tuple(parts))


def _recent_row(recent: RecentAnswer) -> Text:
    return text(command(shorten_command(recent.command)))


def _suggestion_rows(suggestions: Sequence[Suggestion]) -> tuple[Text, ...]:
    shown = suggestions[:_MAX_SUGGESTIONS]
    rows = [text(shorten(each.title or each.url, 80), f" · {_state(each)}") for each in shown]
    if len(suggestions) > len(shown):
        rows.append(say("and {number} more", number=str(len(suggestions) - len(shown))))
    return tuple(rows)


def _other_rows(traces: Traces, *, with_suggestions: bool = False) -> tuple[Text, ...]:
    suggestions = traces.suggestions if with_suggestions else 0
    said = (
        suggestions and tn("{number} suggestion of yours", "{number} suggestions of yours", suggestions),
        traces.digests
        and tn(
            "{number} digest that you set up last", "{number} digests that you set up last", traces.digests
        ),
        traces.decisions
        and tn("{number} decision on suggestions", "{number} decisions on suggestions", traces.decisions),
        traces.words
        and tn("{number} other word that you added", "{number} other words that you added", traces.words),
        traces.choices
        and tn(
            "{number} choice that you made for everybody here",
            "{number} choices that you made for everybody here",
            traces.choices,
        ),
    )
    return tuple(text(words) for words in said if words)


def _beyond(gaps_days: int) -> str:
    alone = tr("This is about here alone: another workspace or server knows nothing of it.")
    if not gaps_days:
        return alone
    counted = tr(
        "Searches that found nothing are counted for {number} days, without who searched, and never those of "
        "direct messages.",
        number=gaps_days,
    )
    return f"{counted} {alone}"


def _state(suggestion: Suggestion) -> str:
    match suggestion.state:
        case SuggestionState.WAITING | SuggestionState.LATER:
            return tr("waits")
        case SuggestionState.APPROVED:
            return tr("on the list")
        case SuggestionState.REJECTED:
            return tr("not taken")


def _forget() -> Action:
    return Action(label=tr("Forget me"), command="privacy forget", style=ActionStyle.DANGER)
