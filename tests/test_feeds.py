"""The list on the HTTP server: conditional, and as it is at the moment."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import feedparser
import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from readbot.feeds import Feeds
from readbot.playground.loopback_slack import SIGNING_SECRET
from readbot.reading_list import Link, ReadingList, Section
from readbot.web import make_app
from tests.slack.patient import make_slack
from tests.slack.program import run_program

Client = TestClient[Request, Application]

START = datetime(2026, 3, 1, 12, 0, 0, 700_000, tzinfo=UTC)
PATHS = {
    "/feed.xml": "application/rss+xml",
    "/feed.json": "application/feed+json",
    "/llms.txt": "text/plain",
}


def a_list(title: str = "First") -> ReadingList:
    link = Link(title=title, url="https://a.example/")
    return ReadingList(title="L", sections=(Section(title="S", links=(link,)),))


class Shelf:
    """A list that can be reloaded, what is known of its links, and a clock."""

    def __init__(self) -> None:
        self.reading_list = a_list()
        self.now = START
        self.version = 0
        self.gone: set[str] = set()

    def find_trouble(self, url: str) -> tuple[str, str] | None:
        return ("gone since May 2026", f"https://archive.example/{url}") if url in self.gone else None


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[Client]:
    feeds = Feeds(
        lambda: shelf.reading_list, doctor=shelf, public_url="https://lists.example/", now=lambda: shelf.now
    )
    async with TestClient(TestServer(make_app({}, feeds=feeds))) as client:
        yield client


@pytest.mark.parametrize(("path", "content_type"), PATHS.items())
async def test_each_page_has_its_type_and_the_links(client: Client, path: str, content_type: str) -> None:
    answer = await client.get(path)
    assert answer.status == 200
    assert answer.content_type == content_type
    assert answer.charset == "utf-8"
    assert "https://a.example/" in await answer.text()
    assert answer.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("path", PATHS)
async def test_whoever_has_a_page_already_gets_no_body(client: Client, path: str) -> None:
    first = await client.get(path)
    assert first.headers["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"

    for known in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", {first.headers["ETag"].removeprefix("W/")}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = await client.get(path, headers=known)
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("accepts", "is_packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, identity", False),
        ("identity", False),
        ("xgzip", False),
    ],
)
async def test_a_page_comes_compressed_to_who_takes_it_so(
    client: Client, path: str, accepts: str, is_packed: bool
) -> None:
    for method in ("GET", "HEAD"):
        answer = await client.request(method, path, headers={"Accept-Encoding": accepts})
        assert answer.headers.get("Content-Encoding") == ("gzip" if is_packed else None)
        assert answer.headers["Vary"] == "Accept-Encoding"
    # The client unpacks it.
    answer = await client.get(path, headers={"Accept-Encoding": accepts})
    assert "https://a.example/" in await answer.text()


async def test_a_tag_that_does_not_match_counts_for_more_than_a_time_that_does(client: Client) -> None:
    first = await client.get("/feed.xml")
    known = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert (await client.get("/feed.xml", headers=known)).status == 200


async def test_a_list_that_was_reloaded_is_served_at_once(client: Client, shelf: Shelf) -> None:
    first = await client.get("/feed.xml")
    shelf.reading_list, shelf.now = a_list("Second"), START + timedelta(hours=1)

    for known in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = await client.get("/feed.xml", headers=known)
        assert again.status == 200
        assert "Second" in await again.text()
        assert again.headers["Last-Modified"] == "Sun, 01 Mar 2026 13:00:00 GMT"


async def test_the_same_list_loaded_anew_keeps_its_tag(client: Client, shelf: Shelf) -> None:
    first = await client.get("/feed.json")
    shelf.reading_list = a_list()
    again = await client.get("/feed.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize("path", PATHS)
async def test_a_link_that_dies_is_marked_with_its_archived_copy(
    client: Client, shelf: Shelf, path: str
) -> None:
    first = await client.get(path)
    shelf.gone, shelf.version, shelf.now = {"https://a.example/"}, 1, START + timedelta(hours=1)

    again = await client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status == 200
    note = "gone since May 2026, archived copy: https://archive.example/https://a.example/"
    assert note in await again.text()
    assert again.headers["Last-Modified"] == "Sun, 01 Mar 2026 13:00:00 GMT"


async def test_a_check_that_finds_all_well_leaves_a_page_as_it_was(client: Client, shelf: Shelf) -> None:
    first = await client.get("/feed.xml")
    shelf.version, shelf.now = 1, START + timedelta(hours=1)

    again = await client.get("/feed.xml", headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert again.status == 304


async def test_a_json_feed_has_what_is_wrong_in_fields_of_their_own(client: Client, shelf: Shelf) -> None:
    shelf.gone = {"https://a.example/"}
    feed = await (await client.get("/feed.json")).json(content_type=None)

    assert feed["items"][0]["_readbot"]["trouble"] == "gone since May 2026"
    assert feed["items"][0]["_readbot"]["archived_url"] == "https://archive.example/https://a.example/"


async def test_a_feed_names_its_own_address(client: Client) -> None:
    feed = feedparser.parse(await (await client.get("/feed.xml")).read())
    assert [link.href for link in feed.feed.links if link.rel == "self"] == ["https://lists.example/feed.xml"]
    assert (await (await client.get("/feed.json")).json(content_type=None))["feed_url"] == (
        "https://lists.example/feed.json"
    )


@pytest.mark.parametrize("path", PATHS)
async def test_a_head_request_gets_the_headers_alone(client: Client, path: str) -> None:
    whole = await client.get(path)
    answer = await client.head(path)
    assert (answer.status, await answer.read()) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert answer.headers[name] == whole.headers[name]
    known = {"If-None-Match": whole.headers["ETag"]}
    assert (await client.head(path, headers=known)).status == 304


async def test_a_server_without_feeds_has_no_such_pages() -> None:
    async with TestClient(TestServer(make_app({}))) as client:
        assert (await client.get("/feed.xml")).status == 404


# The program itself


async def test_the_running_program_serves_its_list_and_the_next_version_of_it(tmp_path: Path) -> None:
    own = tmp_path / "list.yaml"
    text = "title: {}\nsections: [{{title: S, links: [{{title: T, url: https://t.example}}]}}]\n"
    own.write_text(text.format("First"))
    settings = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "0", "READBOT_LIST": str(own)}
    async with make_slack() as slack, run_program(slack, **settings) as program:
        url = f"http://127.0.0.1:{await program.wait_for_port()}/feed.json"
        async with aiohttp.ClientSession() as session:
            assert (await (await session.get(url)).json(content_type=None))["title"] == "First"
            own.write_text(text.format("The second one"))
            await program.wait_for_line(r"(lists loaded)")
            assert (await (await session.get(url)).json(content_type=None))["title"] == "The second one"
        assert await program.stop() == 0


async def test_the_running_program_shows_no_list_where_that_is_off() -> None:
    settings = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "0", "READBOT_FEEDS": "off"}
    async with make_slack() as slack, run_program(slack, **settings) as program:
        url = f"http://127.0.0.1:{await program.wait_for_port()}"
        async with aiohttp.ClientSession() as session:
            for path in PATHS:
                assert (await session.get(url + path)).status == 404
            assert (await session.get(f"{url}/healthz")).status == 200
        assert await program.stop() == 0
