"""A web of named hosts on one loopback server, and what checks it."""

import asyncio
import math
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from readbot.curation.addresses import AddressRule
from readbot.curation.checker import LinkChecker
from readbot.curation.fetcher import Limits, SafeFetcher
from readbot.curation.model import LinkHealth
from readbot.curation.pacing import HostPacer
from readbot.curation.sweep import Sweep
from readbot.testing import FakeClock
from tests.waiting import LAST_RESORT_S

from .zoo import Zoo

#: Of a web on this machine everything answers, or says at once that it does not, however busy the machine is.
PATIENT = Limits(total_s=LAST_RESORT_S, connect_s=LAST_RESORT_S)
#: For what never ends.
BRIEF = Limits(total_s=0.3, connect_s=LAST_RESORT_S)


@dataclass
class Names:
    """A resolver: every name leads to the zoo but those that are gone; none is found without a network."""

    gone: set[str] = field(default_factory=set)
    has_network: bool = True
    #: Where all others lead.
    address: str = "127.0.0.1"
    #: Look-ups until the network goes away.
    lasts: float = math.inf
    asked: set[str] = field(default_factory=set)

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.add(host)
        self.lasts -= 1
        if not self.has_network or self.lasts < 0:
            raise socket.gaierror(socket.EAI_AGAIN, "temporary failure")
        if host in self.gone:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [self.address]


@asynccontextmanager
async def open_fetcher(
    zoo: Zoo, *, names: Callable[[str, int], Sequence[str]] | None = None, pacer: HostPacer | None = None
) -> AsyncIterator[SafeFetcher]:
    async with SafeFetcher(
        user_agent="readbot/test",
        rule=AddressRule(allowed={zoo.allowed}),
        limits=PATIENT,
        pacer=pacer,
        look_up=names or Names(),
    ) as fetcher:
        yield fetcher


@dataclass(kw_only=True)
class Rig:
    """Sweeps links and remembers what it found, as a store does."""

    zoo: Zoo
    clock: FakeClock
    names: Names = field(default_factory=Names)
    known: dict[str, LinkHealth] = field(default_factory=dict)
    saves: int = 0
    told: list[str] = field(default_factory=list)
    #: Set when so many links were told of.
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    enough_is: int = 1_000_000

    def url(self, host: str, path: str = "/ok") -> str:
        return f"http://{host}.test:{self.zoo.port}{path}"

    def save(self, found: Sequence[LinkHealth]) -> None:
        self.saves += 1
        self.known |= {health.url: health for health in found}

    def tell(self, health: LinkHealth) -> None:
        self.told.append(health.url)
        if len(self.told) >= self.enough_is:
            self.enough.set()

    @asynccontextmanager
    async def sweep(self, *, at_once: int = 8, pacer: HostPacer | None = None) -> AsyncIterator[Sweep]:
        async with open_fetcher(self.zoo, names=self.names, pacer=pacer) as fetcher:
            checker = LinkChecker(fetcher, wayback_api=self.url("archive", "/available"))
            yield Sweep(
                checker,
                save=self.save,
                known=dict(self.known),
                clock=self.clock,
                at_once=at_once,
                tell=self.tell,
            )
