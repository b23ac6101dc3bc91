"""A machine that reaches Slack through a proxy alone, as HTTPS_PROXY names it."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from readbot.playground.loopback_slack import APP_TOKEN, LoopbackSlack
from readbot.settings import Secret
from tests.slack.digesting import Room, run_room
from tests.waiting import until

#: How a request begins that is meant for a proxy.
_ASKED = re.compile(rb"(?:GET|POST) ((?:http|ws)://\S+) HTTP/1\.1\r\n")


class Proxy:
    """Passes requests for http addresses on, and remembers their paths."""

    def __init__(self) -> None:
        self.passed: list[str] = []

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found = _ASKED.match(head)
        assert found is not None
        parts = urlsplit(found[1].decode())
        there, beyond = await asyncio.open_connection(parts.hostname, parts.port)
        self._remember(head)
        beyond.write(head)
        await asyncio.gather(self._pump(reader, beyond), self._pump(there, writer))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65_536):
                # A connection is used again.
                self._remember(data)
                sink.write(data)
        sink.close()

    def _remember(self, data: bytes) -> None:
        self.passed += [urlsplit(found.decode()).path for found in _ASKED.findall(data)]


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.pass_on, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    yield proxy
    server.close()


@pytest.fixture(params=["http", "socket"])
async def room(
    request: pytest.FixtureRequest, proxy: Proxy, slack: LoopbackSlack, home: Path
) -> AsyncIterator[Room]:
    settings = {} if request.param == "http" else {"slack_app_token": Secret(APP_TOKEN)}
    async with run_room(slack, home, **settings) as room:
        if request.param == "socket":
            await slack.sockets.wait_for_connections(1)
            slack.delivery = slack.sockets
        yield room


async def test_whatever_readbot_asks_slack_goes_through_the_proxy(room: Room, proxy: Proxy) -> None:
    slack = room.slack
    answer = (await slack.command("fine-tuning", user="U2", channel="C2")).message
    await slack.click(answer, "More", user="U2")
    await slack.open_home("U2")
    await room.type("on monday 9 berlin")
    room.be_due_now()
    await room.wait_for_digests(1)

    asked = {method for method, _ in slack.calls}
    assert {"users.info", "views.publish", "chat.postMessage", "response_url"} <= asked
    passed = {path.removeprefix("/api/") for path in proxy.passed}
    assert asked - {"response_url"} <= passed
    assert any(path.startswith("/respond/") for path in proxy.passed)
    if slack.delivery is slack.sockets:
        await until(lambda: "/socket" in proxy.passed)
