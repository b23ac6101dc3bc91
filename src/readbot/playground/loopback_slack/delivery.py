"""How a loopback Slack reaches the app: signed HTTP requests, or envelopes over Socket Mode.

Sources: https://docs.slack.dev/authentication/verifying-requests-from-slack and
https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from readbot.playground.loopback_slack.surfaces import Json

#: What Slack waits for an acknowledgement.
ACK_TIMEOUT_S = 3.0

#: As many connections as one app may hold.
MAX_CONNECTIONS = 10

#: Envelope types, by what is delivered.
COMMAND, INTERACTION, EVENT = "slash_commands", "interactive", "events_api"


class NotDeliveredError(Exception):
    """The app could not be reached, or did not acknowledge in time: the person sees a failure."""

    def __init__(self, message: str, *, reason: str = "connection_failed") -> None:
        #: As ``X-Slack-Retry-Reason`` has it.
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class Retry:
    """What Slack says with an event that it delivers again."""

    #: 1 for the first repetition.
    number: int
    #: "http_timeout", "http_error" or "connection_failed".
    reason: str


@dataclass(frozen=True, kw_only=True)
class Ack:
    """What the app answered at once."""

    #: HTTP status; 200 over Socket Mode.
    status: int
    #: A JSON object; a plain text counts as ``{"text": ...}``. Empty where it said nothing.
    body: Json
    #: Whether the app asked not to be told again (``X-Slack-No-Retry``).
    refuses_retries: bool = False


class Delivery(Protocol):
    """A way to the app."""

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
        """Hand over *payload* and return the acknowledgement; *retry* where it was tried before.

        Raises:
            NotDeliveredError: There was none within ``ACK_TIMEOUT_S``.
        """


def sign(signing_secret: str, body: bytes, *, timestamp: int | str | None = None) -> dict[str, str]:
    """Return the headers that prove a request to be Slack's."""
    stamp = str(int(time.time()) if timestamp is None else timestamp)
    digest = hmac.new(signing_secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest.hexdigest()}"}


def encode(kind: str, payload: Json) -> tuple[bytes, str]:
    """Return body and content type of *payload* as Slack sends it over HTTP."""
    if kind == EVENT:
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == COMMAND else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


class HttpDelivery:
    """Signed requests to the app's request URL."""

    def __init__(
        self, request_url: str, signing_secret: str, *, ack_timeout_s: float = ACK_TIMEOUT_S
    ) -> None:
        self.request_url = request_url
        self._signing_secret = signing_secret
        #: How long Slack waits.
        self.ack_timeout_s = ack_timeout_s

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
        body, content_type = encode(kind, payload)
        headers = {"Content-Type": content_type, **sign(self._signing_secret, body)}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        timeout = aiohttp.ClientTimeout(total=self.ack_timeout_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.request_url, data=body, headers=headers) as response,
            ):
                return Ack(
                    status=response.status,
                    body=_parse_ack(await response.text()),
                    refuses_retries=response.headers.get("X-Slack-No-Retry") == "1",
                )
        except (TimeoutError, aiohttp.ClientError) as error:
            reason = "http_timeout" if isinstance(error, TimeoutError) else "connection_failed"
            raise NotDeliveredError(f"no answer over HTTP: {type(error).__name__}", reason=reason) from error


class SocketDelivery:
    """Envelopes over the app's open websockets; each goes to one of them."""

    def __init__(self, *, ack_timeout_s: float = ACK_TIMEOUT_S) -> None:
        self._connections: list[web.WebSocketResponse] = []
        self._turn = itertools.count()
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._changed = asyncio.Condition()
        #: Connections that were opened so far.
        self.opened = 0
        #: Which connection, counted from 0, each envelope went to.
        self.routed: list[int] = []
        #: How long Slack waits.
        self.ack_timeout_s = ack_timeout_s

    @property
    def connections(self) -> int:
        """How many are open now."""
        return len(self._connections)

    def make_ticket(self) -> str:
        """Return what one connection has to show when it comes."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def wait_for_connections(self, count: int, *, opened: int = 0, timeout_s: float = 60) -> None:
        """Return once exactly *count* are open, and at least *opened* have been in all."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: self.connections == count and self.opened >= opened)

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
        if not self._connections:
            raise NotDeliveredError("no websocket is open")
        number = next(self._turn) % len(self._connections)
        connection = self._connections[number]
        envelope_id = secrets.token_hex(8)
        acknowledged = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = acknowledged
        self.routed.append(number)
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != EVENT,
        }
        if kind == EVENT:
            envelope |= {
                "retry_attempt": retry.number if retry else 0,
                "retry_reason": retry.reason if retry else "",
            }
        try:
            await connection.send_json(envelope)
            async with asyncio.timeout(self.ack_timeout_s):
                return Ack(status=200, body=await acknowledged)
        except (TimeoutError, ConnectionError) as error:
            reason = "http_timeout" if isinstance(error, TimeoutError) else "connection_failed"
            raise NotDeliveredError(
                f"no answer over Socket Mode: {type(error).__name__}", reason=reason
            ) from error
        finally:
            del self._waiting[envelope_id]

    async def refresh(self, *, reason: str = "refresh_requested") -> None:
        """Tell every connection to leave and come again, as Slack does every few hours."""
        for connection in tuple(self._connections):
            await connection.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "loopback"}}
            )

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in tuple(self._connections):
            await connection.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection of the app's, until either side leaves."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        if self.connections >= MAX_CONNECTIONS:
            await connection.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await connection.close()
            return connection
        await self._add(connection)
        try:
            async for message in connection:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledge(message.json())
        finally:
            await self._remove(connection)
        return connection

    async def _add(self, connection: web.WebSocketResponse) -> None:
        await connection.send_json(
            {
                "type": "hello",
                "num_connections": self.connections + 1,
                "connection_info": {"app_id": "A1"},
                "debug_info": {"host": "loopback", "approximate_connection_time": 18060},
            }
        )
        async with self._changed:
            self._connections.append(connection)
            self.opened += 1
            self._changed.notify_all()

    async def _remove(self, connection: web.WebSocketResponse) -> None:
        async with self._changed:
            with contextlib.suppress(ValueError):
                self._connections.remove(connection)
            self._changed.notify_all()

    def _acknowledge(self, answer: Json) -> None:
        waiting = self._waiting.get(answer.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload") or {})


def _parse_ack(written: str) -> Json:
    if not written:
        return {}
    try:
        parsed: Any = json.loads(written)
    except ValueError:
        return {"text": written}
    return parsed if isinstance(parsed, dict) else {"text": written}
