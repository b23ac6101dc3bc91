"""What readbot says about digests, besides the digest itself."""

import re
from dataclasses import replace

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
from readbot.conversation.request import Reader
from readbot.digests.calendar import describe_schedule
from readbot.digests.model import DeliveryState, SubscriptionState
from readbot.digests.post import explain_nothing
from readbot.digests.service import DigestStatus, TurnedOn
from readbot.digests.setup import SET_UP
from readbot.digests.zones import COMMON_ZONES
from readbot.exceptions import AmbiguousError, DigestError

TURNED_ON = "The digest is on"
CHANGED = "The digest has changed"
UNCHANGED = "The digest is as it was"
NOT_ALLOWED = (
    "Only people who manage this workspace or server may change the digest here. "
    "Everybody may see it: digest status"
)

_STATES = {
    SubscriptionState.ACTIVE: "on",
    SubscriptionState.PAUSED: "paused",
    SubscriptionState.UNREACHABLE: "stopped, as I cannot post here",
    SubscriptionState.OFF: "off",
}

_EXAMPLE = "digest on monday 09:00"
_VERBS = (
    (_EXAMPLE, "turn it on, or change it"),
    (SET_UP, "the same in a form"),
    ("digest status", "how it stands"),
    ("digest preview", "what comes next, for you alone"),
    ("digest now", "post one at once"),
    ("digest skip", "leave the next one out"),
    ("digest pause", "keep the settings, post nothing"),
    ("digest resume", "go on"),
    ("digest off", "turn it off"),
)


_SILENT = "It is posted silently, without a notification."
_LOUD_ANYWAY = "It was to be silent, which this platform cannot do: it notifies as ever."


def status(
    now: DigestStatus, *, heading: str = "Digest of this channel", can_be_silent: bool = True
) -> Reply:
    """Say how it stands with the digest, with what one can do about it.

    Args:
        now: How it stands.
        heading: What it is about.
        can_be_silent: Whether the platform can post without a notification.
    """
    subscription = now.subscription
    if subscription is None or subscription.state is SubscriptionState.OFF:
        return _off(heading="This channel has no digest" if subscription is None else "The digest is off")
    rows: list[Text] = [
        text("It is ", bold(_STATES[subscription.state]), f": {describe_schedule(subscription.schedule)}"),
        text(
            "Links: ",
            bold(now.filter_words),
            f", {subscription.links} at a time · {now.done} of {now.total} so far",
        ),
    ]
    if subscription.is_silent:
        rows.append(text(_SILENT if can_be_silent else _LOUD_ANYWAY))
    if subscription.tells_changes:
        rows.append(text("It also says what changed in the list."))
    if subscription.trouble:
        rows.append(text(subscription.trouble))
    if not now.total:
        rows.append(explain_nothing(subscription.wanted))
    rows.append(_next_row(now))
    if now.last is not None and now.last.finished_at is not None:
        what = (
            "Last posted"
            if now.last.state is DeliveryState.SENT
            else f"The last one failed ({now.last.reason})"
        )
        rows.append(text(f"{what}: ", moment(now.last.finished_at)))
    parts: list[Part] = [Heading(words=heading), Rows(rows=tuple(rows))]
    if now.unconfirmed:
        parts.append(
            Paragraph(
                text=text(
                    f"{len(now.unconfirmed)} unconfirmed: the platform did not say whether it arrived. "
                    "Look above, and post it again if it is not there."
                )
            )
        )
    again = tuple(
        Action(label="Post again", command=f"digest again {delivery.id}", style=ActionStyle.PRIMARY)
        for delivery in now.unconfirmed[:1]
    )
    return Reply(parts=tuple(parts), actions=(*again, *_actions(subscription.state))[:5])


def turned_on(done: TurnedOn, *, can_be_silent: bool = True) -> Reply:
    """Say how it stands after ``digest on``, and whether that is news."""
    heading = UNCHANGED
    if done.status.has_changed:
        heading = TURNED_ON if done.is_new else CHANGED
    return status(done.status, heading=heading, can_be_silent=can_be_silent)


def _off(heading: str) -> Reply:
    return Reply(
        parts=(
            Heading(words=heading),
            Paragraph(
                text=text(
                    "With it, one good link from the list comes here every week, none twice before all have had "
                    "their turn. Turn it on with ",
                    command("digest on"),
                    ", or say when: ",
                    command("digest on every 2 weeks friday 4pm"),
                    ".",
                )
            ),
        ),
        actions=(
            Action(label="Set up", command=SET_UP, style=ActionStyle.PRIMARY),
            Action(label="Mondays at 09:00", command=_EXAMPLE),
        ),
    )


def _next_row(now: DigestStatus) -> Text:
    if not now.next_words:
        return text("Next: none. To go on: ", command("digest resume"))
    slot = now.subscription.next_slot if now.subscription else None
    yours = () if slot is None else (" · in your time ", moment(slot.instant))
    return text("Next: ", bold(now.next_words), *yours)


def _actions(state: SubscriptionState) -> tuple[Action, ...]:
    preview = Action(label="Preview", command="digest preview")
    change = Action(label="Change", command=SET_UP)
    off = Action(label="Turn off", command="digest off", style=ActionStyle.DANGER)
    if state is SubscriptionState.ACTIVE:
        skip = Action(label="Skip the next", command="digest skip")
        return (preview, change, skip, Action(label="Pause", command="digest pause"), off)
    return (Action(label="Resume", command="digest resume", style=ActionStyle.PRIMARY), preview, change, off)


def announcement(reader: Reader, deed: str, now: DigestStatus) -> Reply:
    """Tell a channel who changed its digest, and when the next one comes."""
    following = f" Next: {now.next_words}." if now.next_words else ""
    words = text(person(reader.id, reader.name), f" {deed}.{following}")
    return Reply(parts=(Paragraph(text=words),), public=True, is_aside=True)


def first_message() -> Reply:
    """Begin in a direct message, where the answer has told everything else."""
    return Reply(parts=(Paragraph(text=text("Links will come here.")),), public=True)


def on_its_way(now: DigestStatus) -> Reply:
    """Say that a post will come in a moment."""
    rows = [text("It is on its way and will be here in a moment.")]
    if now.next_words:
        rows.append(_next_row(now))
    return Reply(parts=(Rows(rows=tuple(rows)),))


def preview(digest: Reply, now: DigestStatus) -> Reply:
    """Show the next digest to the asker alone."""
    intro = Paragraph(text=text("Only you see this. ", *_next_row(now)), subdued=True)
    return replace(digest, parts=(intro, *digest.parts), actions=(), public=False)


def ask_zone(words: str) -> Reply:
    """Ask for the time zone, by choices that turn the digest on."""
    wanted = f"digest on {words}".rstrip()
    choices = tuple(
        Choice(label=zone, command=f"{wanted} {zone}")
        for zone in COMMON_ZONES
        if len(wanted) + 1 + len(zone) <= MAX_COMMAND_LENGTH
    )
    parts: list[Part] = [
        Paragraph(
            text=text("In which time zone? Pick one, or name a city: ", command(f"{_EXAMPLE} Europe/Berlin"))
        )
    ]
    if choices:
        parts.append(Choices(label="Time zone", choices=choices))
    return Reply(parts=tuple(parts))


def cannot_post(obstacle: str) -> Reply:
    return Reply(
        parts=(Paragraph(text=text(bold("I cannot post here. "), obstacle)),), outcome=Outcome.REFUSED
    )


def unreachable(reason: str) -> str:
    return f"The platform said “{reason}”. Invite me to this channel, or see that I may write here, and try again."


def problem(error: DigestError) -> Reply:
    return Reply(parts=(Paragraph(text=_with_command(str(error))),), outcome=Outcome.REFUSED)


def ask_back(error: AmbiguousError, words: str) -> Reply:
    """Ask which was meant, by choices that say the same with the right word in its place.

    Args:
        error: The question.
        words: What was typed behind ``digest on``.
    """
    choices = tuple(
        Choice(label=choice, command=corrected)
        for choice in error.choices
        if (corrected := _correct(f"digest on {words}", error.typed, choice))
        and len(corrected) <= MAX_COMMAND_LENGTH
    )
    asked = problem(error)
    return (
        replace(asked, parts=(*asked.parts, Choices(label="Pick one", choices=choices))) if choices else asked
    )


def _correct(wanted: str, typed: str, right: str) -> str:
    """Return *wanted* with *right* in the place of *typed*; empty where that place is not clear."""
    phrase = r"\s+".join(re.escape(word) for word in typed.split())
    # Whole words, with their quotation marks.
    places = list(re.finditer(rf'["“]{phrase}["”]|(?<![\w/]){phrase}(?![\w/])', wanted, re.IGNORECASE))
    if not phrase or len(places) != 1:
        return ""
    start, end = places[0].span()
    return wanted[:start] + (f'"{right}"' if " " in right else right) + wanted[end:]


def perhaps_on(words: str) -> Reply:
    wanted = f"digest on {words}"
    actions = (Action(label="Turn it on", command=wanted, style=ActionStyle.PRIMARY),)
    return Reply(
        parts=(Paragraph(text=text("To have a digest like that: ", command(wanted))),),
        actions=actions if len(wanted) <= MAX_COMMAND_LENGTH else (),
    )


def usage() -> Reply:
    """Say what one can do about a digest."""
    intro = text("A digest brings a link from the list here, regularly.")
    status = Action(label="How it stands", command="digest status")
    return Reply(parts=(Heading(words="Digest"), Paragraph(text=intro), _verb_rows()), actions=(status,))


def _verb_rows() -> Rows:
    return Rows(rows=tuple(text(command(verb), f" · {meaning}") for verb, meaning in _VERBS))


def unknown_verb(words: str) -> Reply:
    shown = words if len(words) <= 40 else words[:39] + "…"
    return Reply(
        parts=(
            Paragraph(text=text("There is no ", bold(f"digest {shown}"), ". There are:")),
            _verb_rows(),
        ),
        actions=(Action(label="Search for it", command=f"search {f'digest {words}'[:70].rstrip()}"),),
        outcome=Outcome.REFUSED,
    )


_COMMAND_AT_END = re.compile(r"(?<=: )(digest (?:on|status|resume)\b.*|sections)$")


def _with_command(sentence: str) -> Text:
    """Return *sentence* with the command that it ends in, as one: each platform types it its own way."""
    found = _COMMAND_AT_END.search(sentence)
    return text(sentence[: found.start()], command(found[0])) if found else text(sentence)
