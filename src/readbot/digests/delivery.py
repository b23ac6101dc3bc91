"""Posting what is due: effectively once, whatever breaks on the way.

Each step is written into the ledger before it is taken, and what nobody can know is looked up on
the platform before it is posted again. What remains: a post that shows up later than the settle
time, a message that somebody deletes before the look-up, and a process that is frozen in the very
moment between its last check and the post.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from readbot.conversation.reply import Paragraph, Reply, text
from readbot.digests.model import Delivery, Subscription
from readbot.digests.outcomes import (
    CannotLook,
    LookUp,
    NoAnswer,
    NotFound,
    PostOutcome,
    Refusal,
    Refused,
    Sent,
)
from readbot.digests.pacing import Pacer
from readbot.digests.post import Writers
from readbot.digests.turn import Turn
from readbot.metrics import DigestMetrics
from readbot.ports import Clock, Messenger
from readbot.settings import OnUnknown, Settings
from readbot.store import Store, TickRules

logger = logging.getLogger(__name__)

#: A delivery is given up this long after it was due.
GIVE_UP_AFTER = timedelta(hours=24)
#: Clocks of the platform and of the database may differ by so much.
CLOCK_SKEW = timedelta(seconds=60)
PROBE_EVERY = timedelta(days=1)
MAX_BACKOFF_S = 300.0
#: Beyond this wait a group is left for a later round, so that it does not keep a worker.
_PATIENCE_S = 5.0

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, kw_only=True)
class DeliveryOptions:
    """How patient a delivery is; the settings of the same names."""

    post_timeout_s: float = 10.0
    lease_s: float = 90.0
    settle_s: float = 60.0
    catch_up_h: float = 24.0
    jitter_s: float = 300.0
    on_unknown: OnUnknown = OnUnknown.SKIP
    #: Posts at once over all groups.
    at_once: int = 32

    @classmethod
    def from_settings(cls, settings: Settings) -> "DeliveryOptions":
        return cls(
            post_timeout_s=settings.post_timeout_s,
            lease_s=settings.lease_s,
            settle_s=settings.settle_s,
            catch_up_h=settings.catch_up_h,
            jitter_s=settings.jitter_s,
            on_unknown=settings.on_unknown,
        )

    def backoff_s(self, attempts: int) -> float:
        """Return how long to wait after so many tries: doubling, from a fifth of the timeout on."""
        return min(MAX_BACKOFF_S, self.post_timeout_s / 5 * 2.0 ** (min(attempts, 20) - 1))


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

    async def look_up(self) -> int:
        """Look for what is in doubt and has had time to show up, and return how many were looked for."""
        # While two workers' time-outs pass, the look-up is this one's alone.
        hold_s = 2 * self.options.post_timeout_s
        now = await self._now()
        taken = await asyncio.to_thread(
            self._store.ledger.take_look_ups,
            now,
            platforms=list(self._messengers),
            hold_s=hold_s,
            limit=self.options.at_once,
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
            limit=self.options.at_once,
        )
        for subscription in taken:
            messenger = self._messengers[subscription.channel.platform]
            access = await self._ask(messenger.check(subscription.channel), "check")
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
            outcome = await self._ask(telling, "tell")
            logger.info("digest %s: its owner was told: %s", notice.subscription.id, _name(outcome))

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
        outcome = await self._ask(messenger.post(delivery.channel, reply, delivery.id), "post")
        await self._record(delivery, outcome)

    async def _record(self, delivery: Delivery, outcome: PostOutcome) -> None:
        self._metrics.posts.labels(delivery.channel.platform, _name(outcome)).inc()
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

    # One look-up

    async def _look_up_one(self, delivery: Delivery) -> None:
        attempted_at = delivery.attempted_at or delivery.due_at
        # An hour back at most: a delivery that was put off all day would mean reading all day.
        since = max(delivery.due_at, attempted_at - timedelta(hours=1)) - CLOCK_SKEW
        # A post may leave just before the lease ends, and take the settle time to show up.
        in_flight_s = self.options.lease_s + self.options.settle_s
        until = attempted_at + timedelta(seconds=in_flight_s) + CLOCK_SKEW
        messenger = self._messengers[delivery.channel.platform]
        if messenger.pace.shared:
            # After an hour without the platform there may be thousands.
            await self._pacer.wait_for_group(delivery.group, messenger.pace)
        found = await self._ask(messenger.find(delivery.channel, delivery.id, since, until), "find")
        self._metrics.look_ups.labels(delivery.channel.platform, _name(found)).inc()
        logger.info("digest delivery %s: looked up: %s", delivery.id, _name(found))
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
                look_at = now + timedelta(seconds=max(self.options.settle_s, self.options.post_timeout_s))
                await asyncio.to_thread(ledger.look_again, delivery, look_at=look_at, reason=reason)
            case CannotLook(reason=reason):
                await self._settle_blindly(delivery, reason)

    async def _settle_blindly(self, delivery: Delivery, reason: str) -> None:
        ledger = self._store.ledger
        if self.options.on_unknown is OnUnknown.REPOST:
            await asyncio.to_thread(ledger.repost, delivery, reason=f"posted again blindly: {reason}")
        else:
            await asyncio.to_thread(ledger.leave_unconfirmed, delivery, reason=f"unconfirmed: {reason}")
            logger.warning("digest delivery %s: unconfirmed: %s", delivery.id, reason)

    # The world outside

    async def _ask(self, call: Awaitable[_Answer], what: str) -> "_Answer | NoAnswer":
        """Wait for a platform's answer, not longer than the time-out; whatever goes wrong is no answer."""
        try:
            # An own limit: slack_sdk ignores its timeout when it is given a session.
            async with asyncio.timeout(self.options.post_timeout_s):
                return await call
        except TimeoutError:
            return NoAnswer(reason=f"no answer within {self.options.post_timeout_s:g} s")
        except Exception as error:
            logger.exception("%s raised, which no messenger should", what)
            return NoAnswer(reason=type(error).__name__)

    async def _now(self) -> datetime:
        return await asyncio.to_thread(self._store.now)


def _name(outcome: object) -> str:
    """Return an outcome's name for logs and metrics: "sent", "no_answer", "refused_later"."""
    if isinstance(outcome, Refused):
        return f"refused_{outcome.refusal}"
    name = type(outcome).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
