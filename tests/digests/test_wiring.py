"""Digests from settings alone, on the real clock: a platform's whole part is its messenger."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from readbot.clock import SystemClock
from readbot.digests.outcomes import Pace
from readbot.digests.wiring import make_service, make_writers, open_messengers, run_digests
from readbot.digests.wish import parse_wish
from readbot.exceptions import StoreError
from readbot.metrics import DigestMetrics
from readbot.ports import Messenger, PostsDigests
from readbot.settings import Queue, Secret, Settings
from readbot.storage import open_store
from readbot.store import Store
from readbot.testing import FakeClock, LoopbackMessenger
from tests.digest_data import channel, make_shelves
from tests.waiting import until


class LoopbackPlatform:
    """A platform with a token; its messenger is open while digests run."""

    pace = Pace(per_second=1000, channel_gap_s=0, at_once=4)

    def __init__(self) -> None:
        self.messenger = LoopbackMessenger(clock=FakeClock(datetime.now(UTC)), pace=self.pace)
        self.is_open = False

    def open_messenger(
        self, settings: Settings, store: Store
    ) -> AbstractAsyncContextManager[Messenger] | None:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Messenger]:
        self.is_open = True
        yield self.messenger
        self.is_open = False


class PlatformWithoutToken(LoopbackPlatform):
    def open_messenger(self, settings: Settings, store: Store) -> None:
        return None


async def post_one(settings: Settings, store: Store, folder: Path) -> LoopbackPlatform:
    """Run digests until a channel that is due in a moment has its link."""
    platform = LoopbackPlatform()
    platforms = {"slack": platform, "silent": PlatformWithoutToken(), "other": object()}
    shelves = make_shelves(folder)
    writers = make_writers(shelves)
    service = make_service(settings, store, shelves, writers=writers, find_platform=platforms.get)
    metrics = DigestMetrics()
    async with (
        open_messengers(settings, platforms, store) as messengers,
        run_digests(
            settings, store=store, writers=writers, messengers=messengers, service=service, metrics=metrics
        ) as scheduler,
    ):
        assert platform.is_open
        assert list(messengers) == ["slack"]
        soon = datetime.now(UTC) + timedelta(seconds=0.1)
        service.turn_on(channel(), parse_wish("monday 9 berlin"), person_id="U1", next_at=soon)
        await until(lambda: bool(platform.messenger.messages))
        await until(lambda: store.journal.count_by_state(store.now())["sent"] == 1)
        assert scheduler.is_ticking
        sample = metrics.registry.get_sample_value(
            "readbot_digest_posts_total", {"platform": "slack", "outcome": "sent"}
        )
        assert sample == 1
    return platform


async def test_a_digest_is_posted_on_a_sqlite_file_and_everything_is_closed(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, tick_s=0.02)
    store = open_store(settings, exclusive=True)
    with store.database:
        platform = await post_one(settings, store, tmp_path)
    assert not platform.is_open
    assert len(platform.messenger.messages) == 1


async def test_a_digest_is_posted_through_the_queue(postgres_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=Secret(postgres_url), queue=Queue.PROCRASTINATE, tick_s=0.02)
    store = open_store(settings, exclusive=True)
    with store.database:
        platform = await post_one(settings, store, tmp_path)
    assert len(platform.messenger.messages) == 1


def test_two_stores_that_serve_do_not_share_a_sqlite_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = open_store(settings, exclusive=True)
    with first.database, pytest.raises(StoreError, match="Another readbot"):
        open_store(settings, exclusive=True)


def test_the_verbs_find_sections_as_the_search_does(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    store = open_store(settings, exclusive=False)
    with store.database:
        shelves = make_shelves(tmp_path)
        service = make_service(settings, store, shelves, writers=make_writers(shelves))
        done = service.turn_on(channel(), parse_wish("section:basic"), person_id="U1", timezone="UTC")
    assert done.status.filter_words == "section “Basics”"


def test_the_loopback_platform_keeps_the_contract_of_platforms() -> None:
    assert isinstance(LoopbackPlatform(), PostsDigests)
    assert not isinstance(object(), PostsDigests)


async def test_the_system_clock_goes_on() -> None:
    clock = SystemClock()
    began, began_s = clock.now(), clock.elapsed_s()
    await clock.sleep(0.01)
    assert clock.now() >= began
    assert clock.elapsed_s() - began_s >= 0.009
