"""``POST /slack/events``: a guard that lets only whole, signed, well-formed requests reach Bolt.

Bolt answers a timestamp that is no number with a traceback, reads any size, and takes a slash
command whose text holds the word "payload" for something else. What is turned away here costs one
log line without a word of what was sent.
"""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientPayloadError, web
from aiohttp.http import HttpProcessingError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from readbot.settings import Secret

logger = logging.getLogger(__name__)

#: Slack's own requests stay far below.
MAX_BODY_BYTES = 256 * 1024

#: How far a timestamp may be from now, either way, in seconds; Slack's advice against replays.
MAX_AGE_S = 5 * 60

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
#: A slash command has some 15 fields.
_MAX_FORM_FIELDS = 100


class RefusedError(Exception):
    """A request that is turned away."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        #: Goes into the log and the answer: says what is wrong, never what was sent.
        self.reason = reason
        super().__init__(reason)


class EventsEndpoint:
    """Checks what arrives over HTTP, then lets *app* answer it."""

    def __init__(
        self, app: AsyncApp, signing_secret: Secret, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._app = app
        self._secret = signing_secret.reveal().encode()
        self._clock = clock

    async def handle(self, request: web.Request) -> web.Response:
        try:
            bolt_request = await self._admit(request)
        except RefusedError as refused:
            logger.warning("refused a request: %d %s", refused.status, refused.reason)
            return web.Response(status=refused.status, text=refused.reason)
        return _to_response(await self._app.async_dispatch(bolt_request))

    async def _admit(self, request: web.Request) -> AsyncBoltRequest:
        content_type = request.content_type
        if content_type not in {_JSON, _FORM}:
            raise RefusedError(415, "the content type is neither JSON nor a form")
        if "Content-Encoding" in request.headers:
            raise RefusedError(415, "the body is compressed")
        timestamp = self._check_timestamp(request)
        body = await _read(request)
        self._check_signature(request, timestamp, body)
        payload = _parse(body, content_type)
        try:
            # Parsed already, which is the one thing that this mode means beside an unsigned request:
            # Bolt's own reading of forms trips over the word "payload".
            return AsyncBoltRequest(body=payload, headers=_headers(request), mode="socket_mode")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RefusedError(400, "the payload is none of Slack's") from error

    def _check_timestamp(self, request: web.Request) -> str:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        # Digits of other alphabets are digits to int() and none to Slack.
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise RefusedError(401, "the timestamp is missing or no number")
        if abs(self._clock() - int(timestamp)) > MAX_AGE_S:
            raise RefusedError(401, "the timestamp is too far from now")
        return timestamp

    def _check_signature(self, request: web.Request, timestamp: str, body: bytes) -> None:
        signature = request.headers.get("X-Slack-Signature", "")
        expected = sign(self._secret, timestamp, body)
        if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
            raise RefusedError(401, "the signature is missing or wrong")


def _to_response(answer: BoltResponse) -> web.Response:
    """Return Bolt's answer as bytes, which go out with the head at once.

    Bolt's own adapter leaves a text to aiohttp, which encodes and writes it by itself, some microseconds later.
    """
    headers = {name: values[0] for name, values in answer.headers.items()}
    return web.Response(status=answer.status, body=answer.body.encode(), headers=headers)


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return Slack's signature of a request.

    Over the bytes as they came: slack_sdk's own verifier decodes them, and raises on some.

    Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    return "v0=" + hmac.new(secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


async def _read(request: web.Request) -> bytes:
    """Return the body, giving up as soon as it is too large."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise RefusedError(413, "the body is too large")
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise RefusedError(413, "the body is too large")
    except (ConnectionError, ClientPayloadError, HttpProcessingError):
        raise RefusedError(400, "the body broke off") from None
    return bytes(body)


def _parse(body: bytes, content_type: str) -> dict[str, Any]:
    """Return the payload: a JSON body, a form's ``payload`` field, or the form itself."""
    try:
        written = body.decode()
    except UnicodeDecodeError:
        raise RefusedError(400, "the body is no UTF-8") from None
    if content_type == _JSON:
        return _parse_json(written)
    try:
        form = dict(
            parse_qsl(
                written,
                keep_blank_values=True,
                strict_parsing=True,
                max_num_fields=_MAX_FORM_FIELDS,
                errors="strict",
            )
        )
    except ValueError:
        raise RefusedError(400, "the form is malformed") from None
    if "payload" in form:
        return _parse_json(form["payload"])
    if "command" in form or "ssl_check" in form:
        return form
    raise RefusedError(400, "the form is none of Slack's")


def _parse_json(written: str) -> dict[str, Any]:
    try:
        payload = json.loads(written)
    except (ValueError, RecursionError):
        raise RefusedError(400, "the JSON is malformed") from None
    if not isinstance(payload, dict):
        raise RefusedError(400, "the JSON is no object")
    return payload


def _headers(request: web.Request) -> dict[str, str | Sequence[str]]:
    """Return the headers that tell a retry of an event from the first try."""
    return {name: request.headers[name] for name in _RETRY_HEADERS if name in request.headers}


_RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")
