import asyncio
import gzip
import socket
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import pytest

from readbot.curation.addresses import AddressRule, RefusedAddressError
from readbot.curation.answers import Answer, Trouble
from readbot.curation.fetcher import SafeFetcher, parse_retry_after

from .rig import BRIEF, PATIENT
from .zoo import Manner, Zoo, answers, drips, is_silent, resets, says, sends_to, slowly

KEPT_OUT = "http://169.254.169.254/latest/meta-data/"


@pytest.mark.parametrize(
    "status", [200, 204, 206, 400, 401, 403, 404, 405, 410, 429, 451, 500, 502, 503, 599, 999]
)
async def test_every_status_comes_back_as_it_is(zoo: Zoo, fetcher: SafeFetcher, status: int) -> None:
    answer = await fetcher.ask(zoo.keep("/a", answers(status)))
    assert (answer.status, answer.trouble, answer.final_url) == (status, None, zoo.url("/a"))


async def test_redirects_are_followed_and_told(zoo: Zoo, fetcher: SafeFetcher) -> None:
    zoo.keep("/a", sends_to("/b/../b", 301))
    zoo.keep("/b", sends_to(zoo.url("/c?x=ü"), 307))
    zoo.keep("/c", answers(200))
    answer = await fetcher.ask(zoo.url("/a#part"))
    assert (answer.status, answer.redirects) == (200, (301, 307))
    assert answer.final_url == zoo.url("/c?x=%C3%BC#part")


async def test_redirects_in_a_circle_end(zoo: Zoo, fetcher: SafeFetcher) -> None:
    zoo.keep("/a", sends_to("/b"))
    zoo.keep("/b", sends_to("/a#round"))
    answer = await fetcher.ask(zoo.url("/a"))
    assert (answer.trouble, answer.reason) == (Trouble.REDIRECTS, "redirects in a circle")
    assert len(zoo.asked) == 2


async def test_redirects_without_end_end(zoo: Zoo, fetcher: SafeFetcher) -> None:
    for number in range(20):
        zoo.keep(f"/{number}", sends_to(f"/{number + 1}"))
    answer = await fetcher.ask(zoo.url("/0"))
    assert (answer.trouble, answer.reason) == (Trouble.REDIRECTS, "redirects more than 5 times")
    assert len(zoo.asked) == 6


@pytest.mark.parametrize(
    "location",
    [
        KEPT_OUT,
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "//localhost:80/",
        "http://user:word@example.org/",
        "http://example.org:22/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
async def test_a_redirect_to_where_nobody_may_send_us_is_not_followed(
    zoo: Zoo, fetcher: SafeFetcher, location: str
) -> None:
    answer = await fetcher.ask(zoo.keep("/a", sends_to(location)))
    assert answer.trouble in {Trouble.FORBIDDEN, Trouble.INSIDE}
    assert answer.status is None


async def test_a_redirect_to_another_port_of_an_allowed_address_is_not_followed(
    zoo: Zoo, fetcher: SafeFetcher
) -> None:
    async with Zoo() as other:
        other.keep("/", answers(200))
        answer = await fetcher.ask(zoo.keep("/a", sends_to(other.url("/"))))
        assert answer.trouble is Trouble.FORBIDDEN
        assert other.asked == []


@pytest.mark.parametrize("location", ["http://[::1", "http://a:b:c/", "http://example.org:99999/"])
async def test_a_redirect_to_no_address_is_told(zoo: Zoo, fetcher: SafeFetcher, location: str) -> None:
    answer = await fetcher.ask(zoo.keep("/a", sends_to(location)))
    assert answer.trouble in {Trouble.BROKEN, Trouble.FORBIDDEN}
    assert "no valid address" in answer.reason


async def test_a_redirect_without_a_place_is_an_answer(zoo: Zoo, fetcher: SafeFetcher) -> None:
    assert (await fetcher.ask(zoo.keep("/a", answers(302)))).status == 302


class Names:
    """A resolver whose answers change from look-up to look-up, as an attacker's do."""

    def __init__(self, *lists: list[str]) -> None:
        self.lists = list(lists)
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        if not self.lists:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return self.lists.pop(0)


async def ask_by_name(zoo: Zoo, names: Names, path: str = "/a") -> Answer:
    rule = AddressRule(allowed={zoo.allowed})
    async with SafeFetcher(user_agent="t", rule=rule, limits=PATIENT, look_up=names) as fetcher:
        return await fetcher.ask(f"http://site.test:{zoo.port}{path}")


async def test_the_address_that_was_checked_is_the_one_that_is_asked(zoo: Zoo) -> None:
    zoo.keep("/a", answers(200))
    names = Names(["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"])
    assert (await ask_by_name(zoo, names)).status == 200
    assert names.asked == 1


async def test_a_name_that_turns_inside_between_two_redirects_is_refused(zoo: Zoo) -> None:
    zoo.keep("/a", sends_to(f"http://other.test:{zoo.port}/b"))
    zoo.keep("/b", answers(200))
    answer = await ask_by_name(zoo, Names(["127.0.0.1"], ["127.0.0.2"]))
    assert (answer.trouble, zoo.methods("/b")) == (Trouble.INSIDE, [])


@pytest.mark.parametrize("inside", ["10.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1%2", "nonsense"])
async def test_a_name_with_one_address_inside_is_refused_whole(zoo: Zoo, inside: str) -> None:
    zoo.keep("/a", answers(200))
    answer = await ask_by_name(zoo, Names(["127.0.0.1", inside]))
    assert (answer.trouble, zoo.asked) == (Trouble.INSIDE, [])


async def test_a_name_that_nobody_has_is_told_apart_from_a_look_up_that_failed(zoo: Zoo) -> None:
    assert (await ask_by_name(zoo, Names())).trouble is Trouble.NO_SUCH_HOST

    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    async with SafeFetcher(user_agent="t", limits=PATIENT, look_up=fails) as fetcher:
        assert (await fetcher.ask("http://site.test/")).trouble is Trouble.LOOK_UP


@pytest.mark.parametrize(
    "url",
    ["http://%31%32%37.0.0.1/", f"http://{'a' * 64}.test/", "http://a..b/", "http://[::1", "no address"],
)
async def test_an_address_that_is_none_is_an_answer_too(fetcher: SafeFetcher, url: str) -> None:
    assert (await fetcher.ask(url)).trouble in {
        Trouble.FORBIDDEN,
        Trouble.NO_SUCH_HOST,
        Trouble.LOOK_UP,
    }


def test_a_socket_to_the_inside_is_never_made() -> None:
    fetcher = SafeFetcher(user_agent="t")
    with pytest.raises(RefusedAddressError):
        fetcher._make_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.1", 80)))


async def test_a_proxy_of_the_environment_is_not_used(
    zoo: Zoo, fetcher: SafeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Zoo() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url(""))
        monkeypatch.setenv("http_proxy", proxy.url(""))
        monkeypatch.setenv("ALL_PROXY", proxy.url(""))
        assert (await fetcher.ask(zoo.keep("/a", answers(200)))).status == 200
        assert proxy.asked == []


async def test_cookies_are_not_kept(zoo: Zoo) -> None:
    # By name: for bare addresses aiohttp keeps none anyway.
    zoo.keep("/a", answers(302, headers={"Set-Cookie": "a=1; Path=/", "Location": "/b"}))
    zoo.keep("/b", answers(200))
    await ask_by_name(zoo, Names(["127.0.0.1"], ["127.0.0.1"]))
    assert [asked.headers.get("cookie") for asked in zoo.asked] == [None, None]


async def test_who_asks_is_said_and_conditions_go_to_the_first_host_alone(
    zoo: Zoo, fetcher: SafeFetcher
) -> None:
    zoo.keep("/a", sends_to("/b"))
    zoo.keep("/b", answers(200))
    await fetcher.ask(zoo.url("/a"), headers={"If-None-Match": '"1"'})
    assert [asked.headers["user-agent"] for asked in zoo.asked] == ["readbot/test", "readbot/test"]
    assert [asked.headers.get("if-none-match") for asked in zoo.asked] == ['"1"', None]
    assert {asked.headers["accept-encoding"] for asked in zoo.asked} == {"identity"}


async def test_a_bomb_stays_packed_and_is_cut(zoo: Zoo, fetcher: SafeFetcher) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    zoo.keep("/a", answers(200, headers={"Content-Encoding": "gzip"}, body=bomb))
    tracemalloc.start()
    answer = await fetcher.ask(zoo.url("/a"), max_bytes=1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.body == bomb[:1000]
    assert peak < 2_000_000


async def test_a_body_without_end_is_cut(zoo: Zoo, fetcher: SafeFetcher) -> None:
    zoo.keep("/a", drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000, every_s=0))
    assert len((await fetcher.ask(zoo.url("/a"), max_bytes=100_000)).body) == 100_000


async def test_a_body_that_nobody_wants_is_not_read(zoo: Zoo, fetcher: SafeFetcher) -> None:
    zoo.keep("/a", drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000, every_s=0))
    answer = await fetcher.ask(zoo.url("/a"))
    assert (answer.status, answer.body) == (200, b"")


ENDLESS = {
    "silent": is_silent(),
    "drips headers": drips(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", every_s=0.05),
    "drips one header": drips(b"HTTP/1.1 200 OK\r\na: "),
    "drips its status": drips(b"HTTP/1.1 ", b"2"),
    "pours headers": drips(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n" * 1000, every_s=0),
    "pours one header": drips(b"HTTP/1.1 200 OK\r\na: ", b"x" * 10_000, every_s=0),
    "goes on and on": drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10, every_s=0.001),
    "drips its body": drips(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
    "drips its chunks": drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@pytest.fixture
async def brief(zoo: Zoo) -> AsyncIterator[SafeFetcher]:
    rule = AddressRule(allowed={zoo.allowed})
    async with SafeFetcher(user_agent="readbot/test", rule=rule, limits=BRIEF) as opened:
        yield opened


@pytest.mark.parametrize("manner", ENDLESS.values(), ids=ENDLESS.keys())
async def test_a_server_without_end_is_left(zoo: Zoo, brief: SafeFetcher, manner: Manner) -> None:
    zoo.keep("/a", manner)
    answer = await brief.ask(zoo.url("/a"), max_bytes=10_000)
    assert answer.trouble in {Trouble.TIMEOUT, Trouble.BROKEN}


async def test_all_redirects_together_have_one_time_limit(zoo: Zoo, brief: SafeFetcher) -> None:
    for number in range(6):
        zoo.keep(f"/{number}", slowly(sends_to(f"/{number + 1}"), BRIEF.total_s / 3))
    assert (await brief.ask(zoo.url("/0"))).trouble is Trouble.TIMEOUT


BROKEN = {
    "resets": resets(),
    "hangs up": says(b""),
    "no HTTP": says(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "half a header": says(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "nonsense status": says(b"HTTP/1.1 OK 200\r\n\r\n"),
    "two lengths": says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
    "negative length": says(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
    "less than it said": says(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx"),
    "more than it said": says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxxxxx"),
    "no chunk": says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "nul": says(b"HTTP/1.1 200 OK\r\na: \x00\r\n\r\n"),
}


@pytest.mark.parametrize("manner", BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_answer_is_told(zoo: Zoo, fetcher: SafeFetcher, manner: Manner) -> None:
    zoo.keep("/a", manner)
    assert (await fetcher.ask(zoo.url("/a"), max_bytes=10_000)).trouble is Trouble.BROKEN


async def test_encryption_that_is_not_in_order_is_told(zoo: Zoo, fetcher: SafeFetcher) -> None:
    zoo.keep("/a", answers(200))
    answer = await fetcher.ask(zoo.url("/a").replace("http:", "https:"))
    assert answer.trouble is Trouble.TLS


async def test_a_closed_port_is_told(fetcher: SafeFetcher, zoo: Zoo) -> None:
    async with Zoo() as closed:
        url, allowed = closed.url("/"), closed.allowed
    async with SafeFetcher(user_agent="t", rule=AddressRule(allowed={allowed})) as other:
        answer = await other.ask(url)
    assert (answer.trouble, answer.reason) == (Trouble.CONNECT, "no connection (connection refused)")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("9" * 400, None),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("Fri, 01 Jan 2027 00:00:00 +999999999999999999", None),
        ("Fri, 31 Dec 9999 23:59:59 -9999", None),
    ],
)
def test_how_long_to_wait_is_read_in_seconds_and_as_a_date(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, datetime(2026, 11, 24, 12, tzinfo=UTC)) == seconds


async def test_only_so_many_names_are_looked_up_at_a_time() -> None:
    looked_up: list[str] = []
    go_on = Event()

    def look_up(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        go_on.wait(60)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    limits = replace(PATIENT, at_once=100)
    async with SafeFetcher(user_agent="t", limits=limits, look_up=look_up) as fetcher:
        asking = asyncio.gather(*(fetcher.ask(f"https://host{number}.example") for number in range(40)))
        async with asyncio.timeout(60):
            while len(looked_up) < 32:  # noqa: ASYNC110 - threads are waited for
                await asyncio.sleep(0.01)
        assert len(looked_up) == 32
        go_on.set()
        answers = await asking

    assert {answer.trouble for answer in answers} == {Trouble.NO_SUCH_HOST}
    assert len(looked_up) == 40
