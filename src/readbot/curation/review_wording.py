"""What readbot says to curators about suggestions, and to people about what curators decided."""

from collections.abc import Sequence

from readbot.conversation.language import say
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Heading,
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
from readbot.curation.house_rule import Remarks
from readbot.curation.model import Suggestion, SuggestionState
from readbot.curation.phrases import linked_address, linked_title, quoted, refuse, to_suggest
from readbot.language import SOURCE, speaking, tr


def nudge(count: int) -> Reply:
    """Tell a curator that something waits: in English, as nobody knows the language of who did not ask."""
    waiting = "1 suggestion waits" if count == 1 else f"{count} suggestions wait"
    return Reply(
        parts=(
            Paragraph(text=text(f"{waiting} for a curator. See ", command("suggestions"), ".")),
            Paragraph(text=text("I say so once a day at most."), subdued=True),
        )
    )


def not_a_curator() -> Reply:
    return refuse(tr("Only curators, and people who manage this workspace or server, may do that."))


def nothing_waits(*before: Part, undo: Action | None = None) -> Reply:
    return Reply(
        parts=(*before, Paragraph(text=say("No suggestion waits for a decision."))),
        actions=(
            Action(label=tr("What people missed"), command="gaps"),
            to_suggest(),
            *((undo,) if undo else ()),
        ),
    )


def unknown_suggestion() -> Reply:
    return refuse(tr("There is no such suggestion here any more."), _queue())


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
        turning.append(Action(label=tr("Back"), command=f"suggestions page:{number - 1}"))
    if number < count:
        turning.append(Action(label=tr("Next"), command=f"suggestions page:{number + 1}"))
    actions = (*_decisions(suggestion), *turning, *((undo,) if undo else ()))
    heading = tr("Suggestion {number} of {total}", number=number, total=count)
    return Reply(
        parts=(*before, Heading(words=heading), *_card(suggestion, remarks)),
        actions=actions[:5],
    )


def one_suggestion(suggestion: Suggestion, remarks: Remarks) -> Reply:
    """Show a suggestion to a curator, wherever it stands."""
    if suggestion.state in {SuggestionState.WAITING, SuggestionState.LATER}:
        actions = (*_decisions(suggestion), _queue())
    else:
        actions = (_reopen(suggestion), _queue())
    return Reply(parts=(Heading(words=tr("Suggestion")), *_card(suggestion, remarks)), actions=actions)


def _card(suggestion: Suggestion, remarks: Remarks) -> list[Part]:
    rows = [
        text(bold(tr("Title: ")), linked_title(suggestion)),
        text(bold(tr("Address: ")), linked_address(suggestion.url)),
        text(bold(tr("Section: ")), " › ".join(suggestion.section) or tr("none chosen")),
        text(bold(tr("Note: ")), suggestion.note) if suggestion.note else (),
        _origin(suggestion),
        _decision(suggestion),
    ]
    parts: list[Part] = [Rows(rows=tuple(row for row in rows if row))]
    if remarks:
        parts.append(Paragraph(text=remarks_for_curators(remarks)))
    return parts


def _origin(suggestion: Suggestion) -> Text:
    when = moment(suggestion.suggested_at)
    if not suggestion.suggested_by:
        return say("Suggested by somebody, {when}", when=when)
    return say("Suggested by {person}, {when}", person=_person(suggestion.suggested_by), when=when)


def remarks_for_curators(remarks: Remarks) -> Text:
    """Return what a curator should look at before deciding; empty where there is nothing."""
    said = [tr("{site} is a vendor's site", site=remarks.vendor)] if remarks.vendor else []
    if remarks.hype:
        said.append(tr("the title has {words}", words=quoted(remarks.hype)))
    return text(bold(tr("Look twice: ")), " · ".join(said)) if said else ()


def _decision(suggestion: Suggestion) -> Text:
    if suggestion.decided_at is None:
        return ()
    by = _person(suggestion.decided_by) if suggestion.decided_by else None
    known: dict[str, str | Span] = {"person": by or "", "when": moment(suggestion.decided_at)}
    match suggestion.state:
        case SuggestionState.LATER:
            return say("Put off by {person}, {when}", **known) if by else say("Put off, {when}", **known)
        case SuggestionState.APPROVED:
            return say("Approved by {person}, {when}", **known) if by else say("Approved, {when}", **known)
        case SuggestionState.REJECTED:
            known["reason"] = suggestion.reason
            if by is None:
                return say("Rejected, {when}: {reason}", **known)
            return say("Rejected by {person}, {when}: {reason}", **known)
        case _:
            return say("Looked at by {person}, {when}", **known) if by else say("Looked at, {when}", **known)


def decided_already(suggestion: Suggestion) -> Reply:
    """Tell the second of two curators who was first."""
    return Reply(
        parts=(
            Paragraph(text=say("That is decided already. {link}:", link=linked_title(suggestion))),
            Paragraph(text=_decision(suggestion)),
        ),
        actions=(
            Action(label=tr("Next"), command="suggestions", style=ActionStyle.PRIMARY),
            _reopen(suggestion),
        ),
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
            where = bold(" › ".join(suggestion.section))
            words = say(
                "{link} is on the list now, under {section}.", link=linked_title(suggestion), section=where
            )
        case SuggestionState.REJECTED:
            words = say("{link} is rejected.", link=linked_title(suggestion))
        case _:
            words = say("{link} waits behind the others.", link=linked_title(suggestion))
    if is_told is None:
        return Paragraph(text=words)
    told = tr("Whoever suggested it knows.") if is_told else tr("I could not tell whoever suggested it.")
    return Paragraph(text=text(*words, f" {told}"))


def undo(suggestion: Suggestion) -> Action:
    return _reopen(suggestion, label=tr("Take that back"))


def reopened(suggestion: Suggestion, remarks: Remarks) -> Reply:
    lead = Paragraph(text=say("{link} waits for a decision again.", link=linked_title(suggestion)))
    shown = one_suggestion(suggestion, remarks)
    return Reply(parts=(lead, *shown.parts), actions=shown.actions)


def approved_news(suggestion: Suggestion) -> Reply:
    """Tell who suggested a link that it is on the list; in English, see ``nudge``."""
    with speaking(SOURCE):
        where = " › ".join(suggestion.section)
        words = text(
            "Your suggestion ",
            linked_title(suggestion),
            " is on the list now, under ",
            bold(where),
            ". Thank you!",
        )
        return Reply(parts=(Paragraph(text=words),))


def rejected_news(suggestion: Suggestion) -> Reply:
    """Tell who suggested a link why it is not taken; in English, see ``nudge``."""
    with speaking(SOURCE):
        words = text("Your suggestion ", linked_title(suggestion), f" was not taken: {suggestion.reason}")
        return Reply(
            parts=(
                Paragraph(text=words),
                Paragraph(text=text("Thank you all the same, and for the next one."), subdued=True),
            )
        )


def about(suggestion: Suggestion, remarks: Remarks) -> tuple[Text, ...]:
    """Return what stands above a curator's form."""
    pointed = remarks_for_curators(remarks)
    return (
        text(linked_title(suggestion), " · ", linked_address(suggestion.url)),
        *((pointed,) if pointed else ()),
    )


def _decisions(suggestion: Suggestion) -> tuple[Action, ...]:
    return (
        Action(
            label=tr("Approve"),
            command=f"suggestions approve {suggestion.id}",
            style=ActionStyle.PRIMARY,
        ),
        Action(label=tr("Reject"), command=f"suggestions reject {suggestion.id}", style=ActionStyle.DANGER),
        Action(label=tr("Later"), command=f"suggestions later {suggestion.id}"),
    )


def _reopen(suggestion: Suggestion, *, label: str = "") -> Action:
    return Action(label=label or tr("Back to the queue"), command=f"suggestions reopen {suggestion.id}")


def _queue() -> Action:
    return Action(label=tr("All that wait"), command="suggestions")


def _person(person_id: str) -> Span:
    return person(person_id, tr("Somebody"))
