from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from readbot.conversation.reply import Reply
from readbot.curation.addresses import AddressRule
from readbot.curation.health import HealthBook
from readbot.curation.link_job import LinkKeeper
from readbot.curation.link_wiring import CheckOptions
from readbot.curation.model import LinkHealth, LinkState
from readbot.reading_list import ReadingList
from readbot.reading_list.yaml_file import parse_list
from readbot.settings import LinkChecks, Settings
from readbot.store import Database, Store
from readbot.testing import FakeClock

from .rig import PATIENT
from .zoo import Zoo, answers, sends_to

LIST = """\
title: Test list
sections:
  - title: One
    links:
      - title: Well
        url: {base}/ok
      - title: Moved
        url: {base}/moved
      - title: Gone
        url: {base}/gone
"""


@dataclass(kw_only=True)
class Bot:
    """A running readbot, as far as its links go."""

    zoo: Zoo
    store: Store
    clock: FakeClock
    folder: Path
    link_checks: LinkChecks = LinkChecks.WEEKLY
    book: HealthBook = field(init=False)
    told: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = HealthBook(self.store.links.load)
        self.file.write_text(LIST.format(base=self.zoo.url("")), encoding="utf-8")

    @property
    def file(self) -> Path:
        return self.folder / "list.yaml"

    def reading_lists(self) -> list[ReadingList]:
        return [parse_list(self.file.read_text(encoding="utf-8"), file="list.yaml")]

    async def tell(self, reply: Reply) -> None:
        self.told.append(reply)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[LinkKeeper]:
        settings = Settings(link_checks=self.link_checks, list_paths=(self.file,))
        options = CheckOptions(
            rule=AddressRule(allowed={self.zoo.allowed}),
            limits=PATIENT,
            pace_s=0,
            wayback_api=self.zoo.url("/available"),
        )
        keeper = LinkKeeper(
            settings=settings,
            store=self.store,
            reading_lists=self.reading_lists,
            book=self.book,
            tell=self.tell,
            clock=self.clock,
            options=options,
        )
        async with keeper.run():
            yield keeper

    async def look(self, *, after_days: float = 0) -> None:
        self.clock.advance(days=after_days)
        async with self.running() as keeper:
            await keeper.look()

    def states(self) -> dict[str, str]:
        return {health.url.rpartition("/")[2]: health.state.value for health in self.store.links.load()}


@pytest.fixture
async def bot(zoo: Zoo, tmp_path: Path, migrated_url: str, clock: FakeClock) -> AsyncIterator[Bot]:
    zoo.keep("/ok", answers(200))
    zoo.keep("/moved", sends_to("/new"))
    zoo.keep("/new", answers(200))
    zoo.keep("/gone", answers(404))
    with Database.open(migrated_url, clock=clock) as database:
        yield Bot(zoo=zoo, store=Store(database), clock=clock, folder=tmp_path)


async def test_links_are_checked_and_known_at_once(bot: Bot) -> None:
    await bot.look()
    assert bot.states() == {"ok": "ok", "moved": "moved", "gone": "suspect"}
    assert bot.book.find(bot.zoo.url("/moved")) is not None


async def test_nobody_is_called_unless_the_operator_wants_it(bot: Bot) -> None:
    bot.link_checks = LinkChecks.OFF
    await bot.look()
    assert (bot.zoo.asked, bot.told) == ([], [])


async def test_what_somebody_else_found_is_known_even_then(bot: Bot) -> None:
    bot.link_checks = LinkChecks.OFF
    dead = LinkHealth(url="https://example.org/", state=LinkState.DEAD, checked_at=bot.clock.now())
    bot.store.links.save([dead])
    async with bot.running() as keeper:
        assert bot.book.is_dead(dead.url)
        bot.store.links.save([replace(dead, state=LinkState.OK)])
        await keeper.look()
        assert not bot.book.is_dead(dead.url)


async def test_of_two_processes_one_checks(bot: Bot) -> None:
    async with bot.running() as one, bot.running() as other:
        await one.look()
        asked = len(bot.zoo.asked)
        await other.look()
    assert asked == len(bot.zoo.asked) > 0


async def test_a_link_is_asked_weekly_and_daily_while_it_may_be_dying(bot: Bot) -> None:
    await bot.look()
    for _ in range(3):
        await bot.look(after_days=1)
    assert bot.zoo.methods("/ok") == ["HEAD"]
    assert bot.zoo.methods("/gone") == ["HEAD", "GET"] * 4
    await bot.look(after_days=4)
    assert bot.zoo.methods("/ok") == ["HEAD"] * 2


async def test_a_link_that_is_gone_for_days_is_dead_and_has_an_archived_copy(bot: Bot) -> None:
    await bot.look()
    for _ in range(3):
        await bot.look(after_days=1)
    url = bot.zoo.url("/gone")
    assert bot.book.is_dead(url)
    assert bot.book.find_trouble(url) == ("gone since November 2026", f"https://web.archive.org/web/2/{url}")


async def test_curators_are_told_once_a_week_with_the_patch(bot: Bot) -> None:
    for _ in range(15):
        await bot.look(after_days=1)
    assert len(bot.told) == 3
    assert "Of 3 links 1 has moved." in bot.told[0].fallback
    words = bot.told[-1].fallback
    assert "Of 3 links 1 has moved and 1 is dead." in words
    assert f"{bot.zoo.url('/gone')}: not found · archived copy" in words
    assert f"-        url: {bot.zoo.url('/moved')}\n+        url: {bot.zoo.url('/new')}" in words
    assert f"readbot links check --fix --list {bot.file}" in words


async def test_a_list_with_all_links_well_is_no_news(bot: Bot) -> None:
    for path in ("/moved", "/gone"):
        bot.zoo.keep(path, answers(200))
    await bot.look()
    assert bot.told == []
    assert set(bot.states().values()) == {"ok"}


async def test_an_address_that_left_the_list_is_forgotten(bot: Bot) -> None:
    old = LinkHealth(url="https://example.org/", state=LinkState.OK, checked_at=bot.clock.now())
    bot.store.links.save([old])
    await bot.look(after_days=89)
    assert bot.store.links.load() != []
    assert old in bot.store.links.load()
    await bot.look(after_days=7)
    assert old not in bot.store.links.load()


async def test_without_a_network_nothing_changes(bot: Bot) -> None:
    bot.zoo.close()
    await bot.look()
    assert (bot.states(), bot.told) == ({}, [])
