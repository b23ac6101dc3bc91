"""A whole digest machine for tests: store, loopback platform, scheduler, and a clock to push."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from readbot.conversation.library import ALL_WELL, LinkDoctor
from readbot.digests.delivery import Deliverer
from readbot.digests.model import Channel, Delivery, DeliveryState
from readbot.digests.options import DeliveryOptions
from readbot.digests.post import DigestWriter
from readbot.digests.scheduler import DigestScheduler
from readbot.digests.service import DigestService
from readbot.reading_list import ReadingList
from readbot.reading_list.model import Place
from readbot.store import Store
from readbot.testing import FakeClock, LoopbackMessenger
from tests.digest_data import READING_LIST

OPTIONS = DeliveryOptions(jitter_s=0)


class Rig:
    """One process that delivers digests. Two rigs on one store are two workers."""

    def __init__(
        self,
        store: Store,
        clock: FakeClock,
        *,
        messenger: LoopbackMessenger | None = None,
        reading_list: ReadingList = READING_LIST,
        doctor: LinkDoctor = ALL_WELL,
        **options: Any,
    ) -> None:
        self.store, self.clock = store, clock
        self.messenger = messenger or LoopbackMessenger(clock=clock)
        writer = DigestWriter(reading_list, doctor=doctor)

        def writers(_channel: Channel) -> DigestWriter:
            return writer

        messengers: Mapping[str, LoopbackMessenger] = {self.messenger.platform: self.messenger}
        self.deliverer = Deliverer(
            store=store,
            messengers=messengers,
            writers=writers,
            clock=clock,
            options=replace(OPTIONS, **options),
        )
        self.service = DigestService(
            store=store,
            writers=writers,
            find_sections=find_sections,
            jitter_s=self.deliverer.options.jitter_s,
            is_shared=self.deliverer.is_shared,
        )
        self.scheduler = DigestScheduler(self.deliverer, clock=clock, revive=self.service.revive)

    async def round(self, *, after_s: float = 0) -> None:
        """Let time pass, tick once, and finish whatever that began."""
        self.clock.advance(seconds=after_s)
        await self.scheduler.run_round()
        await self.scheduler.drain()

    async def run(self, duration: timedelta, *, step: timedelta) -> None:
        """Let time pass, with a round at every step."""
        end = self.clock.now() + duration
        while self.clock.now() < end:
            await self.round(after_s=step.total_seconds())

    def delivery(self) -> Delivery:
        """Return the latest delivery."""
        return self.store.journal.list_deliveries(limit=1)[0]

    def states(self) -> list[DeliveryState]:
        """Return the states of all deliveries, oldest first."""
        return [row.state for row in reversed(self.store.journal.list_deliveries(limit=100))]


def find_sections(_channel: Channel, words: str) -> list[tuple[Place, float]]:
    """Return the test list's sections that begin alike; a whole name is certain, and an id."""
    if words.startswith("~"):
        return [(place, 1.0) for place in READING_LIST.places if place.id == words[1:]]
    places = [place for place in READING_LIST.places if place.title.casefold()[:1] == words.casefold()[:1]]
    return [(place, 1.0 if place.title.casefold() == words.casefold() else 0.5) for place in places]
