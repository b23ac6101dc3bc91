"""Digests from settings: the verbs, and the engine that posts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from readbot.clock import SystemClock
from readbot.conversation.library import ALL_WELL, LinkDoctor
from readbot.conversation.request import Workspace
from readbot.digests.delivery import Deliverer
from readbot.digests.model import Channel
from readbot.digests.options import DeliveryOptions
from readbot.digests.post import DigestWriter, Writers
from readbot.digests.queue import DEAD_AFTER_S, SWEEP_EVERY_S, open_wake_ups
from readbot.digests.scheduler import DigestScheduler
from readbot.digests.service import DigestService
from readbot.metrics import DigestMetrics
from readbot.ports import Clock, Messenger, PostsDigests
from readbot.settings import Settings
from readbot.shelves import Shelves
from readbot.store import Store


def workspace_of(channel: Channel) -> Workspace:
    return Workspace(platform=channel.platform, id=channel.workspace_id)


def make_writers(shelves: Shelves, *, doctor: LinkDoctor = ALL_WELL) -> Writers:
    """Return what writes each channel's digests from the list of its workspace.

    Args:
        shelves: The lists.
        doctor: Knows which links are gone: those are passed over.
    """
    return lambda channel: DigestWriter(shelves.find_list(workspace_of(channel)), doctor=doctor)


def shares_budget(platform: object) -> bool:
    """Tell whether all workspaces of a platform share one budget of posts."""
    return isinstance(platform, PostsDigests) and platform.pace.shared


def make_service(
    settings: Settings,
    store: Store,
    shelves: Shelves,
    *,
    writers: Writers,
    find_platform: Callable[[str], object] = lambda _name: None,
) -> DigestService:
    """Return the verbs of a channel.

    Args:
        settings: The jitter.
        store: Where subscriptions are.
        shelves: The lists.
        writers: Draw and write digests.
        find_platform: Returns a platform by its name, or None.
    """
    return DigestService(
        store=store,
        writers=writers,
        find_sections=lambda channel, words: shelves.find(workspace_of(channel)).index.find_sections(words),
        jitter_s=settings.jitter_s,
        is_shared=lambda name: shares_budget(find_platform(name)),
    )


@asynccontextmanager
async def open_messengers(
    settings: Settings, platforms: Mapping[str, object], store: Store
) -> AsyncIterator[dict[str, Messenger]]:
    """Give what posts on each of the platforms that post digests and have a token, by name.

    Raises:
        SettingsError: Some of what a platform needs is missing or malformed.
    """
    async with AsyncExitStack() as stack:
        messengers: dict[str, Messenger] = {}
        for name, platform in platforms.items():
            messenger = (
                platform.open_messenger(settings, store) if isinstance(platform, PostsDigests) else None
            )
            if messenger is not None:
                messengers[name] = await stack.enter_async_context(messenger)
        yield messengers


@asynccontextmanager
async def run_digests(
    settings: Settings,
    *,
    store: Store,
    writers: Writers,
    messengers: Mapping[str, Messenger],
    service: DigestService,
    clock: Clock | None = None,
    metrics: DigestMetrics | None = None,
) -> AsyncIterator[DigestScheduler]:
    """Tick and deliver while the context is open; on leaving, posts under way get ten seconds.

    Args:
        settings: Everything about digests.
        store: An open store, exclusive on SQLite.
        writers: Draw and write digests.
        messengers: By platform name: what posts.
        service: The verbs.
        clock: For tests, and for the playground's time travel.
        metrics: Where to count.
    """
    clock = clock or SystemClock()
    deliverer = Deliverer(
        store=store,
        messengers=messengers,
        writers=writers,
        clock=clock,
        options=DeliveryOptions.from_settings(settings),
        metrics=metrics,
    )
    await asyncio.to_thread(service.prepare)
    async with AsyncExitStack() as stack:
        wake = None
        if settings.queue is not None and settings.database_url is not None:
            wake_ups = open_wake_ups(
                settings.database_url.reveal(),
                clock=clock,
                serve=lambda group, for_s: deliverer.serve(group, for_s=for_s),
                platforms=list(messengers),
                # The lease's own meaning; and no use in a group that is locked for longer than that.
                dead_after_s=min(DEAD_AFTER_S, settings.lease_s),
                sweep_every_s=min(SWEEP_EVERY_S, settings.lease_s),
            )
            wake = (await stack.enter_async_context(wake_ups)).wake
        scheduler = DigestScheduler(
            deliverer, clock=clock, tick_s=settings.tick_s, revive=service.revive, wake=wake
        )
        scheduler.start()
        try:
            yield scheduler
        finally:
            await scheduler.stop()
