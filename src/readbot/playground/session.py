"""A playground from start to end: two loopback platforms, the real program, and what the page may ask."""

import asyncio
import base64
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from readbot.conversation.phrases import example_queries
from readbot.exceptions import ReadbotError
from readbot.feeds import PATHS
from readbot.playground.clock import TravelClock
from readbot.playground.deeds import Deed, DeedError, Json, Side
from readbot.playground.digest_watch import DigestWatch
from readbot.playground.discord_side import DiscordSide
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.install import INSTALL_PATH, REDIRECT_PATH, install
from readbot.playground.link_watch import LinkWatch
from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.playground.loopback_discord.world import ANSWER_WITHIN_S
from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack
from readbot.playground.program import Program, hold_free_port, read_manifest
from readbot.playground.scene import (
    PEOPLE,
    DiscordScene,
    furnish_discord,
    make_slack_workspaces,
    slack_id,
)
from readbot.playground.slack_side import SlackSide
from readbot.playground.wire import TappedCapture, TappedDelivery, Wire, WireEntry

logger = logging.getLogger(__name__)

#: Where Slack reaches the program; as in the docs for a real app.
_SLACK_PATH = "/slack/events"

#: What can go wrong at a click; each with every call until it is taken back.
FAULTS: Mapping[str, Fault] = {
    "down": Fault(kind=FaultKind.SERVER_ERROR, status=503),
    "rate_limit": Fault(kind=FaultKind.RATE_LIMIT, seconds=2),
    "slow": Fault(kind=FaultKind.DELAY, seconds=2),
    "drop": Fault(kind=FaultKind.RESET, accepted=True),
}

#: How far somebody can let time pass, by the page's names.
TRAVELS: Mapping[str, timedelta] = {"day": timedelta(days=1), "week": timedelta(days=7)}

#: What makes a digest come while one looks: no jitter, and short waits for a lost answer.
DEFAULTS: Mapping[str, str] = {
    "READBOT_TICK_S": "0.5",
    "READBOT_JITTER_S": "0",
    "READBOT_POST_TIMEOUT_S": "4",
    "READBOT_LEASE_S": "15",
    "READBOT_SETTLE_S": "3",
}

#: Settings of the real thing that need what is not here: a PostgreSQL server, a public address, the web.
_NOT_HERE = frozenset({"READBOT_QUEUE", "READBOT_URL", "READBOT_SECRET_KEYS", "READBOT_LINK_CHECKS"})

#: Seals the tokens of loopback workspaces, which open nothing; always the same, for ``--keep``.
_SECRET_KEY = base64.urlsafe_b64encode(b"readbot-playground-opens-nothing").decode()

_LOOK_AT_DIGESTS_S = 1.0

_NOT_RUNNING = "The bot is not running."

Listener = Callable[[Json], None]


class Session:
    """What runs while the playground is open; made by :func:`open_session`."""

    def __init__(
        self,
        slack: LoopbackSlack,
        discord: LoopbackDiscord,
        wire: Wire,
        program: Program,
        clock: TravelClock,
    ) -> None:
        self.slack = slack
        self.discord = discord
        self.wire = wire
        self.program = program
        #: The time that the program and both platforms live in.
        self.clock = clock
        self.sides: dict[str, Side] = {}
        self._faults: dict[str, str | None] = {"slack": None, "discord": None}
        self._listeners: list[Listener] = []
        self._digests: Json | None = None
        self._looking = asyncio.Lock()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call *listener* with every event from now on; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def push(self, event: Json) -> None:
        """Tell every open page."""
        for listener in tuple(self._listeners):
            listener(event)

    def push_status(self) -> None:
        self.push({"event": "status", "status": self.describe_status()})

    def describe_status(self) -> Json:
        return {
            "bot": str(self.program.state),
            "problem": self.program.problem,
            "faults": dict(self._faults),
            "now": int(self.clock.now().timestamp() * 1000),
            "feeds": self._list_feeds(),
            "dead_links": links.describe() if (links := self._find_links()) else [],
        }

    def _list_feeds(self) -> list[str]:
        opened = self.program.process
        return [] if opened is None or opened.feeds is None else [self.program.url + path for path in PATHS]

    async def watch_digests(self) -> None:
        """Tell every page when the digests change, until cancelled."""
        while True:
            if self._listeners:
                try:
                    await self.push_digests()
                except Exception:
                    # Its database may just be closing for a restart; the next look tells.
                    logger.exception("could not look at the digests")
            await asyncio.sleep(_LOOK_AT_DIGESTS_S)

    async def push_digests(self) -> None:
        """Tell every page of the digests, where they have changed since it was told."""
        # One after the other: of two looks at once, the older might be told last.
        async with self._looking:
            watch = self._find_watch()
            if watch is None:
                return
            digests = await watch.describe()
            if digests != self._digests:
                self._digests = digests
                self.push({"event": "digests", "digests": digests})

    def greet(self) -> Json:
        """Return the event that a page begins with: everything there is."""
        library = self.program.library
        return {
            "event": "hello",
            "title": library.reading_list.title if library else "",
            "links": len(library.reading_list.entries) if library else 0,
            "people": [{"key": each.key, "name": each.name, "role": each.role} for each in PEOPLE],
            "examples": list(self.examples),
            "worlds": [side.describe_world() for side in self.sides.values()],
            "messages": [message for side in self.sides.values() for message in side.list_messages()],
            "homes": [home for side in self.sides.values() for home in side.list_homes()],
            "wire": [entry.to_json() for entry in self.wire.entries],
            "status": self.describe_status(),
            "digests": self._digests,
        }

    @property
    def examples(self) -> tuple[str, ...]:
        """Three things to ask, which the list can answer."""
        if self.program.library is None:
            return ()
        return tuple(example_queries(self.program.library.reading_list)[:3])

    async def do(self, fields: Json) -> Any:
        """Do what the page asks, and return what it waits for, if anything.

        Raises:
            DeedError: It cannot be done; the message is for the person at the page.
        """
        deed = Deed(fields)
        match deed.what:
            case "restart":
                await self._restart()
                return None
            case "fault":
                self.set_fault(deed.text("platform"), deed.find_text("fault"))
                return None
            case "travel":
                await self._travel(deed.text("to"))
                return None
            case "let_link_die":
                await self._change_links(lambda links: links.let_one_die())
                return None
            case "mend_link":
                url = deed.text("url")
                await self._change_links(lambda links: links.mend(url))
                return None
        side = self.sides.get(deed.text("platform"))
        if side is None:
            raise DeedError("There is no such platform here.")
        return await side.do(deed)

    def set_fault(self, platform: str, name: str | None) -> None:
        """Let every call of *platform* fail as *name* says, None for all well again.

        Raises:
            DeedError: There is no such platform or fault.
        """
        if platform not in self._faults or (name is not None and name not in FAULTS):
            raise DeedError("There is no such fault here.")
        faults = self._faults_of(platform)
        faults.clear()
        if name is not None:
            faults.chances = {FAULTS[name]: 1.0}
        self._faults[platform] = name
        self.push_status()

    def _faults_of(self, platform: str) -> Faults:
        found = self.slack.faults if platform == "slack" else self.discord.rest.faults
        assert found is not None  # noqa: S101 - open_session has given both some
        return found

    async def _travel(self, to: str) -> None:
        """Jump ahead in time, to the next digest or by a day or week."""
        watch = self._find_watch()
        if watch is None:
            raise DeedError(_NOT_RUNNING)
        try:
            if to == "next_digest":
                await watch.travel_to_next()
            elif to in TRAVELS:
                await watch.travel(TRAVELS[to])
            else:
                raise DeedError(f"Nobody can travel to {to!r}.")
        finally:
            await self.push_digests()

    def _find_watch(self) -> DigestWatch | None:
        opened = self.program.process
        if opened is None or opened.scheduler is None:
            return None
        return DigestWatch(
            opened.store,
            opened.service,
            opened.shelves.find_list,
            self.clock,
            look=opened.scheduler.run_round,
        )

    async def _change_links(self, change: Callable[[LinkWatch], Awaitable[None]]) -> None:
        links = self._find_links()
        if links is None:
            raise DeedError(_NOT_RUNNING)
        await change(links)
        self.push_status()

    def _find_links(self) -> LinkWatch | None:
        opened = self.program.process
        if opened is None:
            return None
        return LinkWatch(opened.store, opened.health, opened.shelves.default.reading_list, self.clock)

    async def _restart(self) -> None:
        try:
            await self.program.restart()
        except ReadbotError as error:
            raise DeedError(f"readbot does not start: {error}") from error


@contextlib.asynccontextmanager
async def open_session(
    environ: Mapping[str, str], *, data_directory: Path, patience_s: float | None = None
) -> AsyncIterator[Session]:
    """Run both loopback platforms and the program within the block.

    The block begins when the program is connected to both.

    Args:
        environ: The person's own environment; of it readbot's own settings reach the program.
        data_directory: Where the program keeps its state.
        patience_s: How long both platforms wait for the program's answers; None for as long as the real
            ones do.

    Raises:
        ReadbotError: The program cannot start as it is set.
    """
    sessions: list[Session] = []
    wire = Wire(lambda entry: sessions[0].push(_to_event(entry)) if sessions else None)
    clock = TravelClock(listener=lambda: sessions[0].push_status() if sessions else None)

    def seconds() -> float:
        return clock.now().timestamp()

    slack = LoopbackSlack(
        workspaces=make_slack_workspaces(seconds),
        faults=Faults(),
        capture=TappedCapture("slack", wire),
        answer_within_s=patience_s,
    )
    discord = LoopbackDiscord(
        clock=seconds,
        faults=Faults(),
        capture=TappedCapture("discord", wire),
        answer_within_s=patience_s or ANSWER_WITHIN_S,
    )
    scene = furnish_discord(discord)
    async with slack, discord, hold_free_port() as port:
        program = Program(
            _make_environ(environ, slack, discord, data_directory, curators=_name_curators(scene)),
            port=port,
            clock=clock,
            listener=lambda: sessions[0].push_status() if sessions else None,
        )
        session = Session(slack, discord, wire, program, clock)
        sessions.append(session)
        slack.deliver_to(program.url + _SLACK_PATH)
        slack.delivery = TappedDelivery(slack.delivery, wire)
        _show_faults(slack.faults, "slack", wire)
        if discord.rest.faults is not None:
            _show_faults(discord.rest.faults, "discord", wire)
        manifest = await asyncio.to_thread(read_manifest, "slack")
        session.sides = {
            "slack": SlackSide(slack, manifest, session.push, install_url=program.url + INSTALL_PATH),
            "discord": DiscordSide(discord, scene, session.push, wire),
        }
        watching = asyncio.create_task(session.watch_digests(), name="watch digests")
        try:
            slack.app.redirect_urls = [program.url + REDIRECT_PATH]
            await program.start()
            await install(program.url, slack, team=slack.team().id)
            yield session
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            for faults in (slack.faults, discord.rest.faults):
                if faults is not None:
                    faults.clear()
            await program.stop()


def _name_curators(scene: DiscordScene) -> str:
    """Return the admins as curators, who then hear of what is suggested."""
    admins = [person for person in PEOPLE if person.is_admin]
    return ",".join(f"slack:{slack_id(person)},discord:{scene.users[person.key].id}" for person in admins)


def _make_environ(
    environ: Mapping[str, str],
    slack: LoopbackSlack,
    discord: LoopbackDiscord,
    data_directory: Path,
    *,
    curators: str,
) -> dict[str, str]:
    """Return the program's environment: the person's settings, but none of their tokens or machines."""
    own = {
        name: value
        for name, value in environ.items()
        if name.startswith("READBOT_") and name not in _NOT_HERE and value
    }
    return {
        **DEFAULTS,
        "READBOT_CURATORS": curators,
        **own,
        # Reachable from this machine only, whatever a person has set for the real thing.
        "READBOT_HOST": "127.0.0.1",
        "READBOT_DATA_DIR": str(data_directory),
        "SLACK_API_URL": slack.api_url,
        "SLACK_CLIENT_ID": slack.app.client_id,
        "SLACK_CLIENT_SECRET": slack.app.client_secret,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "READBOT_SECRET_KEYS": _SECRET_KEY,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_TOKEN": discord.token,
    }


def _show_faults(faults: Faults, platform: str, wire: Wire) -> None:
    faults.observers.append(
        lambda operation, fault: wire.add(
            platform, operation, {"fault": str(fault.kind)}, to_bot=True, fault=_name_fault(fault)
        )
    )


def _name_fault(fault: Fault) -> str:
    match fault.kind:
        case FaultKind.SERVER_ERROR:
            return str(fault.status)
        case FaultKind.RATE_LIMIT:
            return "429"
        case FaultKind.DELAY:
            return f"{fault.seconds:g} s late"
        case _:
            return "cut off after accepting" if fault.accepted else "cut off"


def _to_event(entry: WireEntry) -> Json:
    return {"event": "wire", "entry": entry.to_json()}
