"""What readbot says about digests, besides the digest itself."""

import re
from dataclasses import replace

from readbot.conversation.language import say
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
    Span,
    Text,
    bold,
    command,
    moment,
    person,
    text,
)
from readbot.conversation.request import Reader
from readbot.digests.calendar import describe_schedule
from readbot.digests.model import DeliveryState, Subscription, SubscriptionState
from readbot.digests.phrases import MAX_LINKS
from readbot.digests.post import explain_nothing
from readbot.digests.setup import SET_UP
from readbot.digests.status import DigestStatus, TurnedOn
from readbot.digests.zones import COMMON_ZONES
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import tn, tr, translatable

TURNED_ON = translatable("The digest is on")
CHANGED = translatable("The digest has changed")
UNCHANGED = translatable("The digest is as it was")
NOT_ALLOWED = translatable(
    "Only people who manage this workspace or server may change the digest here. "
    "Everybody may see it: digest status"
)

_STATES = {
    SubscriptionState.ACTIVE: translatable("on"),
    SubscriptionState.PAUSED: translatable("paused"),
    SubscriptionState.UNREACHABLE: translatable("stopped, as I cannot post here"),
    SubscriptionState.OFF: translatable("off"),
}

_EXAMPLE = "digest on monday 09:00"
_VERBS = (
    (_EXAMPLE, translatable("turn it on, or change it")),
    (
        "digest on silent changes:on",
        translatable(
            "post without a notification, and say what changed in the list; loud and changes:off undo it"
        ),
    ),
    (SET_UP, translatable("the same in a form")),
    ("digest status", translatable("how it stands")),
    ("digest preview", translatable("what comes next, for you alone")),
    ("digest now", translatable("post one at once")),
    ("digest skip", translatable("leave the next one out")),
    ("digest pause", translatable("keep the settings, post nothing")),
    ("digest resume", translatable("go on")),
    ("digest off", translatable("turn it off")),
)


_SILENT = translatable("It is posted silently, without a notification.")
_LOUD_ANYWAY = translatable("It was to be silent, which this platform cannot do: it notifies as ever.")


def status(now: DigestStatus, *, heading: str = "", can_be_silent: bool = True) -> Reply:
    """Say how it stands with the digest, with what one can do about it.

    Args:
        now: How it stands.
        heading: What is news about it; empty where nothing is.
        can_be_silent: Whether the platform can post without a notification.
    """
    subscription = now.subscription
    if subscription is None or subscription.state is SubscriptionState.OFF:
        return _off(tr("This channel has no digest") if subscription is None else tr("The digest is off"))
    rows: list[Text] = [
        say(
            "It is {state}: {schedule}",
            state=bold(tr(_STATES[subscription.state])),
            schedule=Span(describe_schedule(subscription.schedule)),
        ),
        say(
            "Links: {filter}, {links} at a time · {done} of {total} so far",
            filter=bold(now.filter_words),
            links=Span(str(subscription.links)),
            done=Span(str(now.done)),
            total=Span(str(now.total)),
        ),
    ]
    if subscription.is_silent:
        rows.append(say(_SILENT if can_be_silent else _LOUD_ANYWAY))
    if subscription.tells_changes:
        rows.append(say("It also says what changed in the list."))
    if subscription.trouble:
        rows.append(say("The reason: {reason}", reason=Span(tr(subscription.trouble))))
    if not now.total:
        rows.append(explain_nothing(subscription.wanted))
    if now.skipped_words:
        rows.append(say("Skipped: {days}", days=Span(now.skipped_words)))
    rows.append(_next_row(now))
    if now.last is not None and now.last.finished_at is not None:
        when = moment(now.last.finished_at)
        if now.last.state is DeliveryState.SENT:
            rows.append(say("Last posted: {when}", when=when))
        else:
            reason = Span(tr(now.last.reason))
            rows.append(say("The last one failed ({reason}): {when}", reason=reason, when=when))
    parts: list[Part] = [
        Heading(words=heading or tr("Digest of this channel")),
        Rows(rows=tuple(rows)),
    ]
    if now.unconfirmed:
        parts.append(
            Paragraph(
                text=say(
                    "{number} unconfirmed: the platform did not say whether it arrived. "
                    "Look above, and post it again if it is not there.",
                    number=Span(str(len(now.unconfirmed))),
                )
            )
        )
    if subscription.state is SubscriptionState.ACTIVE:
        parts.append(_more_settings(subscription, can_be_silent=can_be_silent))
    again = tuple(
        Action(label=tr("Post again"), command=f"digest again {delivery.id}", style=ActionStyle.PRIMARY)
        for delivery in now.unconfirmed[:1]
    )
    return Reply(parts=tuple(parts), actions=(*again, *_actions(subscription.state))[:5])


def _more_settings(subscription: Subscription, *, can_be_silent: bool) -> Choices:
    """Offer what the form has no room for; only what is on can be changed so, as a change turns it on."""
    choices = []
    if subscription.is_silent:
        choices.append(Choice(label=tr("Post with a notification"), command="digest on loud"))
    elif can_be_silent:
        choices.append(Choice(label=tr("Post without a notification"), command="digest on silent"))
    if subscription.tells_changes:
        choices.append(
            Choice(label=tr("Say nothing of changes in the list"), command="digest on changes:off")
        )
    else:
        choices.append(Choice(label=tr("Also say what changed in the list"), command="digest on changes:on"))
    choices += [
        Choice(
            label=tn("{number} link at a time", "{number} links at a time", number),
            command=f"digest on links:{number}",
        )
        for number in range(1, MAX_LINKS + 1)
        if number != subscription.links
    ]
    return Choices(label=tr("More settings"), choices=tuple(choices))


def turned_on(done: TurnedOn, *, can_be_silent: bool = True) -> Reply:
    """Say how it stands after ``digest on``, and whether that is news."""
    heading = UNCHANGED
    if done.status.has_changed:
        heading = TURNED_ON if done.is_new else CHANGED
    return status(done.status, heading=tr(heading), can_be_silent=can_be_silent)


def _off(heading: str) -> Reply:
    return Reply(
        parts=(
            Heading(words=heading),
            Paragraph(
                text=say(
                    "With it, one good link from the list comes here every week, none twice before all have had "
                    "their turn. Turn it on with {command}, or say when: {example}.",
                    command=command("digest on"),
                    example=command("digest on every 2 weeks friday 4pm"),
                )
            ),
        ),
        actions=(
            Action(label=tr("Set up"), command=SET_UP, style=ActionStyle.PRIMARY),
            Action(label=tr("Mondays at 09:00"), command=_EXAMPLE),
        ),
    )


def _next_row(now: DigestStatus) -> Text:
    if not now.next_words:
        return say("Next: none. To go on: {command}", command=command("digest resume"))
    slot = now.subscription.next_slot if now.subscription else None
    words = bold(now.next_words)
    if slot is None:
        return say("Next: {when}", when=words)
    return say("Next: {when} · in your time {moment}", when=words, moment=moment(slot.instant))


def _actions(state: SubscriptionState) -> tuple[Action, ...]:
    preview = Action(label=tr("Preview"), command="digest preview")
    change = Action(label=tr("Change"), command=SET_UP)
    off = Action(label=tr("Turn off"), command="digest off", style=ActionStyle.DANGER)
    if state is SubscriptionState.ACTIVE:
        skip = Action(label=tr("Skip the next"), command="digest skip")
        return (preview, change, skip, Action(label=tr("Pause"), command="digest pause"), off)
    return (
        Action(label=tr("Resume"), command="digest resume", style=ActionStyle.PRIMARY),
        preview,
        change,
        off,
    )


def announcement(reader: Reader, deed: str, now: DigestStatus) -> Reply:
    """Tell a channel who changed its digest, and when the next one comes; as silently as the digest itself."""
    who, did = person(reader.id, reader.name), Span(tr(deed))
    if now.next_words:
        words = say("{person} {deed}. Next: {when}.", person=who, deed=did, when=Span(now.next_words))
    else:
        words = say("{person} {deed}.", person=who, deed=did)
    is_silent = now.subscription is not None and now.subscription.is_silent
    return Reply(parts=(Paragraph(text=words),), public=True, silent=is_silent, is_aside=True)


def first_message() -> Reply:
    """Begin in a direct message, where the answer has told everything else."""
    return Reply(parts=(Paragraph(text=say("Links will come here.")),), public=True)


def on_its_way(now: DigestStatus) -> Reply:
    """Say that a post will come in a moment."""
    rows = [say("It is on its way and will be here in a moment.")]
    if now.next_words:
        rows.append(_next_row(now))
    return Reply(parts=(Rows(rows=tuple(rows)),))


def preview(digest: Reply, now: DigestStatus) -> Reply:
    """Show the next digest to the asker alone; it may stand where the settings stood."""
    intro = Paragraph(text=text(*say("Only you see this."), " ", *_next_row(now)), subdued=True)
    back = Action(label=tr("Settings"), command="digest status")
    return replace(digest, parts=(intro, *digest.parts), actions=(back,), public=False)


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
            text=say(
                "In which time zone? Pick one, or name a city: {example}",
                example=command(f"{_EXAMPLE} Europe/Berlin"),
            )
        )
    ]
    if choices:
        parts.append(Choices(label=tr("Time zone"), choices=choices))
    return Reply(parts=tuple(parts))


def cannot_post(obstacle: str) -> Reply:
    return Reply(
        parts=(Paragraph(text=text(bold(tr("I cannot post here.")), " ", obstacle)),), outcome=Outcome.REFUSED
    )


def unreachable(reason: str) -> str:
    return tr(
        "The platform said “{reason}”. Invite me to this channel, or see that I may write here, and try again.",
        reason=reason,
    )


def problem(error: DigestError) -> Reply:
    return Reply(parts=(Paragraph(text=_with_command(tr(str(error)))),), outcome=Outcome.REFUSED)


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
        replace(asked, parts=(*asked.parts, Choices(label=tr("Pick one"), choices=choices)))
        if choices
        else asked
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
    actions = (Action(label=tr("Turn it on"), command=wanted, style=ActionStyle.PRIMARY),)
    return Reply(
        parts=(Paragraph(text=say("To have a digest like that: {command}", command=command(wanted))),),
        actions=actions if len(wanted) <= MAX_COMMAND_LENGTH else (),
    )


def usage() -> Reply:
    """Say what one can do about a digest."""
    intro = say("A digest brings a link from the list here, regularly.")
    status = Action(label=tr("How it stands"), command="digest status")
    return Reply(parts=(Heading(words=tr("Digest")), Paragraph(text=intro), _verb_rows()), actions=(status,))


def _verb_rows() -> Rows:
    return Rows(rows=tuple(text(command(verb), f" · {tr(meaning)}") for verb, meaning in _VERBS))


def unknown_verb(words: str) -> Reply:
    shown = words if len(words) <= 40 else words[:39] + "…"
    return Reply(
        parts=(
            Paragraph(text=say("There is no {command}. There are:", command=bold(f"digest {shown}"))),
            _verb_rows(),
        ),
        actions=(Action(label=tr("Search for it"), command=f"search {f'digest {words}'[:70].rstrip()}"),),
        outcome=Outcome.REFUSED,
    )


_COMMAND_AT_END = re.compile(r"(?<=: )(digest (?:on|status|resume)\b.*|sections)$")


def _with_command(sentence: str) -> Text:
    """Return *sentence* with the command that it ends in, as one: each platform types it its own way."""
    found = _COMMAND_AT_END.search(sentence)
    return text(sentence[: found.start()], command(found[0])) if found else text(sentence)
