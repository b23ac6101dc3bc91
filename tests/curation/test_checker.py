import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from readbot.curation.addresses import AddressRule
from readbot.curation.answers import Answer, Trouble
from readbot.curation.checker import LinkChecker
from readbot.curation.fetcher import SafeFetcher
from readbot.curation.model import LinkHealth, LinkState
from readbot.curation.pacing import HostPacer
from readbot.testing import FakeClock
from tests.digest_data import START

from .rig import BRIEF, PATIENT, open_fetcher
from .zoo import Asked, Manner, Zoo, answers, is_silent, resets, says, sends_to


@pytest.fixture
def checker(zoo: Zoo, fetcher: SafeFetcher) -> LinkChecker:
    return LinkChecker(fetcher, wayback_api=zoo.url("/available"))


async def test_a_link_that_answers_head_is_not_asked_twice(zoo: Zoo, checker: LinkChecker) -> None:
    answer = await checker.ask(zoo.keep("/a", answers(200, body=b"x" * 1000)))
    assert (answer.status, zoo.methods("/a")) == (200, ["HEAD"])


@pytest.mark.parametrize("head", [400, 403, 404, 405, 410, 500, 501, 503])
async def test_a_link_that_refuses_head_or_lies_to_it_is_asked_by_get(
    zoo: Zoo, checker: LinkChecker, head: int
) -> None:
    answer = await checker.ask(zoo.keep("/a", answers(200, head=head)))
    assert (answer.status, zoo.methods("/a")) == (200, ["HEAD", "GET"])


class BriefWithHead(SafeFetcher):
    """Leaves silence soon, and has all the time for what comes after it."""

    async def ask(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, max_bytes: int = 0
    ) -> Answer:
        self.limits = BRIEF if method == "HEAD" else PATIENT
        return await super().ask(url, method=method, headers=headers, max_bytes=max_bytes)


@pytest.mark.parametrize(
    "manner",
    [resets(), says(b""), says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\x00\x01rest"), is_silent()],
)
async def test_a_link_that_breaks_off_on_head_is_asked_by_get(zoo: Zoo, manner: Manner) -> None:
    async def only_get(asked: Asked, writer: asyncio.StreamWriter) -> None:
        chosen = manner if asked.method == "HEAD" else answers(200)
        await chosen(asked, writer)

    async with BriefWithHead(user_agent="readbot/test", rule=AddressRule(allowed={zoo.allowed})) as fetcher:
        answer = await LinkChecker(fetcher).ask(zoo.keep("/a", only_get))
    assert answer.status == 200
    assert zoo.methods("/a")[-1] == "GET"


async def test_a_link_that_is_gone_by_both_methods_is_gone(zoo: Zoo, checker: LinkChecker) -> None:
    answer = await checker.ask(zoo.url("/nothing"))
    assert (answer.status, zoo.methods("/nothing")) == (404, ["HEAD", "GET"])


async def test_what_did_not_change_is_not_sent_again(zoo: Zoo, checker: LinkChecker) -> None:
    url = zoo.keep(
        "/a", answers(200, known_etag='"1"', headers={"Last-Modified": "Tue, 24 Nov 2026 12:00:00 GMT"})
    )
    first = await checker.judge(await checker.ask(url), None, START)
    second = await checker.judge(await checker.ask(url, first), first, START)
    assert (first.status, second.status, second.state) == (200, 304, LinkState.OK)
    assert zoo.asked[1].headers["if-modified-since"] == "Tue, 24 Nov 2026 12:00:00 GMT"


async def test_a_mark_that_no_header_can_hold_is_not_kept(zoo: Zoo, checker: LinkChecker) -> None:
    url = zoo.keep("/a", answers(200, headers={"ETag": "é" * 10, "Last-Modified": "x" * 5000}))
    health = await checker.judge(await checker.ask(url), None, START)
    assert (health.etag, health.last_modified) == ("", "")


async def test_who_asks_for_time_gets_it(zoo: Zoo, clock: FakeClock) -> None:
    async with open_fetcher(zoo, pacer=HostPacer(pace_s=0, clock=clock)) as fetcher:
        url = zoo.keep("/a", answers(200, head=429, headers={"Retry-After": "100"}))
        assert (await LinkChecker(fetcher).ask(url)).status == 200
        assert clock.elapsed_s() == 100


async def test_who_asks_for_a_long_time_is_left_alone_and_so_is_the_whole_host(
    zoo: Zoo, clock: FakeClock
) -> None:
    async with open_fetcher(zoo, pacer=HostPacer(pace_s=0, clock=clock)) as fetcher:
        url = zoo.keep("/a", answers(503, headers={"Retry-After": "86400"}))
        assert (await LinkChecker(fetcher).ask(url)).status == 503
        assert (await LinkChecker(fetcher).ask(zoo.url("/b"))).trouble is Trouble.LATER
        assert [asked.path for asked in zoo.asked] == ["/a"]
        assert clock.elapsed_s() == 0


async def test_one_host_is_asked_one_thing_at_a_time_with_pauses(zoo: Zoo, clock: FakeClock) -> None:
    zoo.keep("/a", answers(200))
    zoo.keep("/b", sends_to("/a"))
    async with open_fetcher(zoo, pacer=HostPacer(pace_s=2, clock=clock)) as fetcher:
        await asyncio.gather(*(fetcher.ask(zoo.url("/b")) for _ in range(5)))
    assert len(zoo.asked) == 10
    assert zoo.most_at_once == 1
    assert clock.elapsed_s() >= 18


def dying(url: str) -> LinkHealth:
    return LinkHealth(
        url=url,
        state=LinkState.SUSPECT,
        failures=2,
        failing_since=START - timedelta(days=4),
        checked_at=START - timedelta(days=1),
    )


def copy_of(url: str) -> bytes:
    return json.dumps({"archived_snapshots": {"closest": {"available": True, "url": url}}}).encode()


async def find_copy(zoo: Zoo, checker: LinkChecker) -> str:
    url = zoo.url("/gone?a=1&b=2")
    health = await checker.judge(await checker.ask(url), dying(url), START)
    assert health.state is LinkState.DEAD
    return health.archived_url


async def test_a_dead_link_gets_the_copy_that_the_archive_has(zoo: Zoo, checker: LinkChecker) -> None:
    zoo.keep(
        "/available", answers(200, body=copy_of("http://web.archive.org/web/20240102030405/http://x.org/"))
    )
    assert await find_copy(zoo, checker) == "https://web.archive.org/web/20240102030405/http://x.org/"
    assert parse_qs(urlsplit(zoo.asked[-1].path).query) == {"url": [zoo.url("/gone?a=1&b=2")]}


@pytest.mark.parametrize(
    "body",
    [
        b'{"archived_snapshots": {}}',
        b"[]",
        b"no JSON",
        b"null",
        b"[" * 90_000,
        copy_of("https://evil.org/web.archive.org/web/"),
    ],
)
async def test_a_dead_link_without_a_copy_gets_none(zoo: Zoo, checker: LinkChecker, body: bytes) -> None:
    zoo.keep("/available", answers(200, body=body))
    assert await find_copy(zoo, checker) == ""


async def test_where_the_archive_does_not_answer_its_latest_copy_is_offered(
    zoo: Zoo, checker: LinkChecker
) -> None:
    zoo.keep("/available", answers(503))
    assert await find_copy(zoo, checker) == "https://web.archive.org/web/2/" + zoo.url("/gone?a=1&b=2")


async def test_the_archive_is_asked_about_dead_links_alone_and_once(zoo: Zoo, checker: LinkChecker) -> None:
    url = zoo.url("/gone")
    await checker.judge(await checker.ask(url), None, START)
    dead = replace(dying(url), state=LinkState.DEAD, archived_url="https://web.archive.org/web/2/x")
    health = await checker.judge(await checker.ask(url), dead, START)
    assert health.archived_url == dead.archived_url
    assert zoo.methods("/available") == []
