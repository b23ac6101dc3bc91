"""Which link comes next."""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from readbot.digests.bag import Draw, Filter, Posted, draw
from readbot.reading_list import Entry, Link
from readbot.reading_list.model import Kind


def make_entries(count: int, section: str = "Basics", kind: Kind = Kind.PAPER, start: int = 1) -> list[Entry]:
    return [
        Entry(
            link=Link(title=f"Link {number}", url=f"https://example.org/{section}/{number}", kind=kind),
            path=("All", section),
            number=number,
        )
        for number in range(start, start + count)
    ]


class Feed:
    """A channel that gets digests from a list that may change."""

    def __init__(self, entries: list[Entry], seed: str = "seed") -> None:
        self.entries, self.seed = entries, seed
        self.posted: list[Posted] = []
        self.titles: list[str] = []

    def next(self, count: int = 1, **others: object) -> Draw:
        drawn = draw(self.entries, seed=self.seed, posted=self.posted, count=count, **others)  # type: ignore[arg-type]
        for pick in drawn.picks:
            link_id = pick.entry.link.id
            self.posted = [had for had in self.posted if had.link_id != link_id]
            self.posted.append(Posted(link_id=link_id, round=pick.round))
            self.titles.append(pick.entry.link.title)
        return drawn


@given(st.integers(1, 40), st.integers(1, 3), st.text(max_size=5))
@settings(max_examples=60)
def test_every_link_comes_once_before_any_comes_again(links: int, count: int, seed: str) -> None:
    feed = Feed(make_entries(links), seed)
    while len(feed.titles) < 3 * links:
        feed.next(count)
    for start in range(0, 3 * links - links + 1, links):
        assert len(set(feed.titles[start : start + links])) == links


@given(st.integers(4, 40), st.text(max_size=5))
@settings(max_examples=60)
def test_a_fresh_bag_does_not_begin_with_what_the_old_one_ended_on(links: int, seed: str) -> None:
    feed = Feed(make_entries(links), seed)
    for _ in range(4 * links):
        feed.next()
    for place, title in enumerate(feed.titles):
        assert title not in feed.titles[max(0, place - links // 2) : place]


@given(st.integers(2, 12), st.integers(2, 3), st.text(max_size=3))
@settings(max_examples=60)
def test_one_digest_never_has_the_same_link_twice(links: int, count: int, seed: str) -> None:
    feed = Feed(make_entries(links), seed)
    for _ in range(3 * links):
        titles = [pick.entry.link.title for pick in feed.next(count).picks]
        assert len(titles) == len(set(titles)) == min(count, links)


def test_it_is_no_longer_the_order_of_the_list() -> None:
    feeds = [Feed(make_entries(20), seed) for seed in ("a", "b")]
    for feed in feeds:
        for _ in range(20):
            feed.next()
    in_list_order = [entry.link.title for entry in make_entries(20)]
    assert len({tuple(feed.titles) for feed in feeds} | {tuple(in_list_order)}) == 3


def test_the_same_seed_and_history_give_the_same_link() -> None:
    first, second = Feed(make_entries(20)), Feed(make_entries(20))
    assert [first.next() for _ in range(30)] == [second.next() for _ in range(30)]


def test_it_counts_twelve_of_seventy_four() -> None:
    feed = Feed(make_entries(74))
    draws = [feed.next() for _ in range(75)]
    assert [(drawn.picks[0].number, drawn.total) for drawn in (draws[11], draws[73], draws[74])] == [
        (12, 74),
        (74, 74),
        (1, 74),
    ]


def test_a_new_link_comes_next_and_only_once() -> None:
    feed = Feed(make_entries(10))
    for _ in range(13):
        feed.next()
    fresh = make_entries(1, section="News", start=99)
    feed.entries = [*feed.entries, *fresh]
    joined = {fresh[0].link.id}
    titles = [feed.next(joined=joined).picks[0].entry.link.title for _ in range(8)]
    assert titles[0] == "Link 99"
    assert "Link 99" not in titles[1:]


def test_a_reordered_list_keeps_what_was_posted() -> None:
    feed = Feed(make_entries(20))
    for _ in range(10):
        feed.next()
    random.Random(1).shuffle(feed.entries)
    for _ in range(10):
        feed.next()
    assert max(Counter(feed.titles).values()) == 1


def test_removed_and_dead_links_are_passed_over_and_not_counted() -> None:
    feed = Feed(make_entries(6))
    dead = {feed.entries[0].link.id}
    feed.entries = feed.entries[:-1]
    draws = [feed.next(dead=dead) for _ in range(8)]
    assert {drawn.total for drawn in draws} == {4}
    assert not {"Link 1", "Link 6"} & set(feed.titles)


def test_a_filter_keeps_to_its_section_and_kind() -> None:
    entries = [
        *make_entries(3, "Attention", Kind.PAPER),
        *make_entries(3, "Attention", Kind.VIDEO, start=4),
        *make_entries(3, "Other", Kind.PAPER, start=7),
    ]
    feed = Feed(entries)
    drawn = feed.next(3, wanted=Filter(section=("All", "Attention"), kind=Kind.PAPER))
    assert {pick.entry.link.title for pick in drawn.picks} == {"Link 1", "Link 2", "Link 3"}


def test_nothing_fits_says_so() -> None:
    assert Feed(make_entries(3)).next(wanted=Filter(kind=Kind.BOOK)) == Draw(picks=(), total=0)


def test_a_wider_filter_begins_with_what_the_narrow_one_kept_out() -> None:
    feed = Feed([*make_entries(2, "Narrow"), *make_entries(4, "Wide", start=3)])
    for _ in range(5):
        feed.next(wanted=Filter(section=("All", "Narrow")))
    titles = [feed.next().picks[0].entry.link.title for _ in range(4)]
    assert sorted(titles) == ["Link 3", "Link 4", "Link 5", "Link 6"]
