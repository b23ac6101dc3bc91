"""The page's server: on this machine only, and nobody else's page may use it."""

import socket
from urllib.parse import urlsplit

import aiohttp
import pytest

from readbot.exceptions import SettingsError
from readbot.playground import server
from readbot.playground.server import serve_page
from readbot.playground.session import Session

from .steps import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_page_may_load_nothing_from_elsewhere(still_address: str) -> None:
    async with aiohttp.ClientSession() as client, client.get(still_address) as response:
        policy = response.headers["Content-Security-Policy"]
        page = await response.text()

    assert response.status == 200
    assert "default-src 'none'" in policy
    assert "https:" not in policy
    assert "https://" not in page


async def test_it_listens_on_this_machine_only(still_address: str) -> None:
    assert urlsplit(still_address).hostname == "127.0.0.1"


async def test_another_name_for_this_address_is_refused(still_address: str) -> None:
    """A website whose name points to 127.0.0.1 must not read what is here."""
    headers = {"Host": "evil.example"}
    async with aiohttp.ClientSession() as client, client.get(still_address, headers=headers) as response:
        assert response.status == 403


async def test_a_websocket_from_another_website_is_refused(still_address: str) -> None:
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(f"{still_address}line", headers={"Origin": "https://evil.example"})
    assert refused.value.status == 403


async def test_localhost_is_a_name_of_this_machine(still_address: str) -> None:
    port = urlsplit(still_address).port
    headers = {"Host": f"localhost:{port}"}
    async with aiohttp.ClientSession() as client, client.get(still_address, headers=headers) as response:
        assert response.status == 200


async def test_each_deed_is_answered_once_by_its_number(address: str) -> None:
    async with aiohttp.ClientSession() as client, client.ws_connect(f"{address}line") as line:
        assert (await line.receive_json())["event"] == "hello"
        await line.send_json({"id": 7, "do": "restart"})
        await line.send_json({"id": 8, "do": "command", "platform": "nowhere"})

        answers = [each async for each in _answers(line, 2)]

    assert {"re": 7, "result": None} in answers
    assert {"re": 8, "problem": "There is no such platform here."} in answers


@pytest.mark.parametrize("nonsense", ["", "no JSON", "[]", "{}", '{"id": 1, "do": 2}'])
async def test_nonsense_is_answered_and_does_no_harm(still_address: str, nonsense: str) -> None:
    async with aiohttp.ClientSession() as client, client.ws_connect(f"{still_address}line") as line:
        await line.receive_json()
        await line.send_str(nonsense)

        (answer,) = [each async for each in _answers(line, 1)]

    assert answer["problem"] == "The page sent no do."


async def test_a_busy_port_picks_the_next(still_session: Session) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        async with serve_page(still_session, port=port) as address:
            assert port < (urlsplit(address).port or 0) <= port + server.PORTS_TRIED


async def test_when_no_port_is_free_it_says_so(
    still_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PORTS_TRIED", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(SettingsError, match="--port"):
            async with serve_page(still_session, port=taken.getsockname()[1]):
                pass


async def test_nothing_outside_of_the_page_is_served(still_address: str) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{still_address}static/%2e%2e/server.py") as response,
    ):
        assert response.status in (403, 404)


async def _answers(line: aiohttp.ClientWebSocketResponse, count: int):  # type: ignore[no-untyped-def]
    while count:
        received = await line.receive_json(timeout=PATIENCE_S)
        if "re" in received:
            count -= 1
            yield received
