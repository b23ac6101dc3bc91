"""Checking many links: politely, and so that a stop in the middle loses nothing.

What is found goes into the store as it comes. What may be the doing of our own network is held back
until a host answers for itself, which proves that the network is there: without one nothing answers, and
in a hotel or a train, where a login comes before the web, one page answers for everybody.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from urllib.parse import urlsplit

from readbot.curation.answers import Answer, Trouble
from readbot.curation.checker import LinkChecker
from readbot.curation.model import LinkHealth, LinkState
from readbot.exceptions import OfflineError
from readbot.ports import Clock
from readbot.reading_list import ReadingList
from readbot.reading_list.urls import site

#: How long what was found stays good: a week, or a day where death may be near.
CHECK_EVERY = timedelta(days=7)
CHECK_FAILING_EVERY = timedelta(days=1)
#: Runs do not come to the minute: what is nearly due counts as due.
_SLACK = timedelta(hours=2)
#: So many hosts in a row that do not answer are no chance any more.
_SILENT_HOSTS = 10
#: Hosts that answered once and are asked for a sign of life.
_WITNESSES = 3
#: May be the fault of our own network.
_OUR_FAULT = {
    Trouble.NO_SUCH_HOST,
    Trouble.LOOK_UP,
    Trouble.CONNECT,
    Trouble.TLS,
    Trouble.INSIDE,
}
#: Whoever it was, it is no sign of a network.
_NO_SIGN = {Trouble.FORBIDDEN, Trouble.TIMEOUT, Trouble.BROKEN, Trouble.LATER}
#: What a network says that wants a login first. Source: RFC 6585
_LOGIN_REQUIRED = 511


def list_addresses(reading_list: ReadingList) -> list[str]:
    """Return every address that readers get to see, each once: links, what else they hold, and pictures."""
    found: dict[str, None] = {}
    for entry in reading_list.entries:
        found[entry.link.url] = None
        found |= dict.fromkeys(also.url for also in entry.link.also)
    found |= dict.fromkeys(place.section.image for place in reading_list.places if place.section.image)
    return list(found)


def is_due(health: LinkHealth | None, now: datetime) -> bool:
    """Tell whether a link is to be checked, from what is known of it."""
    if health is None:
        return True
    may_die = health.failures > 0 and health.state is LinkState.SUSPECT
    every = CHECK_FAILING_EVERY if may_die else CHECK_EVERY
    return now - health.checked_at >= every - _SLACK


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What came of a sweep."""

    checked: int = 0
    #: Not asked, as their hosts wish to be left alone; another sweep does.
    left: int = 0


class Sweep:
    """One pass over some links. For one use."""

    def __init__(
        self,
        checker: LinkChecker,
        *,
        save: Callable[[Sequence[LinkHealth]], None],
        known: Mapping[str, LinkHealth],
        clock: Clock,
        at_once: int = 32,
        tell: Callable[[LinkHealth], None] = lambda _health: None,
    ) -> None:
        """Prepare.

        Args:
            checker: Asks and judges.
            save: Keeps what was found; called in a thread.
            known: What is known of links, those that are not to be checked included.
            clock: For when a link was checked.
            at_once: Hosts asked at a time.
            tell: Hears of every link that was checked, when it is kept.
        """
        self._checker = checker
        self._save = save
        self._known = known
        self._clock = clock
        self._at_once = at_once
        self._tell = tell
        self._unsaved: list[LinkHealth] = []
        self._is_saving = False
        #: Answers that may be our own network's fault, until somebody answers.
        self._doubted: list[Answer] = []
        self._doubting = asyncio.Lock()
        #: What answered last, to be asked for a sign of life.
        self._alive: deque[str] = deque(maxlen=_WITNESSES)
        self._checked = 0
        self._left = 0

    async def run(self, urls: Iterable[str]) -> Swept:
        """Check *urls*, and return how many that were.

        Raises:
            OfflineError: Nothing answers, not even what did before; what was found until then is kept.
        """
        lanes = iter(_by_host(urls))
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._at_once):
                    workers.create_task(self._work(lanes))
            await self._settle_doubts()
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            await self._flush()
        return Swept(checked=self._checked, left=self._left)

    async def _work(self, lanes: Iterator[list[str]]) -> None:
        for lane in lanes:
            for url in lane:
                await self._check(url)

    async def _check(self, url: str) -> None:
        answer = await self._checker.ask(url, self._known.get(url))
        if answer.trouble is Trouble.LATER:
            self._left += 1
        elif _may_be_our_fault(answer):
            self._doubted.append(answer)
            if _lead_apart(self._doubted):
                await self._keep(*self._take_doubted())
            elif len({_host(doubted.url) for doubted in self._doubted}) >= _SILENT_HOSTS:
                await self._settle_doubts()
        elif _is_sign(answer):
            self._alive.append(url)
            await self._keep(answer, *self._take_doubted())
        else:
            await self._keep(answer)

    async def _settle_doubts(self) -> None:
        """Find out whether hosts are silent, or our network is."""
        async with self._doubting:
            if not self._doubted:
                return
            if not await self._is_online():
                raise OfflineError({_host(answer.url) for answer in self._doubted})
            await self._keep(*self._take_doubted())

    async def _is_online(self) -> bool:
        well = (url for url, health in self._known.items() if health.state in {LinkState.OK, LinkState.MOVED})
        silent = {_host(answer.url) for answer in self._doubted}
        witnesses = {
            _host(url): url for url in chain(self._alive, islice(well, 50)) if _host(url) not in silent
        }
        for url in (*islice(witnesses.values(), _WITNESSES), self._checker.archive):
            if _is_sign(await self._checker.ask(url)):
                return True
        return False

    def _take_doubted(self) -> list[Answer]:
        doubted, self._doubted = self._doubted, []
        return doubted

    async def _keep(self, *answers: Answer) -> None:
        for answer in answers:
            before = self._known.get(answer.url)
            self._unsaved.append(await self._checker.judge(answer, before, self._clock.now()))
        await self._flush()

    async def _flush(self) -> None:
        """Keep what was found. Who comes while a batch is written leaves the next one to who writes."""
        if self._is_saving:
            return
        self._is_saving = True
        try:
            while self._unsaved:
                batch, self._unsaved = self._unsaved, []
                await asyncio.to_thread(self._save, batch)
                self._checked += len(batch)
                for health in batch:
                    self._tell(health)
        finally:
            self._is_saving = False


def _may_be_our_fault(answer: Answer) -> bool:
    if answer.redirects:
        return _is_led_away(answer)
    return answer.trouble in _OUR_FAULT or answer.status == _LOGIN_REQUIRED


def _is_sign(answer: Answer) -> bool:
    """Tell whether a host has answered for itself: then there is a network."""
    return not _may_be_our_fault(answer) and (bool(answer.redirects) or answer.trouble not in _NO_SIGN)


def _is_led_away(answer: Answer) -> bool:
    """Tell whether another site answered than was asked, with no certificate to say who sent us there."""
    is_plain = urlsplit(answer.url).scheme.lower() == "http"
    return is_plain and bool(answer.redirects) and site(answer.final_url) != site(answer.url)


def _lead_apart(answers: Iterable[Answer]) -> bool:
    """Tell whether sites are led to that differ: a login that comes before the web leads all to one."""
    return len({site(answer.final_url) for answer in answers if _is_led_away(answer)}) > 1


def _by_host(urls: Iterable[str]) -> list[list[str]]:
    """Return *urls* by host, the longest line first, as it takes longest."""
    lanes: dict[str, list[str]] = {}
    for url in urls:
        lanes.setdefault(_host(url), []).append(url)
    return sorted(lanes.values(), key=len, reverse=True)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
