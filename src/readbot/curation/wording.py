"""What readbot says to people who suggest links."""

from collections.abc import Sequence
from dataclasses import replace

from readbot.conversation.language import say
from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    LinkCard,
    Paragraph,
    Part,
    Reply,
    Rows,
    Span,
    Text,
    bold,
    command,
    moment,
    text,
)
from readbot.conversation.wording import one_link
from readbot.curation.addresses_in_text import MAX_ADDRESSES
from readbot.curation.house_rule import Remarks
from readbot.curation.model import Suggestion, SuggestionState
from readbot.curation.phrases import linked_address, linked_title, quoted, refuse, shown_address, to_suggest
from readbot.language import tr
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.texts import shorten

_MAX_DESCRIPTION = 300


def intro(reading_list: ReadingList, *before: Text) -> tuple[Text, ...]:
    """Return what stands above the form for a suggestion: *before*, and what the list is for."""
    goals = shorten(" ".join(reading_list.description.split()), _MAX_DESCRIPTION)
    return (*before, text(goals)) if goals else before


def not_on_list(url: str, *, others: int) -> Text:
    """Return what stands above the form for a link of a message that is not on the list."""
    if others:
        return say(
            "Not on the list yet: {address} (and {number} more in that message). Would you like to suggest it?",
            address=linked_address(url),
            number=str(others),
        )
    return say("Not on the list yet: {address}. Would you like to suggest it?", address=linked_address(url))


def thanks(suggestion: Suggestion, remarks: Remarks, *, is_curator: bool) -> Reply:
    parts: list[Part] = [
        Paragraph(text=say("Thank you! {link} waits for a curator now.", link=linked_title(suggestion))),
        *(Paragraph(text=remark) for remark in _gentle(remarks, has_note=bool(suggestion.note))),
        Paragraph(text=say("I tell you what becomes of it."), subdued=True),
    ]
    decide = Action(label=tr("Decide on it"), command=f"suggestions show {suggestion.id}")
    return Reply(parts=tuple(parts), actions=(*((decide,) if is_curator else ()), _another()))


def _gentle(remarks: Remarks, *, has_note: bool) -> list[Text]:
    said = []
    if remarks.vendor:
        said.append(_ask_whether_first_hand(bold(remarks.vendor), has_note=has_note))
    if remarks.hype:
        said.append(
            say(
                "The title is a bit loud ({words}); a curator may choose a calmer one.",
                words=quoted(remarks.hype),
            )
        )
    return said


def _ask_whether_first_hand(vendor: Span, *, has_note: bool) -> Text:
    if has_note:
        return say(
            "{site} looks like a vendor's own site. A good list has few of those, but first-hand accounts are "
            "welcome.",
            site=vendor,
        )
    return say(
        "{site} looks like a vendor's own site. A good list has few of those, but first-hand accounts are "
        "welcome: if it is one, say so in the note next time.",
        site=vendor,
    )


def already_listed(entry: Entry) -> Reply:
    """Say where a link is."""
    where = " › ".join(entry.path)
    shown = one_link(entry)
    lead = Paragraph(text=say("That is on the list already, under {section}.", section=bold(where)))
    return Reply(parts=(lead, *shown.parts), actions=shown.actions)


def already_suggested(suggestion: Suggestion, *, is_curator: bool) -> Reply:
    """Say how it stands with a link that was suggested before."""
    look = Action(label=tr("Look at it"), command=f"suggestions show {suggestion.id}")
    return Reply(
        parts=(Paragraph(text=_standing(suggestion)),),
        actions=((look,) if is_curator else ()) + (_another(),),
    )


def _standing(suggestion: Suggestion) -> Text:
    link, when = linked_title(suggestion), moment(suggestion.suggested_at)
    match suggestion.state:
        case SuggestionState.WAITING:
            return say("{link} was suggested already, {when}, and waits for a curator.", link=link, when=when)
        case SuggestionState.LATER:
            return say(
                "{link} was suggested already, {when}, and a curator put it off for later.",
                link=link,
                when=when,
            )
        case SuggestionState.APPROVED:
            return say(
                "{link} was suggested already, {when}, and approved: it is on the list under {section}.",
                link=link,
                when=when,
                section=bold(" › ".join(suggestion.section)),
            )
        case SuggestionState.REJECTED:
            return say(
                "{link} was suggested already, {when}, and a curator decided against it: {reason}",
                link=link,
                when=when,
                reason=suggestion.reason,
            )


def too_many(count: int) -> Reply:
    return refuse(
        tr(
            "{number} of your suggestions wait for a curator already: thank you! Let them catch up before you "
            "suggest more.",
            number=count,
        )
    )


def nobody_decides_here() -> Reply:
    return refuse(
        tr(
            "In a direct message there is no curator to decide on a link. Suggest it in a server where I am: the "
            "list belongs to everybody there."
        )
    )


def bad_address(problem: str) -> Reply:
    return refuse(problem, to_suggest())


def mistyped(problem: str) -> Reply:
    """Say that what was typed with the command is no address, and how the command is typed."""
    title = tr("Its title")
    how = say(
        "Type the address first, then its title if you like: {command}",
        command=command(f"suggest https://example.org/post {title}"),
    )
    return replace(
        bad_address(problem), parts=(Paragraph(text=text(problem)), Paragraph(text=how, subdued=True))
    )


def no_addresses() -> Reply:
    words = tr("I see no web address in that message: one begins with https:// or http://.")
    return refuse(words, to_suggest())


def looked_at_first() -> Text:
    """Say that a message may have more links than were looked at."""
    return say("I looked at the first {number} links of that message.", number=str(MAX_ADDRESSES))


def on_list(
    entries: Sequence[Entry],
    known: Sequence[Suggestion],
    new: Sequence[str],
    *,
    may_have_more: bool = False,
) -> Reply:
    """Say of the links of a message which are on the list, which were suggested, and which are news.

    Args:
        entries: What is on the list.
        known: What was suggested.
        new: Addresses that are neither.
        may_have_more: Whether the message has as many links as are looked at, or more.
    """
    parts: list[Part] = []
    if len(entries) == 1 and not known and not new:
        return already_listed(entries[0])
    if entries:
        parts.append(Paragraph(text=text(bold(tr("On the list:")))))
        parts += [LinkCard(entry=entry) for entry in entries]
    if known:
        parts.append(Rows(rows=tuple(_standing(suggestion) for suggestion in known)))
    if new:
        parts.append(Paragraph(text=text(bold(tr("Not on the list yet:")))))
        parts.append(Rows(rows=tuple(text(linked_address(url)) for url in new)))
    if may_have_more:
        parts.append(Paragraph(text=looked_at_first(), subdued=True))
    return Reply(parts=tuple(parts), actions=_to_suggest(new))


def _to_suggest(urls: Sequence[str]) -> tuple[Action, ...]:
    """Return a button for each address that fits one: it opens the form."""
    fitting = [url for url in urls if len(f"on-list {url}") <= MAX_COMMAND_LENGTH]
    if len(urls) == 1:
        labels = [tr("Suggest it")]
    else:
        labels = [tr("Suggest {address}", address=shorten(shown_address(url), 40)) for url in fitting]
    actions = [
        Action(label=label, command=f"on-list {url}") for label, url in zip(labels, fitting, strict=False)
    ]
    return tuple(actions[:5]) if actions or not urls else (to_suggest(),)


def _another() -> Action:
    return Action(label=tr("Suggest another"), command="suggest")
