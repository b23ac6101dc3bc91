"""What readbot says about a message, and about answers that are shared with others."""

from collections.abc import Sequence
from dataclasses import replace

from readbot.conversation.commands import (
    Command,
    Search,
    Share,
    ShareTo,
    ShowLinks,
    Unshare,
    parse_command,
)
from readbot.conversation.language import say
from readbot.conversation.phrases import make_action, section_choices
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Heading,
    LinkCard,
    Outcome,
    Paragraph,
    Reply,
    Span,
)
from readbot.language import tr
from readbot.reading_list import ReadingList
from readbot.search.results import Match


def reading(query: str, found: Sequence[Match]) -> Reply:
    """Show what to read about a message; one click posts it where the message stands."""
    shown = ShowLinks(tuple(match.entry.link.id for match in found))
    cards = (LinkCard(entry=match.entry, why=None if match.why_is_plain else match.why) for match in found)
    return Reply(
        parts=(
            Heading(words=tr("Reading for this message")),
            *cards,
            Paragraph(text=say("I went by: {query}.", query=Span(query)), subdued=True),
        ),
        actions=(
            make_action(tr("Post as reply"), Share(shown, ShareTo.THREAD), ActionStyle.PRIMARY),
            make_action(tr("Post in channel"), Share(shown, ShareTo.CHANNEL)),
            make_action(tr("More"), Search(query)),
        ),
    )


def nothing_to_read(reading_list: ReadingList) -> Reply:
    return Reply(
        parts=(
            Paragraph(text=say("The list has nothing on what this message is about.")),
            section_choices(reading_list),
        ),
        outcome=Outcome.REFUSED,
    )


def shared_actions(reply: Reply, person_id: str) -> tuple[Action, ...]:
    """Return what people can do with a shared *reply*: go on by themselves, and who shared it, take it back."""
    others = tuple(action for action in reply.actions if not isinstance(parse_command(action.command), Share))
    return (*others[:4], make_action(tr("Delete"), Unshare(person_id)))


def ask_where(reply: Reply, wanted: Command) -> Reply:
    """Ask where to share *reply*: there is a channel, and a thread or message within it."""
    return replace(
        reply,
        parts=(*reply.parts, Paragraph(text=say("Where to?"))),
        actions=(
            make_action(tr("This thread"), Share(wanted, ShareTo.THREAD), ActionStyle.PRIMARY),
            make_action(tr("This channel"), Share(wanted, ShareTo.CHANNEL)),
            make_action(tr("Back"), wanted),
        ),
    )


def unshared(*, is_allowed: bool) -> Reply:
    """Take a shared answer away, or say who can; the words are for whoever typed it, where nothing is to be taken."""
    if is_allowed:
        words = say("To delete what you shared, press Delete below it.")
        return Reply(parts=(Paragraph(text=words),), removes=True)
    return Reply(
        parts=(Paragraph(text=say("Only whoever shared this can delete it.")),), outcome=Outcome.REFUSED
    )
