"""The list for assistants, driven by the official client."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters, stdio_client

from readbot.bootstrap import load_library
from readbot.cli import main
from readbot.cli_mcp import Sources
from readbot.curation.model import LinkHealth, LinkState
from readbot.mcp_server import make_mcp_server
from readbot.reading_list.yaml_file import default_list_path, load_list
from readbot.settings import Settings
from readbot.store import Database, Store
from tests.digest_data import START
from tests.paths import FEW_ALIASES
from tests.waiting import LAST_RESORT_S

READBOT = Path(sys.executable).with_name("readbot")
ENVIRON = {"PATH": os.environ["PATH"], "READBOT_ALIASES": str(FEW_ALIASES)}
ATTENTION = "https://arxiv.org/abs/1706.03762"


@asynccontextmanager
async def over_stdio(stderr: Path, **env: str) -> AsyncIterator[Client]:
    """Give a client of the real program."""
    program = StdioServerParameters(command=str(READBOT), args=["mcp"], env=ENVIRON | env)
    with stderr.open("w") as errors:
        async with Client(stdio_client(program, errlog=errors)) as client:
            yield client


async def ask(client: Client, tool: str, **arguments: Any) -> Any:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return answer.structured_content


async def ask_wrongly(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    [words] = answer.content
    assert words.type == "text"
    assert "Traceback" not in words.text
    return words.text


@pytest.fixture(scope="module")
def library() -> Any:
    return load_library(aliases_path=FEW_ALIASES)


@pytest.fixture
def client(library: Any) -> Client:
    """A client of a server within this process, to be entered: a fixture's end is another task."""
    return Client(make_mcp_server(lambda: library))


async def test_an_assistant_searches_reads_and_cites_the_list_over_stdio(tmp_path: Path) -> None:
    stderr = tmp_path / "stderr"
    async with over_stdio(stderr) as client:
        found = await ask(client, "search", query="attention is all you need", limit=3)
        link = await ask(client, "link", id_or_url=found["hits"][0]["link"]["id"])
        section = await ask(client, "section", name=link["section"][-1])
        listed = await ask(client, "sections")
        await ask_wrongly(client, "search", query="?!")

    assert link["url"] == ATTENTION
    assert link in section["links"]
    assert section["section"] in listed["sections"]
    assert listed["links"] == len(load_list(default_list_path()).entries)
    assert stderr.read_text() == ""


@asynccontextmanager
async def set_up(folder: Path, **env: str) -> AsyncIterator[Client]:
    """Give a client of a server in this process that is set up as the program is."""
    sources = Sources(Settings.from_environ({**ENVIRON, "READBOT_DATA_DIR": str(folder), **env}))
    async with Client(make_mcp_server(sources.find_library, doctor=sources.health)) as client:
        yield client


async def test_the_list_of_the_settings_is_served(tmp_path: Path) -> None:
    own = tmp_path / "list.yaml"
    own.write_text("title: Own\nsections: [{title: S, links: [{title: T, url: https://t.example}]}]\n")
    async with set_up(tmp_path, READBOT_LIST=str(own)) as client:
        assert (await ask(client, "sections"))["title"] == "Own"


async def test_a_link_that_was_found_dead_says_so_with_its_archived_copy(tmp_path: Path) -> None:
    own = tmp_path / "list.md"
    own.write_text("# T\n\n## S\n\n- [Gone](https://gone.example), [Slides](https://slides.example)\n")
    gone = LinkHealth(
        url="https://gone.example",
        state=LinkState.DEAD,
        failing_since=START,
        checked_at=START,
        archived_url="https://web.archive.org/web/2/https://gone.example",
    )
    with Database.open(f"sqlite:///{tmp_path / 'readbot.db'}") as database:
        Store(database).links.save([gone])

    async with set_up(tmp_path, READBOT_LIST=str(own)) as client:
        (link,) = (await ask(client, "section", name="S"))["links"]

    assert link["trouble"] == "gone since November 2026"
    assert link["archived_url"] == gone.archived_url
    assert [(also["title"], also["trouble"]) for also in link["also"]] == [("Slides", None)]


async def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    async with set_up(tmp_path / "none") as client:
        assert (await ask(client, "link", id_or_url=ATTENTION))["trouble"] is None
    assert not (tmp_path / "none").exists()


async def test_a_database_that_is_away_costs_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = "postgresql://readbot:secret@127.0.0.1:1/readbot"
    async with set_up(tmp_path, DATABASE_URL=nowhere) as client:
        assert (await ask(client, "link", id_or_url=ATTENTION))["url"] == ATTENTION
    assert "which links are gone is not known" in caplog.text
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_an_edited_list_is_served_at_once_and_a_broken_one_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "list.md"
    own.write_text("# First\n\n## S\n\n- [T](https://t.example)\n")
    async with set_up(tmp_path, READBOT_LIST=str(own)) as client:
        assert (await ask(client, "sections"))["title"] == "First"
        own.write_text("# Second, and longer\n\n## S\n\n- [T](https://t.example)\n")
        assert (await ask(client, "sections"))["title"] == "Second, and longer"
        own.write_text("# Nothing on it\n")
        assert (await ask(client, "sections"))["title"] == "Second, and longer"
    assert "is refused, and the one before is served" in caplog.text


def test_nothing_but_the_protocol_goes_to_standard_output_and_the_end_of_input_ends_it() -> None:
    done = subprocess.run(
        [READBOT, "mcp"],
        input="this is no message\n",
        capture_output=True,
        text=True,
        timeout=LAST_RESORT_S,
        env=ENVIRON | {"READBOT_LOG_LEVEL": "DEBUG"},
        check=False,
    )
    assert done.returncode == 0
    assert all(line.startswith("{") for line in done.stdout.splitlines())


def test_a_list_that_cannot_be_used_is_a_sentence_not_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [READBOT, "mcp"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LAST_RESORT_S,
        env=ENVIRON | {"READBOT_LIST": str(tmp_path / "none.yaml")},
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "check the name and the permissions" in done.stderr
    assert "Traceback" not in done.stderr


async def test_every_tool_says_that_it_only_reads_and_what_it_returns(client: Client) -> None:
    async with client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"search", "sections", "section", "link"}
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.output_schema is not None
        for schema in tool.input_schema["properties"].values():
            assert schema["description"]


@pytest.mark.parametrize(
    "url", [ATTENTION, "http://www.arxiv.org/pdf/1706.03762v5.pdf", f" {ATTENTION}?utm_source=x "]
)
async def test_a_link_is_found_by_its_address_in_any_spelling(client: Client, url: str) -> None:
    async with client:
        assert (await ask(client, "link", id_or_url=url))["url"] == ATTENTION


async def test_a_link_is_found_by_its_further_addresses(client: Client, library: Any) -> None:
    entry = next(entry for entry in library.reading_list.entries if entry.link.also)
    async with client:
        found = await ask(client, "link", id_or_url=entry.link.also[0].url)
    assert found["url"] == entry.link.url


async def test_a_section_too_long_for_one_answer_is_read_in_parts(client: Client, library: Any) -> None:
    place = max(library.reading_list.places, key=lambda place: place.link_count)
    async with client:
        whole = await ask(client, "section", name=place.id)
        parts = [
            await ask(client, "section", name=place.id, limit=1, offset=offset)
            for offset in range(place.link_count)
        ]
    assert [part["links"] for part in parts] == [[link] for link in whole["links"]]
    assert whole["section"]["links"] == len(whole["links"])


async def test_a_search_without_an_answer_says_what_is_near(client: Client) -> None:
    async with client:
        found = await ask(client, "search", query="zebra crossing at midnight")
    assert found["hits"] == []


@pytest.mark.parametrize(
    ("tool", "arguments", "advice"),
    [
        ("search", {"query": "?!"}, "type a word or two"),
        ("search", {"query": "attention", "limit": 0}, "greater than or equal to 1"),
        ("search", {}, "Field required"),
        ("section", {"name": "no such thing"}, "the tool sections lists all"),
        ("link", {"id_or_url": "https://example.org/nowhere"}, "is not on the reading list"),
        ("link", {"id_or_url": "zzzzzz"}, "take an id from search or section"),
        ("delete", {}, "Unknown tool"),
        ("search", {"query": 5}, "should be a valid string"),
        ("search", {"query": "attention", "limit": "many"}, "should be a valid integer"),
        ("search", {"query": "attention", "limit": 2**80}, "less than or equal to 50"),
        ("search", {"query": "\x00\x1b\u202e"}, "type a word or two"),
        ("section", {"name": {"a": 1}}, "should be a valid string"),
        ("section", {"name": "\x00\x1b[0m"}, r"called '\x00\x1b[0m'"),
        ("section", {"name": "x" * 100_000}, "the tool sections lists all"),
        ("link", {"id_or_url": ""}, "take an id from search or section"),
        ("link", {"id_or_url": "http://[::1"}, "give an http(s) address"),
        ("link", {"id_or_url": "https://" + "a" * 100_000}, "give an http(s) address"),
    ],
)
async def test_what_an_assistant_gets_wrong_comes_back_with_advice(
    client: Client, tool: str, arguments: dict[str, Any], advice: str
) -> None:
    async with client:
        words = await ask_wrongly(client, tool, **arguments)
    assert advice in words
    assert len(words) < 500


async def test_a_query_of_a_million_characters_is_answered_by_its_beginning(client: Client) -> None:
    async with client:
        found = await ask(client, "search", query="attention is all you need " * 40_000)
    assert found["hits"]
    assert len(found["query"]) < 1000


async def test_assistants_are_served_over_http_until_the_signal() -> None:
    program = await asyncio.create_subprocess_exec(
        READBOT,
        *("mcp", "--http", "127.0.0.1:0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=ENVIRON,
    )
    assert program.stderr is not None
    try:
        async with asyncio.timeout(LAST_RESORT_S):
            first = (await program.stderr.readuntil(b"/mcp")).decode()
        url = "http://" + first.rpartition("http://")[2]
        async with Client(url) as client:
            assert (await ask(client, "link", id_or_url=ATTENTION))["url"] == ATTENTION
        # A page in a browser whose name was bound to this address (DNS rebinding).
        async with aiohttp.request("POST", url, json={}, headers={"Host": "evil.example"}) as refused:
            assert refused.status == 421
    finally:
        program.send_signal(signal.SIGTERM)
        stdout, stderr = await program.communicate()
    assert stdout == b""
    assert b"Traceback" not in stderr


@pytest.mark.parametrize("address", ["8000x", "127.0.0.1:99999"])
def test_what_is_no_address_is_told(address: str) -> None:
    done = CliRunner().invoke(main, ["mcp", "--http", address])
    assert done.exit_code == 2
    assert "for instance 127.0.0.1:8000" in " ".join(done.stderr.split())
    assert done.stderr.count(address) == 1


def test_an_address_that_cannot_be_served_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        given = f"127.0.0.1:{busy.getsockname()[1]}"
        done = subprocess.run(
            [READBOT, "mcp", "--http", given],
            capture_output=True,
            text=True,
            timeout=LAST_RESORT_S,
            env=ENVIRON,
            check=False,
        )
    assert done.returncode == 2
    assert "cannot listen on" in " ".join(done.stderr.split())
    assert done.stderr.count(given) == 1
    assert "Traceback" not in done.stderr
