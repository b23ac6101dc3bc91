"""What reaches ``/slack/events`` and is none of Slack's is turned away, in one log line and no more."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
import pytest
import yarl

from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack, sign
from readbot.ports import Conversation
from tests.slack.conftest import ServeHttp

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
COMMAND = urlencode({"command": "/llmread", "text": "fine-tuning", "team_id": "T1", "user_id": "U1"}).encode()
SECRET_WORDS = "zanzibar"


@dataclass
class Door:
    """Knocks at the endpoint with whatever one likes."""

    url: str
    session: aiohttp.ClientSession

    async def knock(
        self, body: bytes, *, content_type: str = FORM, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        sent = {"Content-Type": content_type, **(sign(SIGNING_SECRET, body) if headers is None else headers)}
        async with self.session.post(self.url, data=body, headers=sent) as response:
            return response.status, await response.text()


@pytest.fixture
async def door(serve_http: ServeHttp, bot: Conversation) -> AsyncIterator[Door]:
    async with serve_http(bot) as url, aiohttp.ClientSession() as session:
        yield Door(url, session)


def assert_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Assert that the log has a single line about it, with no traceback and no word that was sent."""
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is None
    assert "refused a request" in caplog.text
    assert SECRET_WORDS not in caplog.text


async def test_what_slack_signed_is_answered(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    status, answer = await door.knock(COMMAND)
    assert status == 200
    assert "Fine-tuning in practice" in answer
    assert "refused" not in caplog.text


def at(moment: float | str) -> dict[str, str]:
    return sign(SIGNING_SECRET, COMMAND, timestamp=moment if isinstance(moment, str) else int(moment))


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("nothing is signed", {}),
        ("the secret is another", sign("another", COMMAND)),
        ("the signature is of another body", sign(SIGNING_SECRET, COMMAND + b"x")),
        ("the signature is empty", {**at(time.time()), "X-Slack-Signature": ""}),
        ("the signature is not ASCII", {**at(time.time()), "X-Slack-Signature": "v0=ä"}),
        ("the signature is of another version", {**at(time.time()), "X-Slack-Signature": "v1=00"}),
        ("the timestamp is an hour old", at(time.time() - 3_600)),
        # Far ahead: these are made when the tests are collected, and run minutes later.
        ("the timestamp is an hour ahead", at(time.time() + 3_600)),
        ("the timestamp is a word", at("yesterday")),
        ("the timestamp is a fraction", at(f"{time.time():.3f}")),
        ("the timestamp is negative", at("-1")),
        ("the timestamp is in other digits", at("١٧٠٠٠٠٠٠٠٠")),
        ("the timestamp is endless", at("9" * 5000)),
        ("the timestamp is empty", at("")),
    ],
)
async def test_a_request_that_slack_did_not_just_sign_is_refused(
    door: Door, caplog: pytest.LogCaptureFixture, name: str, headers: dict[str, str]
) -> None:
    status, _ = await door.knock(COMMAND, headers=headers)
    assert status == 401, name
    assert_one_line(caplog)


@pytest.mark.parametrize(
    ("name", "content_type", "body"),
    [
        ("cut JSON", JSON, b'{"type": "' + SECRET_WORDS.encode()),
        ("no JSON", JSON, b"zanzibar"),
        ("nothing", JSON, b""),
        ("a JSON list", JSON, b'["zanzibar"]'),
        ("a JSON text", JSON, b'"zanzibar"'),
        ("JSON deeper than can be read", JSON, b'{"a":' * 40_000),
        ("JSON with an event that is a number", JSON, b'{"type": "event_callback", "event": 5, "team": 3}'),
        ("no UTF-8", JSON, b'{"zanzibar": "\xff"}'),
        ("an empty form", FORM, b""),
        ("a form without a command", FORM, b"text=zanzibar"),
        ("a form without an equals sign", FORM, b"zanzibar"),
        ("a form that is no UTF-8 behind its escapes", FORM, b"command=%ff&text=zanzibar"),
        ("a form of a thousand fields", FORM, b"command=/llmread&" + b"&".join([b"zanzibar=1"] * 1000)),
        ("a form with cut JSON", FORM, urlencode({"payload": '{"type": "zanzibar'}).encode()),
        ("a form with a JSON list", FORM, urlencode({"payload": "[1]"}).encode()),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    door: Door, caplog: pytest.LogCaptureFixture, name: str, content_type: str, body: bytes
) -> None:
    status, answer = await door.knock(body, content_type=content_type)
    assert status == 400, name
    assert SECRET_WORDS not in answer
    assert_one_line(caplog)


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml"])
async def test_another_content_type_is_refused(
    door: Door, caplog: pytest.LogCaptureFixture, content_type: str
) -> None:
    status, _ = await door.knock(COMMAND, content_type=content_type)
    assert status == 415
    assert_one_line(caplog)


async def test_a_body_over_256_kb_is_refused(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    status, _ = await door.knock(b"text=" + b"a" * 256 * 1024)
    assert status == 413
    assert_one_line(caplog)


async def test_a_body_without_a_length_is_read_no_further_than_256_kb(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"a" * 64 * 1024

    headers = {"Content-Type": FORM, **sign(SIGNING_SECRET, b"")}
    try:
        async with door.session.post(door.url, data=endless(), headers=headers) as response:
            assert response.status == 413
    except (aiohttp.ClientConnectionError, ConnectionError):
        pass  # The server may hang up while the rest is still being sent.
    assert_one_line(caplog)


async def test_a_compressed_body_is_refused(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    headers = {**sign(SIGNING_SECRET, COMMAND), "Content-Encoding": "gzip"}
    status, _ = await door.knock(gzip.compress(COMMAND), headers=headers)
    assert status == 415
    assert_one_line(caplog)


async def knock_raw(door: Door, head: bytes, body: bytes, *, hangs_up: bool = False) -> bytes:
    """Write bytes as they are and return what was answered."""
    address = yarl.URL(door.url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + head + b"\r\n\r\n" + body
    )
    if hangs_up:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_signature_of_stray_bytes_is_refused(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    head = (
        f"Content-Type: {FORM}\r\nContent-Length: {len(COMMAND)}\r\n"
        f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: "
    ).encode() + b"v0=\xff\xfe"
    assert b" 401 " in await knock_raw(door, head, COMMAND)
    assert_one_line(caplog)


async def test_a_caller_that_hangs_up_within_the_body_leaves_no_traceback(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    head = (
        f"Content-Type: {FORM}\r\nContent-Length: 500\r\nX-Slack-Request-Timestamp: {int(time.time())}"
    ).encode()
    await knock_raw(door, head, b"text=zanzibar", hangs_up=True)
    assert_one_line(caplog)
    status, _ = await door.knock(COMMAND)
    assert status == 200


async def test_the_app_answers_on_after_all_that(door: Door) -> None:
    for body, content_type in ((b"{", JSON), (b"zanzibar", FORM), (b"a" * 300_000, FORM)):
        await door.knock(body, content_type=content_type)
    status, _ = await door.knock(COMMAND)
    assert status == 200


async def test_slacks_own_check_of_the_address_is_answered(door: Door) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c7", "token": "t"}).encode()
    status, answer = await door.knock(body, content_type=JSON)
    assert (status, json.loads(answer)) == (200, {"challenge": "c7"})


async def test_a_command_of_another_app_is_not_answered(
    serve_http: ServeHttp, bot: Conversation, slack: LoopbackSlack
) -> None:
    async with serve_http(bot):
        seen = await slack.command("fine-tuning", user="U1", channel="C1", command="/other")
    assert "404" in seen.problem
