"""What readbot says of how it stands with a channel's digest."""

from collections.abc import Iterator

from readbot.conversation.language import say
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Choice,
    Choices,
    Heading,
    Paragraph,
    Part,
    Reply,
    Rows,
    Span,
    Text,
    bold,
    command,
    moment,
)
from readbot.digests.calendar import describe_schedule
from readbot.digests.model import Delivery, DeliveryState, Subscription, SubscriptionState
from readbot.digests.phrases import MAX_LINKS
from readbot.digests.post import explain_nothing
from readbot.digests.setup import SET_UP
from readbot.digests.status import DigestStatus, TurnedOn
from readbot.language import tn, tr, translatable

_TURNED_ON = translatable("The digest is on")
_CHANGED = translatable("The digest has changed")
_UNCHANGED = translatable("The digest is as it was")

_STATES = {
    SubscriptionState.ACTIVE: translatable("on"),
    SubscriptionState.PAUSED: translatable("paused"),
    SubscriptionState.UNREACHABLE: translatable("stopped, as I cannot post here"),
    SubscriptionState.OFF: translatable("off"),
}

_SILENT = translatable("It is posted silently, without a notification.")
_LOUD_ANYWAY = translatable("It was to be silent, which this platform cannot do: it notifies as ever.")

#: A digest as it is typed.
EXAMPLE = "digest on monday 09:00"


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
    parts: list[Part] = [
        Heading(words=heading or tr("Digest of this channel")),
        Rows(rows=_rows(subscription, now, can_be_silent=can_be_silent)),
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


def _rows(subscription: Subscription, now: DigestStatus, *, can_be_silent: bool) -> tuple[Text, ...]:
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
    rows.append(next_row(now))
    return (*rows, *_last_row(now.last))


def _last_row(last: Delivery | None) -> Iterator[Text]:
    if last is None or last.finished_at is None:
        return
    when = moment(last.finished_at)
    if last.state is DeliveryState.SENT:
        yield say("Last posted: {when}", when=when)
    else:
        yield say("The last one failed ({reason}): {when}", reason=Span(tr(last.reason)), when=when)


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
    heading = _UNCHANGED
    if done.status.has_changed:
        heading = _TURNED_ON if done.is_new else _CHANGED
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
            Action(label=tr("Mondays at 09:00"), command=EXAMPLE),
        ),
    )


def next_row(now: DigestStatus) -> Text:
    """Say when the next one comes, or how to go on."""
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
