"""What a person's own page says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from readbot.conversation.commands import (
    ListSections,
    ShowHelp,
    ShowLink,
    ShowNew,
    ShowRandom,
    ShowSection,
    Suggest,
    format_command,
    parse_command,
    parse_id,
    shorten_command,
)
from readbot.conversation.language import say
from readbot.conversation.phrases import section_choices
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Choice,
    Choices,
    Heading,
    LinkCard,
    Paragraph,
    Part,
    Reply,
    Rows,
    SearchBox,
    Text,
    bold,
    channel,
    command,
    moment,
    text,
)
from readbot.digests.calendar import describe_schedule
from readbot.digests.model import Subscription, SubscriptionState
from readbot.language import tn, tr
from readbot.reading_list import Entry, ReadingList

#: Sections that are listed with their counts; all are in the menu below.
_MAX_SECTIONS = 20
_MAX_UNREACHABLE = 5
_MAX_LABEL = 60


@dataclass(frozen=True, kw_only=True)
class Latest:
    """The link that one of a person's channels had last."""

    entry: Entry
    posted_at: datetime
    channel_id: str
    #: Whether that is less than seven days ago: a digest may be monthly, or paused.
    is_of_this_week: bool


@dataclass(frozen=True, kw_only=True)
class Setup:
    """How it stands with a workspace, for whoever manages it."""

    #: How many lists there are to choose from.
    lists: int
    #: Lists of which a new version is refused.
    refused: Sequence[str]
    #: How many channels have a digest.
    digests: int
    unreachable: Sequence[Subscription]
    #: How many wait for a decision.
    suggestions: int


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one person is to see."""

    reading_list: ReadingList
    latest: Latest | None
    #: Commands, the latest first.
    recent: Sequence[str]
    #: Of the channels that the person is in.
    digests: Sequence[Subscription]
    #: How many there are beyond those.
    more_digests: int
    #: None for whoever does not manage the workspace.
    setup: Setup | None


def home(sight: Sight) -> Reply:
    return Reply(
        parts=(
            Heading(words=sight.reading_list.title),
            SearchBox(label=tr("Search the list")),
            *_latest(sight.latest),
            *_sections(sight.reading_list),
            *_recent(sight),
            *_digests(sight),
            *_setup(sight),
        ),
        actions=(
            Action(label=tr("Surprise me"), command=format_command(ShowRandom()), style=ActionStyle.PRIMARY),
            Action(label=tr("New"), command=format_command(ShowNew())),
            Action(label=tr("Sections"), command=format_command(ListSections())),
            Action(label=tr("Suggest a link"), command=format_command(Suggest())),
            Action(label=tr("Help"), command=format_command(ShowHelp())),
        ),
    )


def _latest(latest: Latest | None) -> Iterator[Part]:
    if latest is None:
        return
    yield Heading(words=tr("This week's link") if latest.is_of_this_week else tr("The last digest's link"))
    yield LinkCard(entry=latest.entry)
    where = say(
        "Posted {when} in {channel}.", when=moment(latest.posted_at), channel=channel(latest.channel_id)
    )
    yield Paragraph(text=where, subdued=True)


def _sections(reading_list: ReadingList) -> Iterator[Part]:
    outermost = [place for place in reading_list.places if place.link_count and len(place.path) == 1]
    yield Heading(words=tr("Sections"))
    yield Rows(
        rows=tuple(text(bold(place.title), f" · {place.link_count}") for place in outermost[:_MAX_SECTIONS])
    )
    yield section_choices(reading_list)


def _recent(sight: Sight) -> Iterator[Part]:
    """Offer again what the person asked last; what has left the list since is passed over."""
    found = [(_name_asked(each, sight.reading_list), each) for each in sight.recent]
    choices = tuple(Choice(label=name, command=each) for name, each in found if name)
    if choices:
        yield Heading(words=tr("What you asked last"))
        yield Choices(label=tr("Ask again"), choices=choices)


def _name_asked(asked: str, reading_list: ReadingList) -> str:
    """Return how a person knows what they asked; empty where it leads nowhere any more."""
    match parse_command(asked):
        case ShowSection(name) if (place_id := parse_id(name)) is not None:
            place = reading_list.find_place(place_id)
            return place.title if place else ""
        case ShowLink(link_id):
            entry = reading_list.find_entry(link_id)
            return _cut(entry.link.title) if entry else ""
        case _:
            return _cut(shorten_command(asked))


def _digests(sight: Sight) -> Iterator[Part]:
    yield Heading(words=tr("Digests of your channels"))
    rows = [_digest_row(each) for each in sight.digests]
    if sight.more_digests:
        rows.append(say("And {number} more.", number=str(sight.more_digests)))
    if rows:
        yield Rows(rows=tuple(rows))
    hint = say("To have one good link a week in a channel, type {on} there.", on=command("digest setup"))
    yield Paragraph(text=hint, subdued=True)


def _digest_row(subscription: Subscription) -> Text:
    state = _state(subscription)
    return text(
        channel(subscription.channel.channel_id),
        f": {describe_schedule(subscription.schedule)}",
        f" ({state})" if state else "",
    )


def _summary(reading_list: ReadingList) -> str:
    """Return how much is on the list, as ``ReadingList.summary`` says it in English."""
    return tr(
        "{entries} with {links} in {sections}",
        entries=tn("{number} entry", "{number} entries", len(reading_list.entries)),
        links=tn("{number} link", "{number} links", reading_list.link_count),
        sections=tn("{number} section", "{number} sections", len(reading_list.places)),
    )


def _state(subscription: Subscription) -> str:
    match subscription.state:
        case SubscriptionState.PAUSED:
            return tr("paused")
        case SubscriptionState.UNREACHABLE:
            return tr("cannot be posted")
        case _:
            return ""


def _setup(sight: Sight) -> Iterator[Part]:
    setup = sight.setup
    if setup is None:
        return
    yield Heading(words=tr("Set-up, for those who manage this workspace"))
    rows = [
        say(
            "List: {list}, {summary}",
            list=bold(sight.reading_list.title),
            summary=_summary(sight.reading_list),
        ),
        say("Database: it answers."),
        _count_digests(setup),
        say("Suggestions that wait: {number}", number=str(setup.suggestions)),
    ]
    if setup.lists > 1:
        choose = say(
            "{number} lists to choose from: {lists}", number=str(setup.lists), lists=command("lists")
        )
        rows.insert(1, choose)
    if setup.refused:
        refused = say(
            "A new version of {files} is refused: {lists}",
            files=bold(tr(", ").join(setup.refused)),
            lists=command("lists"),
        )
        rows.insert(1, refused)
    # Without naming the channel: it may be a private one that this person is not in.
    rows += [
        say("A digest that cannot be posted: {trouble}", trouble=each.trouble)
        for each in setup.unreachable[:_MAX_UNREACHABLE]
        if each.trouble
    ]
    yield Rows(rows=tuple(rows))
    if setup.suggestions:
        yield Choices(
            label=tr("To do"), choices=(Choice(label=tr("Look at suggestions"), command="suggestions"),)
        )


def _count_digests(setup: Setup) -> Text:
    if not setup.digests:
        return say("Digests: none yet")
    if not setup.unreachable:
        return say("Digests: {number}", number=str(setup.digests))
    return say(
        "Digests: {number}, of which {unreachable} cannot be posted",
        number=str(setup.digests),
        unreachable=str(len(setup.unreachable)),
    )


def _cut(words: str) -> str:
    return words if len(words) <= _MAX_LABEL else words[: _MAX_LABEL - 1].rstrip() + "…"
