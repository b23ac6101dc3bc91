"""A running readbot: database, digests, connections and the HTTP server, until a signal."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from readbot import web
from readbot.bootstrap import check_platforms, open_shelves
from readbot.clock import SystemClock
from readbot.conversation.bot import Bot
from readbot.conversation.commands import Digest, Home, Lists
from readbot.curation.health import HealthBook
from readbot.curation.link_job import LinkKeeper, list_served
from readbot.curation.notebook import open_notebook
from readbot.curation.telling import make_teller
from readbot.curation.wiring import check_curators, make_desks
from readbot.digests.desk import DigestDesk
from readbot.digests.scheduler import DigestScheduler
from readbot.digests.service import DigestService
from readbot.digests.wiring import make_service, make_writers, open_messengers, run_digests
from readbot.feeds import Feeds
from readbot.front_desk import FrontDesk
from readbot.home import HomeDesk
from readbot.list_watch import watch_lists
from readbot.lists_desk import ListsDesk
from readbot.metrics import CommandMetrics, DigestMetrics, watch_deliveries
from readbot.ports import Clock, Connection, Messenger, Platform
from readbot.rate_limit import RateLimit
from readbot.settings import Settings, Switch
from readbot.shelves import Shelves
from readbot.storage import open_store
from readbot.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Process:
    """Everything that is open in a running readbot."""

    settings: Settings
    store: Store
    shelves: Shelves
    service: DigestService
    messengers: Mapping[str, Messenger]
    #: What is known of the links.
    health: HealthBook
    #: What listens, by platform name; empty for a worker.
    connections: Mapping[str, Connection]
    #: What posts; None where another process does.
    scheduler: DigestScheduler | None
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    #: The list for the HTTP server; None where it shows none.
    feeds: Feeds | None = None

    async def readiness(self) -> dict[str, bool]:
        """Return what has to be well for readbot to do its work, by name: "database", "slack", ..."""
        ready = {"database": await asyncio.to_thread(self.store.database.is_reachable)}
        if self.scheduler is not None:
            ready["digests"] = self.scheduler.is_ticking
        return ready | {name: connection.is_ready() for name, connection in self.connections.items()}


@asynccontextmanager
async def open_process(
    settings: Settings,
    *,
    platforms: Mapping[str, Platform],
    listens: Collection[str],
    posts: bool,
    only_http: bool = False,
    clock: Clock | None = None,
) -> AsyncIterator[Process]:
    """Open what a process needs, and close it in reverse order.

    Args:
        settings: Everything.
        platforms: All there are, by name.
        listens: Names of the platforms to connect to, where their tokens are set.
        posts: Whether digests are posted from here.
        only_http: Leave out platforms that need no HTTP server: another process connects to those, and
            two connections to a Discord gateway would both be told of every command.
        clock: For tests and for time travel.

    Raises:
        ListError: A list cannot be used as it stands; nothing is made then.
        SettingsError: A platform's settings are half set; nothing is made then either.
        StoreError: The database cannot be used, or another process holds it.
    """
    check_curators(settings.curators, platforms)
    check_platforms(platforms, settings, listens=listens)
    registry = CollectorRegistry()
    async with AsyncExitStack() as stack:
        # Before the database: lists that cannot be used leave none behind.
        shelves = await asyncio.to_thread(open_shelves, settings)
        store = await asyncio.to_thread(open_store, settings, exclusive=True, clock=clock)
        stack.callback(store.database.close)
        stack.callback(shelves.close)
        await asyncio.to_thread(shelves.lay_over, store.overlays)
        messengers = await stack.enter_async_context(open_messengers(settings, platforms, store))
        health = HealthBook(store.links.load)
        await stack.enter_async_context(
            LinkKeeper(
                settings=settings,
                store=store,
                reading_lists=lambda: list_served(shelves, store),
                book=health,
                tell=make_teller(settings.curators, messengers, store, timeout_s=settings.post_timeout_s),
                clock=clock or SystemClock(),
                checks=posts,
            ).run()
        )
        writers = make_writers(shelves, doctor=health)
        service = make_service(settings, store, shelves, writers=writers, find_platform=platforms.get)
        watch_deliveries(registry, lambda: store.journal.count_by_state(store.now()))
        scheduler = None
        if posts:
            scheduler = await stack.enter_async_context(
                run_digests(
                    settings,
                    store=store,
                    writers=writers,
                    messengers=messengers,
                    service=service,
                    clock=clock,
                    metrics=DigestMetrics(registry),
                )
            )
        bot = Bot(shelves, doctor=health, takes_suggestions=True)
        shelves.listen(bot.forget)
        await stack.enter_async_context(watch_lists(shelves, learn=store.bags.learn_links))
        notebook = await stack.enter_async_context(
            open_notebook(
                store,
                gaps_days=settings.gaps_days,
                recent_answers=settings.recent_answers,
                clock=clock,
            )
        )
        desk = FrontDesk(
            bot,
            desks={
                Digest: DigestDesk(service, messengers, managers=settings.digest_managers),
                Lists: ListsDesk(shelves, store, messengers, curators=settings.curators),
                Home: HomeDesk(shelves, store, messengers),
                **make_desks(
                    settings, store=store, shelves=shelves, messengers=messengers, notebook=notebook
                ),
            },
            notebook=notebook,
            rate_limit=RateLimit(settings.commands_per_minute) if settings.commands_per_minute else None,
            metrics=CommandMetrics(registry),
        )
        found = {name: platforms[name].connect(desk, settings, store) for name in listens}
        connections = {
            name: each for name, each in found.items() if each and (each.routes() or not only_http)
        }
        yield Process(
            settings=settings,
            store=store,
            shelves=shelves,
            service=service,
            messengers=messengers,
            health=health,
            connections=connections,
            scheduler=scheduler,
            registry=registry,
            feeds=_make_feeds(shelves, health, settings),
        )


def _make_feeds(shelves: Shelves, health: HealthBook, settings: Settings) -> Feeds | None:
    if settings.feeds is Switch.OFF:
        return None
    return Feeds(lambda: shelves.default.reading_list, doctor=health, public_url=settings.public_url)


async def serve(process: Process, *, stop: asyncio.Event | None = None) -> None:
    """Run all connections until SIGTERM or SIGINT.

    The HTTP server runs where a connection has routes, or where a port is asked for.

    Args:
        process: What is open.
        stop: Ends the run when it is set, for a caller with signals of its own; None minds the signals.

    Raises:
        PlatformError: A platform refuses for good.
        SettingsError: The HTTP server cannot listen.
    """
    stop = stop or _stop_at_signal()
    settings = process.settings
    async with AsyncExitStack() as stack:
        if settings.port is not None or any(each.routes() for each in process.connections.values()):
            port = web.DEFAULT_PORT if settings.port is None else settings.port
            app = web.make_app(
                process.connections,
                registry=process.registry,
                readiness=process.readiness,
                feeds=process.feeds,
            )
            actual = await stack.enter_async_context(web.serve(app, host=settings.host, port=port))
            logger.info("listening", extra={"action": "listen", "port": actual})
        await _run_until(stop, process.connections)
    logger.info("stopped", extra={"action": "stop"})


def _stop_at_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for received in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(received, stop.set)
    return stop


async def _run_until(stop: asyncio.Event, connections: Mapping[str, Connection]) -> None:
    """Run until *stop* is set, or until a connection ends, which it does only by raising."""
    stopping = asyncio.create_task(stop.wait(), name="stop")
    running = [asyncio.create_task(connection.run(), name=name) for name, connection in connections.items()]
    try:
        done, _ = await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopping, *running):
            task.cancel()
        await asyncio.gather(stopping, *running, return_exceptions=True)
    for task in done - {stopping}:
        task.result()
