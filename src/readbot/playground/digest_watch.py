"""The digests as the page sees them: what is due, what became of it, and travel in time to it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from readbot.conversation.request import Workspace
from readbot.digests.model import Delivery, DeliveryState, Subscription, SubscriptionState
from readbot.digests.service import DigestService
from readbot.playground.clock import TravelClock
from readbot.playground.deeds import DeedError, Json
from readbot.reading_list import ReadingList
from readbot.store import Store

#: How long a digest may take to arrive after a jump to its time.
SETTLED_WITHIN_S = 30.0

_LOOK_S = 0.05
_MAX_DELIVERIES = 30


class DigestWatch:
    """Looks at the program's own store; changes nothing but the clock, and waits for no tick."""

    def __init__(
        self,
        store: Store,
        service: DigestService,
        find_list: Callable[[Workspace], ReadingList],
        clock: TravelClock,
        *,
        look: Callable[[], Awaitable[None]],
    ) -> None:
        """Watch what a running engine does.

        Args:
            store: The program's, whose time is *clock*'s.
            service: The verbs over that store.
            find_list: Returns a workspace's list, for the titles of what was drawn; may block.
            clock: The program's, the loopback platforms' and the page's.
            look: Lets the engine look at once for what is due, as it does by itself every so often.
        """
        self._store = store
        self._service = service
        self._find_list = find_list
        self._clock = clock
        self._look = look

    async def describe(self) -> Json:
        """Return every channel's digest and the latest deliveries, as ``Digests`` in protocol.ts."""
        return await asyncio.to_thread(self._describe)

    async def travel_to_next(self) -> None:
        """Jump to the next digest and wait until it has arrived, or is known not to.

        Raises:
            DeedError: No channel has a digest to come.
        """
        due = await asyncio.to_thread(self._next_due)
        if due is None:
            raise DeedError("No channel has a digest yet. Turn one on in a channel: digest on")
        self._clock.travel(due)
        await self._settle()

    async def travel(self, by: timedelta) -> None:
        """Let time pass as it would have: every digest on the way comes at its own time."""
        target = self._clock.now() + by
        while (due := await asyncio.to_thread(self._next_due)) is not None and due <= target:
            self._clock.travel(due)
            await self._settle()
        self._clock.travel(target)
        await self._settle()

    async def _settle(self) -> None:
        """Wait until nothing is due and nothing is on its way.

        Raises:
            DeedError: It takes too long, as while a platform is down.
        """
        try:
            async with asyncio.timeout(SETTLED_WITHIN_S):
                await self._look()
                # The ledger is a database: it tells what is, not when it changes.
                while not await asyncio.to_thread(self._is_settled):
                    await asyncio.sleep(_LOOK_S)
                    await self._look()
        except TimeoutError:
            raise DeedError(
                "The digest has not arrived yet. The inspector shows where it stands; it is tried again."
            ) from None

    def _is_settled(self) -> bool:
        """Tell whether nothing happens before the clock moves on. Blocks."""
        now = self._clock.now()
        if any(_is_past(each.next_due_at, now) for each in self._active()):
            return False
        waiting = self._store.journal.list_deliveries(states=[DeliveryState.PENDING], limit=200)
        sending = self._store.journal.list_deliveries(states=[DeliveryState.SENDING], limit=1)
        return not sending and not any(_is_past(each.try_at, now) for each in waiting)

    def _next_due(self) -> datetime | None:
        dues = [each.next_due_at for each in self._active() if each.next_due_at is not None]
        return min(dues, default=None)

    def _active(self) -> Sequence[Subscription]:
        return self._store.subscriptions.list_(states=[SubscriptionState.ACTIVE])

    def _describe(self) -> Json:
        deliveries = self._store.journal.list_deliveries(limit=_MAX_DELIVERIES)
        drawn = self._store.bags.list_drawn([delivery.id for delivery in deliveries])
        next_due = self._next_due()
        return {
            "next_due": None if next_due is None else _to_ms(next_due),
            "subscriptions": [self._describe_one(each) for each in self._store.subscriptions.list_()],
            "deliveries": [
                self._describe_delivery(delivery, drawn.get(delivery.id, [])) for delivery in deliveries
            ],
        }

    def _describe_one(self, subscription: Subscription) -> Json:
        status = self._service.status(subscription.channel)
        return {
            "id": subscription.id,
            "platform": subscription.channel.platform,
            "channel": subscription.channel.channel_id,
            "state": str(subscription.state),
            "next": status.next_words,
            "wanted": status.filter_words,
            "done": status.done,
            "total": status.total,
        }

    def _describe_delivery(self, delivery: Delivery, links: Sequence[str]) -> Json:
        channel = delivery.channel
        reading_list = self._find_list(Workspace(platform=channel.platform, id=channel.workspace_id))
        entries = [reading_list.find_entry(link_id) for link_id in links]
        return {
            "id": delivery.id,
            "platform": channel.platform,
            "channel": channel.channel_id,
            "slot": _to_ms(delivery.slot_at),
            "state": "unconfirmed" if delivery.is_unconfirmed else str(delivery.state),
            "attempts": delivery.attempts,
            "reason": delivery.reason,
            "links": [entry.link.title for entry in entries if entry is not None],
        }


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _to_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
