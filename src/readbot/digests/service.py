"""What a channel can ask about its digest. Each verb decides on values and is written in one step.

The settings belong to the channel, so no verb asks who set the digest up. Whether a person may use
a verb that changes something is for ``may_change`` to say, at every way in.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from readbot.conversation.language import listed
from readbot.conversation.reply import Reply, Span, plain
from readbot.digests.bag import Filter
from readbot.digests.calendar import (
    Schedule,
    Slot,
    falls_on,
    next_slot,
)
from readbot.digests.errors import NoDigestError, NoSectionError, NothingFitsError, ZoneNeededError
from readbot.digests.model import Channel, Delivery, DeliveryState, Subscription, SubscriptionState
from readbot.digests.phrases import ANY
from readbot.digests.post import Writers
from readbot.digests.rollover import due_at, renew
from readbot.digests.status import DigestStatus, TurnedOn
from readbot.digests.wish import DigestWish
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import tr, translatable
from readbot.reading_list.model import Kind, Place
from readbot.search.sections import IS_MEANT
from readbot.settings import Managers
from readbot.store import Change, Store
from readbot.store.rows import new_id

#: The sections of a channel's list that words could mean, with scores from 0 to 1, best first.
FindSections = Callable[[Channel, str], Sequence[tuple[Place, float]]]


def may_change(managers: Managers | None, *, platform_default: Managers, is_manager: bool) -> bool:
    """Tell whether a person may change a channel's digest; everybody may see it."""
    return is_manager or (managers or platform_default) is Managers.EVERYONE


class DigestService:
    """The verbs. Blocks: call it in a thread from async code."""

    def __init__(
        self,
        *,
        store: Store,
        writers: Writers,
        find_sections: FindSections,
        jitter_s: float = 300.0,
        is_shared: Callable[[str], bool] = lambda _platform: False,
    ) -> None:
        """Serve from *store*.

        Args:
            store: Where subscriptions are.
            writers: Draw and write digests, each from one workspace's list.
            find_sections: See ``FindSections``.
            jitter_s: Seconds over which the subscriptions of one slot are spread.
            is_shared: Tells of a platform whether its workspaces share one budget of posts.
        """
        self._store = store
        self._writers = writers
        self._find_sections = find_sections
        self._jitter_s = jitter_s
        self._is_shared = is_shared

    def prepare(self) -> None:
        """Bring what is stored up to this time zone database; once, at start."""

        def renewed(subscription: Subscription) -> Subscription:
            if subscription.next_slot is None:
                return subscription
            slot = renew(subscription.next_slot, subscription.schedule.timezone)
            return subscription if slot == subscription.next_slot else self._waiting_for(subscription, slot)

        self._store.subscriptions.refresh_slots(renewed)

    # Verbs that change something

    def turn_on(
        self,
        channel: Channel,
        wish: DigestWish,
        *,
        person_id: str,
        timezone: str = "",
        next_at: datetime | None = None,
    ) -> TurnedOn:
        """Turn the digest on, or change what the wish names.

        A date that was skipped stays so while the schedule falls on it.

        Args:
            channel: Whose digest.
            wish: What was asked for.
            person_id: Who asked: is told when the channel cannot be reached.
            timezone: The asker's own zone; empty where unknown.
            next_at: The first post, by hand and to the second; afterwards the schedule counts.

        Raises:
            AmbiguousError: The section could be several; the choices are their names.
            ZoneNeededError: Nothing says which zone counts.
            NoSectionError: No such section.
            NothingFitsError: No link on the list is in that section and of that kind.
        """
        wanted = self._to_filter(channel, wish)
        befores: list[Subscription | None] = []

        def decide(before: Subscription | None) -> Change:
            befores.append(before)
            if before is None and not (wish.timezone or timezone):
                raise ZoneNeededError
            now = self._store.now()
            had = before.schedule if before else None
            schedule = wish.schedule(now=now, timezone=timezone, before=had)
            base = before or _fresh(channel, schedule, person_id, now)
            after = replace(
                _changed(base, wish, schedule),
                state=SubscriptionState.ACTIVE,
                wanted=wanted(base.wanted),
                set_up_by=person_id,
                trouble="",
            )
            self._require_links(after)
            if next_at is not None:
                return Change(subscription=_waiting_until(after, next_at))
            return Change(subscription=self._waiting_from(after, now))

        after = self._store.subscriptions.change(channel, decide)
        before = befores[-1]
        is_same = before is not None and replace(before, set_up_by=person_id) == after
        return TurnedOn(
            status=replace(self.status(channel), has_changed=not is_same),
            is_new=before is None or before.state is not SubscriptionState.ACTIVE,
        )

    def turn_off(self, channel: Channel) -> DigestStatus:
        """Turn the digest off; turned on again, it goes on with the links that are left, and skips nothing."""
        return self._change(
            channel,
            lambda before, _now: Change(
                subscription=replace(_stopped(before, SubscriptionState.OFF), skipped_dates=frozenset())
            ),
        )

    def remove(self, channel: Channel) -> None:
        """Remove the digest with its history."""
        self._change(channel, lambda before, _now: Change(subscription=before, remove=True))

    def pause(self, channel: Channel) -> DigestStatus:
        """Post nothing until ``resume``; the settings stay."""
        self._require_on(channel)
        return self._change(
            channel, lambda before, _now: Change(subscription=_stopped(before, SubscriptionState.PAUSED))
        )

    def resume(self, channel: Channel) -> DigestStatus:
        """Go on with the next slot that is not skipped; what was missed stays missed."""
        self._require_on(channel)
        return self._change(channel, self._resumed)

    def revive(self, subscription: Subscription) -> None:
        """Go on with a digest whose channel can be reached again, unless somebody has decided since."""

        def decide(before: Subscription | None) -> Change | None:
            if before is None or before.state is not SubscriptionState.UNREACHABLE:
                return None
            return self._resumed(before, self._store.now())

        self._store.subscriptions.change(subscription.channel, decide)

    def skip(self, channel: Channel, *, person_id: str) -> DigestStatus:
        """Leave out the next slot, whatever happens until then: its date is remembered.

        Raises:
            DigestError: There is none to leave out.
        """

        def decide(before: Subscription, _now: datetime) -> Change:
            slot = before.next_slot
            if before.state is SubscriptionState.OFF:
                raise NoDigestError
            if slot is None:
                raise DigestError(translatable("There is no next digest to skip. To have one: digest resume"))
            after = replace(before, skipped_dates=before.skipped_dates | {slot.date})
            return Change(
                subscription=self._waiting_from(after, slot.instant, after_date=slot.date),
                skipped=(slot, f"skipped by {person_id}"),
            )

        return self._change(channel, decide)

    def post_now(self, channel: Channel) -> Delivery:
        """Have a digest posted at once, beside the slots; the next slot stays.

        Raises:
            DigestError: The channel has no digest, or one is being posted already.
            NothingFitsError: There is no link to post.
        """
        subscription = self._require_on(channel)
        self._require_links(subscription)
        under_way = self._store.journal.list_deliveries(
            subscription_id=subscription.id, states=[DeliveryState.PENDING, DeliveryState.SENDING], limit=1
        )
        if under_way:
            raise DigestError(translatable("A digest is on its way to this channel already."))
        return self._store.slots.add_now(subscription, shared=self._is_shared(channel.platform))

    def post_again(self, channel: Channel, delivery_id: str) -> DigestStatus:
        """Have an unconfirmed digest posted again.

        Raises:
            DigestError: It is none of this channel's, or somebody was quicker.
        """
        status = self.status(channel)
        ours = delivery_id in {delivery.id for delivery in status.unconfirmed}
        if not ours or not self._store.ledger.post_again(delivery_id):
            raise DigestError(
                translatable("There is nothing to post again: digest status shows what is unconfirmed.")
            )
        return self.status(channel)

    # Verbs that only look

    def status(self, channel: Channel) -> DigestStatus:
        """Return how it stands with a channel's digest."""
        subscription = self._store.subscriptions.find(channel)
        if subscription is None:
            return DigestStatus(subscription=None)
        posted, _ = self._store.bags.history(subscription)
        done, total = self._writers(subscription.channel).progress(subscription, posted)
        unknown = self._store.journal.list_deliveries(
            subscription_id=subscription.id, states=[DeliveryState.UNKNOWN], limit=5
        )
        return DigestStatus(
            subscription=subscription,
            looked_at=self._store.now(),
            done=done,
            total=total,
            last=self._store.journal.find_last_post(subscription.id),
            unconfirmed=tuple(delivery for delivery in unknown if delivery.is_unconfirmed),
        )

    def preview(self, channel: Channel) -> Reply:
        """Return the next digest as it would be posted, for the asker alone; it uses up nothing.

        Raises:
            DigestError: The channel has no digest.
        """
        subscription = self._require_on(channel)
        posted, joined = self._store.bags.history(subscription)
        writer = self._writers(subscription.channel)
        drawn = writer.draw(subscription, posted, joined)
        numbered = [(pick.entry.link.id, pick.number) for pick in drawn.picks]
        changes = self._store.bags.find_changes(subscription) if subscription.tells_changes else None
        return replace(writer.write(subscription, numbered, changes), public=False)

    def another(self, channel: Channel, after: str) -> Reply:
        """Return the link that comes after another one in this channel's bag; it uses up nothing.

        Args:
            channel: Whose bag.
            after: Id of the link that was shown.

        Raises:
            DigestError: The channel has no digest.
        """
        subscription = self._require_on(channel)
        posted, joined = self._store.bags.history(subscription)
        writer = self._writers(subscription.channel)
        drawn = writer.draw(subscription, posted, joined, count=12)
        ids = [pick.entry.link.id for pick in drawn.picks]
        if not ids:
            return replace(writer.write_nothing(subscription), public=False)
        place = ids.index(after) + 1 if after in ids else 0
        return writer.write_another(drawn.picks[place % len(ids)].entry)

    # Parts of verbs

    def _change(self, channel: Channel, decide: Callable[[Subscription, datetime], Change]) -> DigestStatus:
        has_changed: list[bool] = []

        def decide_on_one(before: Subscription | None) -> Change:
            if before is None:
                raise NoDigestError
            change = decide(before, self._store.now())
            has_changed.append(change != Change(subscription=before))
            return change

        self._store.subscriptions.change(channel, decide_on_one)
        return replace(self.status(channel), has_changed=has_changed[-1])

    def _require_on(self, channel: Channel) -> Subscription:
        subscription = self._store.subscriptions.find(channel)
        if subscription is None or subscription.state is SubscriptionState.OFF:
            raise NoDigestError
        return subscription

    def _require_links(self, subscription: Subscription) -> None:
        _, total = self._writers(subscription.channel).progress(subscription, ())
        if not total:
            raise NothingFitsError(subscription.wanted)

    def _resumed(self, before: Subscription, now: datetime) -> Change:
        if before.state is SubscriptionState.ACTIVE:
            return Change(subscription=before)
        active = replace(before, state=SubscriptionState.ACTIVE, trouble="")
        return Change(subscription=self._waiting_from(active, now))

    def _waiting_from(
        self, subscription: Subscription, after: datetime, *, after_date: date | None = None
    ) -> Subscription:
        """Return a subscription that waits for its next slot, see ``next_slot``."""
        skipped = subscription.skipped_dates
        slot = next_slot(subscription.schedule, after, after_date=after_date, skipped=skipped)
        return self._waiting_for(subscription, slot)

    def _waiting_for(self, subscription: Subscription, slot: Slot) -> Subscription:
        return replace(
            subscription, next_slot=slot, next_due_at=due_at(slot, subscription.id, self._jitter_s)
        )

    def _to_filter(self, channel: Channel, wish: DigestWish) -> Callable[[Filter], Filter]:
        """Return what the wish makes of a channel's filter."""
        changes: dict[str, Any] = {}
        if wish.kind is not None:
            changes["kind"] = None if wish.kind == ANY else Kind(wish.kind)
        if wish.section is not None:
            changes["section"] = () if wish.section == ANY else self._find_section(channel, wish.section).path
        return lambda before: replace(before, **changes)

    def _find_section(self, channel: Channel, words: str) -> Place:
        found = self._find_sections(channel, words)
        if found and found[0][1] >= IS_MEANT:
            return found[0][0]
        if not found:
            raise NoSectionError(words)
        names = [place.title for place, _ in found[:5]]
        near = plain(listed(Span(tr("“{words}”", words=name)) for name in names))
        question = tr("No section is called “{name}”. Did you mean {sections}?", name=words, sections=near)
        raise AmbiguousError(question, names, typed=words)


def _fresh(channel: Channel, schedule: Schedule, person_id: str, now: datetime) -> Subscription:
    return Subscription(
        id=new_id(),
        channel=channel,
        state=SubscriptionState.ACTIVE,
        schedule=schedule,
        seed=new_id(),
        set_up_by=person_id,
        created_at=now,
    )


def _changed(before: Subscription, wish: DigestWish, schedule: Schedule) -> Subscription:
    """Return a subscription with the *schedule* and what else a wish names; its filter stays."""
    return replace(
        before,
        schedule=schedule,
        links=wish.links or before.links,
        is_silent=before.is_silent if wish.is_silent is None else wish.is_silent,
        tells_changes=before.tells_changes if wish.tells_changes is None else wish.tells_changes,
        skipped_dates=frozenset(day for day in before.skipped_dates if falls_on(schedule, day)),
    )


def _waiting_until(subscription: Subscription, moment: datetime) -> Subscription:
    """Return a subscription that waits for a moment that somebody named, so not skipped and to the second."""
    local = moment.astimezone(ZoneInfo(subscription.schedule.timezone)).replace(tzinfo=None)
    slot = Slot(local=local, instant=moment.astimezone(UTC))
    return replace(
        subscription,
        next_slot=slot,
        next_due_at=slot.instant,
        skipped_dates=subscription.skipped_dates - {slot.date},
    )


def _stopped(before: Subscription, state: SubscriptionState) -> Subscription:
    return replace(before, state=state, next_slot=None, next_due_at=None, trouble="")
