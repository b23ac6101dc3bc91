"""Subscriptions and lists that several tests share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from readbot.digests.bag import Draw, draw
from readbot.digests.calendar import next_slot
from readbot.digests.model import Channel, Delivery, Subscription, SubscriptionState
from readbot.digests.wish import parse_wish
from readbot.reading_list import Entry, Link
from readbot.reading_list.model import Kind, ReadingList, Section
from readbot.reading_list.yaml_file import save_list
from readbot.shelves import Shelves
from readbot.store import Change, Store, TickRules
from readbot.store.rows import new_id

#: A Tuesday; Monday 09:00 in Berlin comes six days later.
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
RULES = TickRules(catch_up=timedelta(hours=24), jitter_s=0, is_shared=lambda platform: platform == "discord")
READING_LIST = ReadingList(
    title="Test list",
    sections=(
        Section(
            title="Basics",
            image="https://example.org/basics.png",
            links=tuple(
                Link(
                    title=f"Basic {number}",
                    url=f"https://example.org/basic/{number}",
                    kind=Kind.PAPER if number == 1 else None,
                )
                for number in range(1, 7)
            ),
        ),
        Section(
            title="More",
            links=tuple(
                Link(title=f"More {number}", url=f"https://example.org/more/{number}")
                for number in range(1, 5)
            ),
        ),
    ),
)


def channel(number: int = 1, *, platform: str = "slack", workspace: str = "T1") -> Channel:
    return Channel(platform=platform, workspace_id=workspace, channel_id=f"C{number}")


def subscribe(store: Store, where: Channel, typed: str = "monday 9 berlin", **others: Any) -> Subscription:
    """Write a subscription that waits for its next slot."""
    now = store.now()
    schedule = parse_wish(typed).schedule(now=now, timezone="UTC")
    slot = next_slot(schedule, now)
    subscription = Subscription(
        id=new_id(),
        channel=where,
        state=SubscriptionState.ACTIVE,
        schedule=schedule,
        seed="seed",
        set_up_by="U1",
        created_at=now,
        next_slot=slot,
        next_due_at=slot.instant,
    )
    subscription = replace(subscription, **others)
    written = store.subscriptions.change(where, lambda _before: Change(subscription=subscription))
    assert written == subscription
    return subscription


def make_due(store: Store, where: Channel, **others: Any) -> Delivery:
    """Write a subscription and the delivery of its slot; the store's clock has to be past it."""
    subscription = subscribe(store, where, **others)
    return store.slots.add_now(subscription, shared=RULES.is_shared(where.platform))


def draw_two(entries: tuple[Entry, ...] = READING_LIST.entries) -> Any:
    """Return what ``Bags.draw`` wants: two links of the list."""

    def drawn(subscription: Subscription, posted: Any, joined: frozenset[str]) -> Draw:
        return draw(entries, seed=subscription.seed, posted=posted, joined=joined, count=2)

    return drawn


def make_shelves(folder: Path) -> Shelves:
    """Return the test list as a process has it, from files in *folder*."""
    aliases = folder / "aliases.yaml"
    aliases.write_text("groups: []\n", encoding="utf-8")
    save_list(READING_LIST, folder / "list.yaml")
    return Shelves([folder / "list.yaml"], aliases_path=aliases)
