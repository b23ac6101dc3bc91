"""What readbot says about suggestions, gaps and what it keeps: every reply, in one place and one voice."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    ActionStyle,
    Heading,
    LinkCard,
    Outcome,
    Paragraph,
    Part,
    Reply,
    Rows,
    Span,
    Text,
    bold,
    command,
    moment,
    person,
    text,
)
from readbot.conversation.wording import one_link
from readbot.curation.house_rule import Remarks
from readbot.curation.model import Suggestion, SuggestionState
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.texts import shorten

_NOT_A_CURATOR = "Only curators, and people who manage this workspace or server, may do that."
_MAX_DESCRIPTION = 300
_MAX_SHOWN_URL = 80
_SUGGEST = Action(label="Suggest a link", command="suggest")


# Suggesting


def intro(reading_list: ReadingList, *before: Text) -> tuple[Text, ...]:
    """Return what stands above the form for a suggestion: *before*, and what the list is for."""
    goals = shorten(" ".join(reading_list.description.split()), _MAX_DESCRIPTION)
    return (*before, text(goals)) if goals else before


def not_on_list(url: str, *, others: int) -> Text:
    """Return what stands above the form for a link of a message that is not on the list."""
    more = f" (and {others} more in that message)" if others else ""
    return text("Not on the list yet: ", _address(url), f"{more}. Would you like to suggest it?")


def thanks(suggestion: Suggestion, remarks: Remarks, *, is_curator: bool) -> Reply:
    parts: list[Part] = [
        Paragraph(text=text("Thank you! ", _name(suggestion), " waits for a curator now.")),
        *(Paragraph(text=remark) for remark in _gentle(remarks, has_note=bool(suggestion.note))),
        Paragraph(text=text("I tell you what becomes of it."), subdued=True),
    ]
    decide = Action(label="Decide on it", command=f"suggestions show {suggestion.id}")
    return Reply(parts=tuple(parts), actions=(*((decide,) if is_curator else ()), _another()))


def _gentle(remarks: Remarks, *, has_note: bool) -> list[Text]:
    said = []
    if remarks.vendor:
        ask = "." if has_note else ": if it is one, say so in the note next time."
        words = " looks like a vendor's own site. A good list has few of those, but first-hand accounts are welcome"
        said.append(text(bold(remarks.vendor), words, ask))
    if remarks.hype:
        words = ", ".join(f"“{words}”" for words in remarks.hype)
        said.append(text(f"The title is a bit loud ({words}); a curator may choose a calmer one."))
    return said


def already_listed(entry: Entry) -> Reply:
    """Say where a link is."""
    where = " › ".join(entry.path)
    shown = one_link(entry)
    lead = Paragraph(text=text("That is on the list already, under ", bold(where), "."))
    return Reply(parts=(lead, *shown.parts), actions=shown.actions)


def already_suggested(suggestion: Suggestion, *, is_curator: bool) -> Reply:
    """Say how it stands with a link that was suggested before."""
    look = Action(label="Look at it", command=f"suggestions show {suggestion.id}")
    return Reply(
        parts=(Paragraph(text=_standing(suggestion)),),
        actions=((look,) if is_curator else ()) + (_another(),),
    )


def _standing(suggestion: Suggestion) -> Text:
    lead = (_name(suggestion), " was suggested already, ", moment(suggestion.suggested_at))
    match suggestion.state:
        case SuggestionState.WAITING:
            return text(*lead, ", and waits for a curator.")
        case SuggestionState.LATER:
            return text(*lead, ", and a curator put it off for later.")
        case SuggestionState.APPROVED:
            where = " › ".join(suggestion.section)
            return text(*lead, ", and approved: it is on the list under ", bold(where), ".")
        case SuggestionState.REJECTED:
            return text(*lead, f", and a curator decided against it: {suggestion.reason}")


def too_many(count: int) -> Reply:
    return _refuse(
        f"{count} of your suggestions wait for a curator already: thank you! Let them catch up before you "
        "suggest more."
    )


def nobody_decides_here() -> Reply:
    return _refuse(
        "In a direct message there is no curator to decide on a link. Suggest it in a server where I am: the list "
        "belongs to everybody there."
    )


def bad_address(problem: str) -> Reply:
    return _refuse(problem, _SUGGEST)


def no_addresses() -> Reply:
    return _refuse("I see no web address in that message: one begins with https:// or http://.", _SUGGEST)


def on_list(entries: Sequence[Entry], known: Sequence[Suggestion], new: Sequence[str]) -> Reply:
    """Say of the links of a message which are on the list, which were suggested, and which are news.

    Args:
        entries: What is on the list.
        known: What was suggested.
        new: Addresses that are neither.
    """
    parts: list[Part] = []
    if len(entries) == 1 and not known and not new:
        return already_listed(entries[0])
    if entries:
        parts.append(Paragraph(text=text(bold("On the list:"))))
        parts += [LinkCard(entry=entry) for entry in entries]
    if known:
        parts.append(Rows(rows=tuple(_standing(suggestion) for suggestion in known)))
    if new:
        parts.append(Paragraph(text=text(bold("Not on the list yet:"))))
        parts.append(Rows(rows=tuple(text(_address(url)) for url in new)))
    return Reply(parts=tuple(parts), actions=_to_suggest(new))


def _to_suggest(urls: Sequence[str]) -> tuple[Action, ...]:
    """Return a button for each address that fits one: it opens the form."""
    fitting = [url for url in urls if len(f"on-list {url}") <= MAX_COMMAND_LENGTH]
    labels = ["Suggest it"] if len(urls) == 1 else [f"Suggest {shorten(_shown(url), 40)}" for url in fitting]
    actions = [
        Action(label=label, command=f"on-list {url}") for label, url in zip(labels, fitting, strict=False)
    ]
    return tuple(actions[:5]) if actions or not urls else (_SUGGEST,)


# Deciding


def nudge(count: int) -> Reply:
    """Tell a curator that something waits."""
    waiting = "1 suggestion waits" if count == 1 else f"{count} suggestions wait"
    return Reply(
        parts=(
            Paragraph(text=text(f"{waiting} for a curator. See ", command("suggestions"), ".")),
            Paragraph(text=text("I say so once a day at most."), subdued=True),
        )
    )


def not_a_curator() -> Reply:
    return _refuse(_NOT_A_CURATOR)


def nothing_waits(*before: Part, undo: Action | None = None) -> Reply:
    words = "No suggestion waits for a decision."
    return Reply(
        parts=(*before, Paragraph(text=text(words))),
        actions=(
            Action(label="What people missed", command="gaps"),
            _SUGGEST,
            *((undo,) if undo else ()),
        ),
    )


def unknown_suggestion() -> Reply:
    return _refuse("There is no such suggestion here any more.", _queue())


def review(
    suggestion: Suggestion,
    remarks: Remarks,
    *,
    number: int,
    count: int,
    before: Sequence[Part] = (),
    undo: Action | None = None,
) -> Reply:
    """Show one suggestion of the queue to a curator.

    Args:
        suggestion: Which.
        remarks: What is to be pointed out about it.
        number: Its place in the queue, from 1.
        count: How many wait.
        before: What came of the one before it.
        undo: Takes that back.
    """
    turning = []
    if number > 1:
        turning.append(Action(label="Back", command=f"suggestions page:{number - 1}"))
    if number < count:
        turning.append(Action(label="Next", command=f"suggestions page:{number + 1}"))
    actions = (*_decisions(suggestion), *turning, *((undo,) if undo else ()))
    return Reply(
        parts=(*before, Heading(words=f"Suggestion {number} of {count}"), *_card(suggestion, remarks)),
        actions=actions[:5],
    )


def one_suggestion(suggestion: Suggestion, remarks: Remarks) -> Reply:
    """Show a suggestion to a curator, wherever it stands."""
    if suggestion.state in {SuggestionState.WAITING, SuggestionState.LATER}:
        actions = (*_decisions(suggestion), _queue())
    else:
        actions = (_reopen(suggestion), _queue())
    return Reply(parts=(Heading(words="Suggestion"), *_card(suggestion, remarks)), actions=actions)


def _card(suggestion: Suggestion, remarks: Remarks) -> list[Part]:
    who = person(suggestion.suggested_by, "") if suggestion.suggested_by else Span("somebody")
    rows = [
        text(bold("Title: "), _name(suggestion)),
        text(bold("Address: "), _address(suggestion.url)),
        text(bold("Section: "), " › ".join(suggestion.section) or "none chosen"),
        text(bold("Note: "), suggestion.note) if suggestion.note else (),
        text("Suggested by ", who, ", ", moment(suggestion.suggested_at)),
        _decision(suggestion),
    ]
    parts: list[Part] = [Rows(rows=tuple(row for row in rows if row))]
    if remarks:
        parts.append(Paragraph(text=remarks_for_curators(remarks)))
    return parts


def remarks_for_curators(remarks: Remarks) -> Text:
    """Return what a curator should look at before deciding; empty where there is nothing."""
    said = [f"{remarks.vendor} is a vendor's site"] if remarks.vendor else []
    if remarks.hype:
        said.append("the title has " + ", ".join(f"“{words}”" for words in remarks.hype))
    return text(bold("Look twice: "), " · ".join(said)) if said else ()


def _decision(suggestion: Suggestion) -> Text:
    if suggestion.decided_at is None:
        return ()
    deeds = {
        SuggestionState.LATER: "Put off",
        SuggestionState.APPROVED: "Approved",
        SuggestionState.REJECTED: "Rejected",
    }
    deed = deeds.get(suggestion.state, "Looked at")
    by = (" by ", person(suggestion.decided_by, "")) if suggestion.decided_by else ()
    why = f": {suggestion.reason}" if suggestion.state is SuggestionState.REJECTED else ""
    return text(deed, *by, ", ", moment(suggestion.decided_at), why)


def decided_already(suggestion: Suggestion) -> Reply:
    """Tell the second of two curators who was first."""
    return Reply(
        parts=(
            Paragraph(text=text("That is decided already. ", _name(suggestion), ":")),
            Paragraph(text=_decision(suggestion)),
        ),
        actions=(Action(label="Next", command="suggestions", style=ActionStyle.PRIMARY), _reopen(suggestion)),
        outcome=Outcome.REFUSED,
    )


def decided(suggestion: Suggestion, *, is_told: bool | None) -> Paragraph:
    """Say what came of a decision.

    Args:
        suggestion: As it stands now.
        is_told: Whether who suggested it knows; None where nobody was to be told.
    """
    match suggestion.state:
        case SuggestionState.APPROVED:
            words: tuple[str | Span, ...] = (
                " is on the list now, under ",
                bold(" › ".join(suggestion.section)),
                ".",
            )
        case SuggestionState.REJECTED:
            words = (" is rejected.",)
        case _:
            words = (" waits behind the others.",)
    told = {
        True: " Whoever suggested it knows.",
        False: " I could not tell whoever suggested it.",
        None: "",
    }[is_told]
    return Paragraph(text=text(_name(suggestion), *words, told))


def undo(suggestion: Suggestion) -> Action:
    return _reopen(suggestion, label="Take that back")


def reopened(suggestion: Suggestion, remarks: Remarks) -> Reply:
    lead = Paragraph(text=text(_name(suggestion), " waits for a decision again."))
    shown = one_suggestion(suggestion, remarks)
    return Reply(parts=(lead, *shown.parts), actions=shown.actions)


def approved_news(suggestion: Suggestion) -> Reply:
    """Tell who suggested a link that it is on the list."""
    where = " › ".join(suggestion.section)
    words = text(
        "Your suggestion ", _name(suggestion), " is on the list now, under ", bold(where), ". Thank you!"
    )
    return Reply(parts=(Paragraph(text=words),))


def rejected_news(suggestion: Suggestion) -> Reply:
    """Tell who suggested a link why it is not taken."""
    words = text("Your suggestion ", _name(suggestion), f" was not taken: {suggestion.reason}")
    return Reply(
        parts=(
            Paragraph(text=words),
            Paragraph(text=text("Thank you all the same, and for the next one."), subdued=True),
        )
    )


def about(suggestion: Suggestion, remarks: Remarks) -> tuple[Text, ...]:
    """Return what stands above a curator's form."""
    pointed = remarks_for_curators(remarks)
    return (text(_name(suggestion), " · ", _address(suggestion.url)), *((pointed,) if pointed else ()))


def _decisions(suggestion: Suggestion) -> tuple[Action, ...]:
    return (
        Action(
            label="Approve",
            command=f"suggestions approve {suggestion.id}",
            style=ActionStyle.PRIMARY,
        ),
        Action(label="Reject", command=f"suggestions reject {suggestion.id}", style=ActionStyle.DANGER),
        Action(label="Later", command=f"suggestions later {suggestion.id}"),
    )


def _reopen(suggestion: Suggestion, *, label: str = "Back to the queue") -> Action:
    return Action(label=label, command=f"suggestions reopen {suggestion.id}")


def _queue() -> Action:
    return Action(label="All that wait", command="suggestions")


def _another() -> Action:
    return Action(label="Suggest another", command="suggest")


# Parts that several replies share


def _name(suggestion: Suggestion) -> Span:
    return Span(f"“{suggestion.title}”" if suggestion.title else _shown(suggestion.url), url=suggestion.url)


def _address(url: str) -> Span:
    return Span(_shown(url), url=url)


def _shown(url: str) -> str:
    """Return *url* as people read it: without its scheme, and not too long.

    >>> _shown("https://www.example.org/")
    'example.org'
    """
    try:
        host = urlsplit(url).netloc
    except ValueError:
        host = ""
    shown = url.partition("://")[2].removeprefix("www.").rstrip("/") if host else url
    return shown if len(shown) <= _MAX_SHOWN_URL else shown[: _MAX_SHOWN_URL - 1] + "…"


def _refuse(words: str, *actions: Action) -> Reply:
    return Reply(parts=(Paragraph(text=text(words)),), actions=actions, outcome=Outcome.REFUSED)
