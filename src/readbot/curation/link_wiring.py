"""What checks links, from settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from readbot import __version__
from readbot.curation.addresses import AddressRule
from readbot.curation.checker import WAYBACK_API, LinkChecker
from readbot.curation.fetcher import Limits, LookUp, SafeFetcher, look_up
from readbot.curation.pacing import HostPacer
from readbot.ports import Clock
from readbot.settings import Settings

#: Between two requests to one host.
PACE_S = 1.0


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """How links are checked. People have no say in it; tests and benchmarks do."""

    rule: AddressRule = field(default_factory=AddressRule)
    limits: Limits = field(default_factory=Limits)
    pace_s: float = PACE_S
    wayback_api: str = WAYBACK_API
    look_up: LookUp = look_up


@asynccontextmanager
async def open_checker(
    settings: Settings, *, clock: Clock, options: CheckOptions | None = None
) -> AsyncIterator[LinkChecker]:
    """Give what checks links, within the rules of ``readbot.curation.fetcher``."""
    options = options or CheckOptions()
    async with SafeFetcher(
        user_agent=user_agent(settings.contact),
        rule=options.rule,
        limits=options.limits,
        pacer=HostPacer(pace_s=options.pace_s, clock=clock),
        look_up=options.look_up,
    ) as fetcher:
        yield LinkChecker(fetcher, wayback_api=options.wayback_api)


def user_agent(contact: str) -> str:
    """Return who asks, with the address of who runs this readbot if they gave one.

    >>> user_agent("https://example.org/about").partition(" ")[2]
    '(link check of a reading list; +https://example.org/about)'
    """
    more = f"; +{contact}" if contact else ""
    return f"readbot/{__version__} (link check of a reading list{more})"
