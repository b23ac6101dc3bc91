"""Posting what is due: effectively once, whatever breaks on the way.

Each step is written into the ledger before it is taken, and what nobody can know is looked up on
the platform before it is posted again. What remains: a post that shows up later than the settle
time, a message that somebody deletes before the look-up, and a process that is frozen in the very
moment between its last check and the post.
"""

import asyncio
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from readbot.digests.asking import ask
from readbot.digests.chores import Chores
from readbot.digests.model import Delivery
from readbot.digests.options import GIVE_UP_AFTER, PROBE_EVERY, DeliveryOptions
from readbot.digests.outcomes import NoAnswer, PostOutcome, Refusal, Refused, Sent, name_outcome
from readbot.digests.pacing import Pacer
from readbot.digests.post import Writers
from readbot.digests.turn import Turn
from readbot.metrics import DigestMetrics
from readbot.ports import Clock, Messenger
from readbot.store import Store, TickRules

logger = logging.getLogger(__name__)

#: Beyond this wait a group is left for a later round, so that it does not keep a worker.
_PATIENCE_S = 5.0


@dataclass(frozen=True, kw_only=True)
class _Lease:
    """How long a claim holds, judged by two clocks: one may stop while the machine is frozen."""

    clock: Clock
    lease_s: float
    began: datetime
    began_s: float

    @classmethod
    def start(cls, clock: Clock, lease_s: float) -> "_Lease":
        return cls(clock=clock, lease_s=lease_s, began=clock.now(), began_s=clock.elapsed_s())

    def left_s(self) -> float:
        on_the_wall = (self.clock.now() - self.began).total_seconds()
        return self.lease_s - max(on_the_wall, self.clock.elapsed_s() - self.began_s)


class Deliverer:
    """Takes deliveries from the ledger and posts them. One per process, on one event loop."""

    def __init__(
        self,
        *,
        store: Store,
        messengers: Mapping[str, Messenger],
        writers: Writers,
        clock: Clock,
        options: DeliveryOptions | None = None,
        metrics: DigestMetrics | None = None,
    ) -> None:
        """Post through *messengers* (by platform name) what *writers* write."""
        self._store = store
        self._messengers = dict(messengers)
        self._writers = writers
        self._clock = clock
        self.options = options or DeliveryOptions()
        self._metrics = metrics or DigestMetrics()
        self._pacer = Pacer(clock)
        #: What is done beside posting, at the same pace.
        self.chores = Chores(
            store=store,
            messengers=self._messengers,
            pacer=self._pacer,
            options=self.options,
            metrics=self._metrics,
        )
        self._free = asyncio.Semaphore(self.options.at_once)
        self._stopping = False

    def stop(self) -> None:
        """Claim nothing any more; what is being posted goes on."""
        self._stopping = True

    def is_shared(self, platform: str) -> bool:
        """Tell whether all workspaces of a platform share one budget of posts."""
        messenger = self._messengers.get(platform)
        return messenger is not None and messenger.pace.shared

    # One round

    async def tick(self) -> None:
        """Write deliveries for what is due, and doubt what was claimed by workers that are gone."""
        rules = TickRules(
            catch_up=timedelta(hours=self.options.catch_up_h),
            jitter_s=self.options.jitter_s,
            is_shared=self.is_shared,
        )
        now = await self._now()
        ticked = await asyncio.to_thread(self._store.slots.tick, now, rules)
        expired = await asyncio.to_thread(
            self._store.ledger.expire_leases, now, settle_s=self.options.settle_s
        )
        if ticked.skipped:
            self._metrics.skipped.inc(ticked.skipped)
        if ticked.due or ticked.skipped or expired:
            logger.info("digests: %d due, %d skipped, %d in doubt", ticked.due, ticked.skipped, expired)

    async def due_groups(self) -> list[str]:
        """Return the groups that have something to post here."""
        now = await self._now()
        groups = await asyncio.to_thread(self._store.ledger.due_groups, now, self._messengers)
        return [group for group in groups if not self._is_held(group)]

    async def serve(self, group: str, *, for_s: float = math.inf) -> int:
        """Post what a group has due, at its platform's pace, and return how many tries that took.

        Args:
            group: Of a platform that can post here.
            for_s: Claim nothing more after so many seconds, so that a long line does not keep a worker.
        """
        messenger = self._messengers[group.partition(":")[0]]
        if not messenger.pace.shared:
            return await self._serve(group, messenger, for_s, turn=None)
        # It is kept when half of it is over: the other half is enough for the posts under way. A process
        # that dies with it keeps the others waiting for the whole.
        turn = Turn(self._store, self._clock, group, lasts_s=4 * self.options.post_timeout_s)
        try:
            return await self._serve(group, messenger, for_s, turn=turn)
        finally:
            await turn.end(rest_s=self._pacer.delay_s(group) if self._is_held(group) else 0.0)

    def _is_held(self, group: str) -> bool:
        return self._pacer.delay_s(group) >= _PATIENCE_S

    async def _serve(self, group: str, messenger: Messenger, for_s: float, *, turn: Turn | None) -> int:
        until_s = self._clock.elapsed_s() + for_s
        here = asyncio.Semaphore(messenger.pace.at_once)
        tries = 0
        async with asyncio.TaskGroup() as tasks:
            while True:
                await here.acquire()
                claimed = None
                # Asked only now: the post that was waited for may have met a rate limit.
                if self._goes_on(group, until_s) and (turn is None or await turn.keep()):
                    await self._pacer.wait_for_group(group, messenger.pace)
                    await self._free.acquire()
                    # The lease counts from before the claim: its first moments are the database's.
                    lease = _Lease.start(self._clock, self.options.lease_s)
                    claimed = await self._claim(group)
                    if claimed is None:
                        self._free.release()
                if claimed is None:
                    break
                tries += 1
                tasks.create_task(self._deliver_and_release(claimed, messenger, lease, here))
        return tries

    def _goes_on(self, group: str, until_s: float) -> bool:
        in_time = self._clock.elapsed_s() < until_s
        return in_time and not self._stopping and not self._is_held(group)

    # One delivery

    async def _claim(self, group: str) -> Delivery | None:
        if self._stopping:
            return None
        claim = self._store.ledger.claim
        try:
            now = await self._now()
            claimed = await asyncio.to_thread(claim, group, now=now, lease_s=self.options.lease_s, limit=1)
        except Exception:
            # The posts under way go on; the next round tries again.
            logger.exception("digests: nothing could be claimed for %s", group)
            return None
        return claimed[0] if claimed else None

    async def _deliver_and_release(
        self, delivery: Delivery, messenger: Messenger, lease: _Lease, here: asyncio.Semaphore
    ) -> None:
        try:
            await self._deliver(delivery, messenger, lease)
        except Exception:
            # The ledger says "sending": when the lease ends it is looked up. The other posts go on.
            logger.exception("digest delivery %s broke off", delivery.id)
        finally:
            here.release()
            self._free.release()

    async def _deliver(self, delivery: Delivery, messenger: Messenger, lease: _Lease) -> None:
        writer = await asyncio.to_thread(self._writers, delivery.channel)
        subscription, drawn = await asyncio.to_thread(
            self._store.bags.draw, delivery, writer.draw, is_listed=writer.has
        )
        if not drawn and await asyncio.to_thread(self._store.journal.has_run_empty, subscription.id):
            # Said once: the same sentence at every slot is no digest.
            await asyncio.to_thread(self._store.ledger.skip, delivery, reason="nothing on the list fits")
            self._metrics.skipped.inc()
            return
        changes = None
        if subscription.tells_changes:
            changes = await asyncio.to_thread(self._store.bags.find_changes, subscription)
        reply = writer.write(subscription, [(one.link_id, one.number) for one in drawn], changes)
        spare_s = lease.left_s() - self.options.post_timeout_s
        delay_s = await self._pacer.wait_for_channel(delivery.channel, messenger.pace, at_most_s=spare_s)
        if delay_s:
            await self._postpone(delivery, delay_s, "the channel had a message just now")
            return
        # Frozen since the claim? Then another may be posting this by now; nothing between here and the
        # post may wait.
        if lease.left_s() < self.options.post_timeout_s:
            await self._postpone(delivery, 0.0, "the worker was held up")
            logger.warning("digest delivery %s: not posted, the worker was held up", delivery.id)
            return
        posting = messenger.post(delivery.channel, reply, delivery.id)
        outcome = await ask(posting, "post", within_s=self.options.post_timeout_s)
        await self._record(delivery, outcome)

    async def _record(self, delivery: Delivery, outcome: PostOutcome) -> None:
        self._metrics.posts.labels(delivery.channel.platform, name_outcome(outcome)).inc()
        ledger = self._store.ledger
        match outcome:
            case Sent(message_id=message_id):
                current = await asyncio.to_thread(ledger.confirm, delivery, message_id)
                now = await self._now()
                late = (now - delivery.due_at).total_seconds()
                self._metrics.lateness_s.labels(delivery.channel.platform).observe(max(0.0, late))
                logger.info("digest delivery %s: sent, %.1f s after it was due", delivery.id, late)
                if not current:
                    logger.warning("digest delivery %s: sent after its lease had ended", delivery.id)
            case NoAnswer(reason=reason):
                look_at = await self._now() + timedelta(seconds=self.options.settle_s)
                await asyncio.to_thread(ledger.doubt, delivery, look_at=look_at, reason=reason)
                logger.warning("digest delivery %s: no answer: %s", delivery.id, reason)
            case Refused():
                await self._record_refusal(delivery, outcome)

    async def _record_refusal(self, delivery: Delivery, refused: Refused) -> None:
        logger.warning("digest delivery %s: refused (%s): %s", delivery.id, refused.refusal, refused.reason)
        ledger = self._store.ledger
        match refused.refusal:
            case Refusal.LATER:
                wait_s = refused.retry_after_s
                if wait_s is not None:
                    self._metrics.rate_limited.labels(delivery.channel.platform).inc()
                    if refused.for_all:
                        self._pacer.hold(delivery.group, wait_s)
                backoff_s = self.options.backoff_s(delivery.attempts)
                await self._postpone(delivery, backoff_s if wait_s is None else wait_s, refused.reason)
            case Refusal.UNREACHABLE:
                probe_at = await self._now() + PROBE_EVERY
                await asyncio.to_thread(
                    ledger.mark_unreachable,
                    delivery,
                    reason=refused.reason,
                    probe_at=probe_at,
                    notice=(
                        f"I cannot post the reading digest in its channel any more ({refused.reason}). "
                        "Its settings are kept, and I try once a day until it works again."
                    ),
                )
            case Refusal.REJECTED:
                await asyncio.to_thread(ledger.give_up, delivery, reason=refused.reason)

    async def _postpone(self, delivery: Delivery, wait_s: float, reason: str) -> None:
        try_at = await self._now() + timedelta(seconds=wait_s)
        ledger = self._store.ledger
        if try_at - delivery.due_at > GIVE_UP_AFTER:
            notice = f"A reading digest could not be posted for a day ({reason}), so I left it out."
            await asyncio.to_thread(ledger.give_up, delivery, reason=reason, notice=notice)
            logger.error("digest delivery %s: given up after a day: %s", delivery.id, reason)
        else:
            await asyncio.to_thread(ledger.postpone, delivery, try_at=try_at, reason=reason)

    async def _now(self) -> datetime:
        return await asyncio.to_thread(self._store.now)
