"""The optional line of a digest that tells what changed in the list."""

from datetime import timedelta

import pytest

from readbot.digests.wish import parse_wish
from readbot.exceptions import DigestError
from readbot.store import Store
from readbot.testing import FakeClock
from tests.digest_data import READING_LIST, channel
from tests.digests.rig import Rig

PATHS = {entry.link.id: entry.path for entry in READING_LIST.entries}
FIRST, SECOND = list(PATHS)[:2]


@pytest.fixture
def rig(store: Store, clock: FakeClock) -> Rig:
    store.bags.learn_links({each: path for each, path in PATHS.items() if each != FIRST})
    clock.advance(seconds=60)
    return Rig(store, clock)


async def post(rig: Rig) -> str:
    """Let a week pass and return what was posted last."""
    await rig.run(timedelta(days=7), step=timedelta(hours=6))
    return rig.messenger.in_channel(channel())[-1].reply.fallback


def turn_on(rig: Rig, words: str) -> None:
    rig.service.turn_on(channel(), parse_wish(f"monday 9 berlin {words}"), person_id="U1")


async def test_a_digest_counts_what_came_and_what_moved_since_the_last(rig: Rig, store: Store) -> None:
    turn_on(rig, "changes:on")
    rig.clock.advance(seconds=60)
    store.bags.learn_links(PATHS | {SECOND: ("Elsewhere",)})

    assert "Changes in the list since the last digest: 1 new, 1 moved." in await post(rig)
    assert "Changes" not in await post(rig)


async def test_without_being_asked_a_digest_tells_of_no_changes(rig: Rig, store: Store) -> None:
    turn_on(rig, "")
    rig.clock.advance(seconds=60)
    store.bags.learn_links(PATHS)

    assert "Changes" not in await post(rig)


async def test_what_changed_in_other_lists_alone_is_not_told(rig: Rig, store: Store) -> None:
    turn_on(rig, "changes:on")
    rig.clock.advance(seconds=60)
    store.bags.learn_links({"aaaaaa": ("Of another list",)})

    assert "Changes" not in await post(rig)


def test_a_word_that_is_neither_on_nor_off_says_what_to_type() -> None:
    with pytest.raises(DigestError, match="changes:on"):
        parse_wish("changes:perhaps")


def test_it_can_be_turned_off_again_and_status_tells(rig: Rig) -> None:
    turn_on(rig, "changes:on")
    assert rig.service.status(channel()).subscription.tells_changes  # type: ignore[union-attr]
    rig.service.turn_on(channel(), parse_wish("changes:off"), person_id="U1")
    assert not rig.service.status(channel()).subscription.tells_changes  # type: ignore[union-attr]
