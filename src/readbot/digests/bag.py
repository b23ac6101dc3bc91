"""Which link comes next: a shuffled bag per subscription, each link once before any comes again.

The bag is not kept anywhere. It follows from the list as it is now, from what was posted, and from
the subscription's seed, so a list that changes under it neither loses nor repeats a link:

* what was posted stays posted, wherever it moves on the list;
* a link that joined the list after the subscription began comes before the others;
* a link that was removed, or is marked dead, or does not fit the filter is passed over.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from readbot.reading_list import Entry
from readbot.reading_list.model import Kind


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Links by id that joined a list, or another section of it, since some moment."""

    new: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which links a channel wants; everything by default."""

    #: Titles from the outermost section on; empty for the whole list.
    section: tuple[str, ...] = ()
    kind: Kind | None = None

    def matches(self, entry: Entry) -> bool:
        in_section = entry.path[: len(self.section)] == self.section
        return in_section and (self.kind is None or entry.link.kind is self.kind)


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A link that the channel has had."""

    link_id: str
    #: How often the bag had been filled when it was posted last, from 1.
    round: int


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A link to post."""

    entry: Entry
    #: How often the bag has been filled, from 1.
    round: int
    #: Its place among the links of this round, from 1: the 12 in "12 of 74".
    number: int


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What comes out of the bag for one digest."""

    #: In the order to post; fewer than asked for when the channel has fewer links, none when none.
    picks: tuple[Pick, ...]
    #: Links that the channel can get at all: the 74 in "12 of 74".
    total: int


def draw(
    entries: Iterable[Entry],
    *,
    seed: str,
    posted: Sequence[Posted],
    count: int = 1,
    wanted: Filter | None = None,
    dead: AbstractSet[str] = frozenset(),
    joined: AbstractSet[str] = frozenset(),
) -> Draw:
    """Return the next *count* links for a channel.

    Args:
        entries: The list as it is now.
        seed: The subscription's own; the same seed and history give the same links.
        posted: Every link that the channel has had, each once, in the order of its latest post,
            the most recent last.
        count: Links in one digest, at least 1.
        wanted: The channel's filter.
        dead: Ids of links to pass over.
        joined: Ids of links that came onto the list after the subscription began.
    """
    wanted = wanted or Filter()
    eligible = [entry for entry in entries if wanted.matches(entry) and entry.link.id not in dead]
    history = list(posted)
    picks: list[Pick] = []
    for _ in range(min(count, len(eligible))):
        pick = _draw_one(eligible, history, seed, joined, {pick.entry.link.id for pick in picks})
        picks.append(pick)
        history = [had for had in history if had.link_id != pick.entry.link.id]
        history.append(Posted(link_id=pick.entry.link.id, round=pick.round))
    return Draw(picks=tuple(picks), total=len(eligible))


def count_progress(
    entries: Iterable[Entry],
    *,
    posted: Sequence[Posted],
    wanted: Filter,
    dead: AbstractSet[str] = frozenset(),
) -> tuple[int, int]:
    """Return how many links of this round a channel has had, and how many it can get at all."""
    current = max((had.round for had in posted), default=1)
    had_now = {had.link_id for had in posted if had.round == current}
    ids = [entry.link.id for entry in entries if wanted.matches(entry) and entry.link.id not in dead]
    return sum(link_id in had_now for link_id in ids), len(ids)


def _draw_one(
    eligible: Sequence[Entry],
    posted: Sequence[Posted],
    seed: str,
    joined: AbstractSet[str],
    today: Collection[str],
) -> Pick:
    current = max((had.round for had in posted), default=1)
    had_now = {had.link_id for had in posted if had.round == current}
    left = [entry for entry in eligible if entry.link.id not in had_now]
    if not left:
        current += 1
        had_now = set()
        left = [entry for entry in eligible if entry.link.id not in today]
    age = {had.link_id: age for age, had in enumerate(reversed(posted))}
    # A freshly filled bag does not begin with what the old one ended on: half of the links rest.
    resting = len(eligible) // 2

    def order(entry: Entry) -> tuple[object, ...]:
        link_id = entry.link.id
        rests = age.get(link_id, resting) < resting
        return (
            not (link_id in joined and link_id not in age),
            # Waiting since an earlier round, when the filter had kept it out.
            link_id in age,
            rests,
            -age[link_id] if rests else 0,
            hashlib.blake2s(f"{seed}\x1f{current}\x1f{link_id}".encode()).digest(),
        )

    entry = min(left, key=order)
    number = sum(1 for other in eligible if other.link.id in had_now) + 1
    return Pick(entry=entry, round=current, number=number)
