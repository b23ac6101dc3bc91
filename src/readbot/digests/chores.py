"""What has no hurry beside posting: settling what is in doubt, trying lost channels, telling people."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from readbot.conversation.reply import Paragraph, Reply, text
from readbot.digests.asking import ask
from readbot.digests.model import Delivery, Subscription
from readbot.digests.options import GIVE_UP_AFTER, PROBE_EVERY, DeliveryOptions
from readbot.digests.outcomes import CannotLook, LookUp, NoAnswer, NotFound, Sent, name_outcome
from readbot.digests.pacing import Pacer
from readbot.metrics import DigestMetrics
from readbot.ports import Messenger
from readbot.settings import OnUnknown
from readbot.store import Store

logger = logging.getLogger(__name__)

#: Clocks of the platform and of the database may differ by so much.
CLOCK_SKEW = timedelta(seconds=60)


class Chores:
    """Takes its work from the ledger and the subscriptions, as the deliverer does beside which it runs."""

    def __init__(
        self,
        *,
        store: Store,
        messengers: Mapping[str, Messenger],
        pacer: Pacer,
        options: DeliveryOptions,
        metrics: DigestMetrics,
    ) -> None:
        """Ask *messengers* (by platform name), at the pace of *pacer*, which posts keep to as well."""
        self._store = store
        self._messengers = messengers
        self._pacer = pacer
        self._options = options
        self._metrics = metrics

    async def look_up(self) -> int:
        """Look for what is in doubt and has had time to show up, and return how many were looked for."""
        # While two workers' time-outs pass, the look-up is this one's alone.
        hold_s = 2 * self._options.post_timeout_s
        now = await self._now()
        taken = await asyncio.to_thread(
            self._store.ledger.take_look_ups,
            now,
            platforms=list(self._messengers),
            hold_s=hold_s,
            limit=self._options.at_once,
        )
        await asyncio.gather(*(self._look_up_one(delivery) for delivery in taken))
        return len(taken)

    async def probe(self, revive: Callable[[Subscription], object]) -> None:
        """Try channels that could not be reached, once a day each.

        Args:
            revive: Makes a subscription active again; called in a thread.
        """
        now = await self._now()
        taken = await asyncio.to_thread(
            self._store.subscriptions.take_probes,
            now,
            platforms=list(self._messengers),
            again_at=now + PROBE_EVERY,
            limit=self._options.at_once,
        )
        for subscription in taken:
            messenger = self._messengers[subscription.channel.platform]
            checking = messenger.check(subscription.channel)
            access = await ask(checking, "check", within_s=self._options.post_timeout_s)
            if not isinstance(access, NoAnswer) and access.is_open:
                await asyncio.to_thread(revive, subscription)
                logger.info("digest %s: its channel can be reached again", subscription.id)

    async def tell(self) -> None:
        """Tell people what they are to know about their digests, each thing once."""
        now = await self._now()
        notices = await asyncio.to_thread(
            self._store.subscriptions.take_notices, now, platforms=list(self._messengers)
        )
        for notice in notices:
            channel = notice.subscription.channel
            reply = Reply(parts=(Paragraph(text=text(notice.words)),))
            telling = self._messengers[channel.platform].tell(channel, notice.person_id, reply)
            outcome = await ask(telling, "tell", within_s=self._options.post_timeout_s)
            logger.info("digest %s: its owner was told: %s", notice.subscription.id, name_outcome(outcome))

    async def _look_up_one(self, delivery: Delivery) -> None:
        attempted_at = delivery.attempted_at or delivery.due_at
        # An hour back at most: a delivery that was put off all day would mean reading all day.
        since = max(delivery.due_at, attempted_at - timedelta(hours=1)) - CLOCK_SKEW
        # A post may leave just before the lease ends, and take the settle time to show up.
        in_flight_s = self._options.lease_s + self._options.settle_s
        until = attempted_at + timedelta(seconds=in_flight_s) + CLOCK_SKEW
        messenger = self._messengers[delivery.channel.platform]
        if messenger.pace.shared:
            # After an hour without the platform there may be thousands.
            await self._pacer.wait_for_group(delivery.group, messenger.pace)
        finding = messenger.find(delivery.channel, delivery.id, since, until)
        found = await ask(finding, "find", within_s=self._options.post_timeout_s)
        self._metrics.look_ups.labels(delivery.channel.platform, name_outcome(found)).inc()
        logger.info("digest delivery %s: looked up: %s", delivery.id, name_outcome(found))
        await self._record_look_up(delivery, found)

    async def _record_look_up(self, delivery: Delivery, found: LookUp) -> None:
        ledger = self._store.ledger
        match found:
            case Sent(message_id=message_id):
                await asyncio.to_thread(ledger.confirm_found, delivery, message_id)
            case NotFound():
                await asyncio.to_thread(ledger.repost, delivery, reason="not found, posted again")
            case NoAnswer(reason=reason):
                now = await self._now()
                if now - delivery.due_at > GIVE_UP_AFTER:
                    await self._settle_blindly(delivery, reason)
                    return
                look_at = now + timedelta(seconds=max(self._options.settle_s, self._options.post_timeout_s))
                await asyncio.to_thread(ledger.look_again, delivery, look_at=look_at, reason=reason)
            case CannotLook(reason=reason):
                await self._settle_blindly(delivery, reason)

    async def _settle_blindly(self, delivery: Delivery, reason: str) -> None:
        ledger = self._store.ledger
        if self._options.on_unknown is OnUnknown.REPOST:
            await asyncio.to_thread(ledger.repost, delivery, reason=f"posted again blindly: {reason}")
        else:
            await asyncio.to_thread(ledger.leave_unconfirmed, delivery, reason=f"unconfirmed: {reason}")
            logger.warning("digest delivery %s: unconfirmed: %s", delivery.id, reason)

    async def _now(self) -> datetime:
        return await asyncio.to_thread(self._store.now)
