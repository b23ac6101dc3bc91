"""The digest itself: which links, and what the message says."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from readbot.conversation.language import say
from readbot.conversation.library import ALL_WELL, LinkDoctor
from readbot.conversation.reply import (
    Action,
    Heading,
    LinkCard,
    Paragraph,
    Part,
    Picture,
    Reply,
    Text,
    command,
    text,
)
from readbot.conversation.troubles import mark_troubles
from readbot.digests.bag import Changes, Draw, Filter, Posted, count_progress, draw
from readbot.digests.calendar import Cadence
from readbot.digests.model import Channel, Subscription
from readbot.language import tn, tr, translatable
from readbot.reading_list import Entry, ReadingList

_TITLES = {
    Cadence.DAILY: (translatable("Link of the day"), translatable("Links of the day")),
    Cadence.WEEKDAYS: (translatable("Link of the day"), translatable("Links of the day")),
    Cadence.WEEKLY: (translatable("Link of the week"), translatable("Links of the week")),
    Cadence.FORTNIGHTLY: (translatable("Link of the fortnight"), translatable("Links of the fortnight")),
    Cadence.MONTHLY: (translatable("Link of the month"), translatable("Links of the month")),
}


class DigestWriter:
    """Writes digests from one reading list. Pure: the same subscription and history, the same digest."""

    def __init__(self, reading_list: ReadingList, *, doctor: LinkDoctor = ALL_WELL) -> None:
        """Take links from *reading_list*, but none that is gone as far as *doctor* knows."""
        self.reading_list = reading_list
        self._doctor = doctor

    def draw(
        self,
        subscription: Subscription,
        posted: Sequence[Posted],
        joined: AbstractSet[str],
        *,
        count: int | None = None,
    ) -> Draw:
        """Return the subscription's next links, *count* of them or as many as it asked for."""
        return draw(
            self.reading_list.entries,
            seed=subscription.seed,
            posted=posted,
            joined=joined,
            dead=self._find_dead(),
            wanted=subscription.wanted,
            count=subscription.links if count is None else count,
        )

    def progress(self, subscription: Subscription, posted: Sequence[Posted]) -> tuple[int, int]:
        """Return how many links of this round the channel has had, and how many it can get at all."""
        return count_progress(
            self.reading_list.entries,
            posted=posted,
            wanted=subscription.wanted,
            dead=self._find_dead(),
        )

    def has(self, link_id: str) -> bool:
        """Tell whether a link can be posted: it may have left the list since it was drawn, or died."""
        entry = self.reading_list.find_entry(link_id)
        return entry is not None and not self._is_dead(entry.link.url)

    def write(
        self, subscription: Subscription, drawn: Sequence[tuple[str, int]], changes: Changes | None = None
    ) -> Reply:
        """Return the message for the drawn links.

        Args:
            subscription: Whose digest.
            drawn: Link ids with their numbers (the 12 in "12 of 74"); none when nothing fits.
            changes: What changed since the digest before, over all lists; None where that is not told.
        """
        found = [(self.reading_list.find_entry(link_id), number) for link_id, number in drawn]
        entries = [(entry, number) for entry, number in found if entry is not None]
        if not entries:
            return self.write_nothing(subscription)
        first, last = entries[0], entries[-1]
        numbers = f"{first[1]}" if len(entries) == 1 else f"{first[1]}–{last[1]}"
        total = self.progress(subscription, ())[1]
        progress = tr("{numbers} of {total} in this channel", numbers=numbers, total=total)
        parts: list[Part] = [Heading(words=_title(subscription, len(entries)))]
        parts += [LinkCard(entry=entry) for entry, _ in entries]
        if first[0].image:
            alt = tr("Picture of “{section}”", section=first[0].path[-1])
            parts.append(Picture(url=first[0].image, alt=alt))
        parts.append(Paragraph(text=text(progress), subdued=True))
        told = self._tell(changes) if changes is not None else ""
        if told:
            parts.append(Paragraph(text=text(told), subdued=True))
        reply = Reply(
            parts=tuple(parts),
            actions=self._actions(last[0]),
            public=True,
            silent=subscription.is_silent,
        )
        # A link that is well may have a further address that is not.
        return mark_troubles(reply, self._doctor)

    def _tell(self, changes: Changes) -> str:
        """Say what changed in this very list; nothing in a quiet week."""
        ours = {entry.link.id for entry in self.reading_list.entries}
        new, moved = len(changes.new & ours), len(changes.moved & ours)
        counts = [
            new and tn("{number} new", "{number} new", new),
            moved and tn("{number} moved", "{number} moved", moved),
        ]
        said = tr(", ").join(words for words in counts if words)
        return tr("Changes in the list since the last digest: {changes}.", changes=said) if said else ""

    def write_nothing(self, subscription: Subscription) -> Reply:
        """Return the message for a bag in which nothing is left after filtering."""
        words = Paragraph(text=explain_nothing(subscription.wanted))
        settings = Action(label=tr("Settings"), command="digest status")
        heading = Heading(words=_title(subscription, 1))
        return Reply(parts=(heading, words), actions=(settings,), public=True, silent=subscription.is_silent)

    def write_another(self, entry: Entry) -> Reply:
        """Return a link beside the digest, for the person who asked for another one."""
        return Reply(parts=(LinkCard(entry=entry),), actions=self._actions(entry))

    def _actions(self, entry: Entry) -> tuple[Action, ...]:
        actions = [Action(label=tr("Another"), command=f"digest another ~{entry.link.id}")]
        following = self._next_in_section(entry)
        if following is not None:
            actions.append(
                Action(label=tr("Read next in this section"), command=f"link ~{following.link.id}")
            )
        return (*actions, Action(label=tr("Settings"), command="digest status"))

    def _is_dead(self, url: str) -> bool:
        return self._doctor.find_trouble(url) is not None

    def _find_dead(self) -> frozenset[str]:
        entries = self.reading_list.entries
        return frozenset(entry.link.id for entry in entries if self._is_dead(entry.link.url))

    def _next_in_section(self, entry: Entry) -> Entry | None:
        """Return the link below this one in its section, from its end on the first; None if alone."""
        others = [
            other
            for other in self.reading_list.entries
            if other.path == entry.path and (other == entry or not self._is_dead(other.link.url))
        ]
        if len(others) < 2:
            return None
        return next((other for other in others if other.number > entry.number), others[0])


#: The writer for a channel: each workspace has its own list. May wait for the database.
Writers: TypeAlias = Callable[[Channel], DigestWriter]


def describe_filter(wanted: Filter) -> str:
    """Return a filter in words: "section “Attention” and kind paper"; "the whole list" without one."""
    section = tr("section “{section}”", section=" › ".join(wanted.section)) if wanted.section else ""
    kind = tr("kind {kind}", kind=wanted.kind) if wanted.kind else ""
    return tr(" and ").join(part for part in (section, kind) if part) or tr("the whole list")


def describe_nothing(wanted: Filter) -> str:
    """Say that a filter leaves nothing to post; it may never have fitted anything."""
    if wanted == Filter():
        return tr("There is no link on the list to post.")
    return tr("Nothing on the list fits {filter}.", filter=describe_filter(wanted))


def explain_nothing(wanted: Filter) -> Text:
    """Say that a filter leaves nothing to post, and with which command it is lifted."""
    lifted = [name for name, value in (("section", wanted.section), ("kind", wanted.kind)) if value]
    if not lifted:
        return text(describe_nothing(wanted))
    widening = command(" ".join(["digest on", *(f"{name}:any" for name in lifted)]))
    return text(describe_nothing(wanted), " ", *say("To widen it: {command}", command=widening))


def _title(subscription: Subscription, count: int) -> str:
    one, several = _TITLES[subscription.schedule.cadence]
    return tr(one if count == 1 else several)
