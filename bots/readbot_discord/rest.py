"""Discord's REST API in single calls: one request, one answer, nothing repeated and nothing waited for.

discord.py's own client is made for a bot that talks: it sends a request up to five times and sleeps
through rate limits of up to 30 seconds and more. A delivery writes each try into a ledger before it
is made, so its calls come from here.
"""

import json
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any

import aiohttp

from readbot import __version__
from readbot.settings import Secret

#: What Discord asks of bots: a name, an address (readbot has none of its own), a version.
#: Source: https://docs.discord.com/developers/reference#user-agent
_USER_AGENT = f"DiscordBot (https://readbot.invalid, {__version__})"
#: So many complaints about fields are told.
_MAX_DETAILS = 3
#: For a 429 that does not say how long: Cloudflare's, which bans for a while.
_UNKNOWN_WAIT_S = 60.0


class UnsentError(Exception):
    """The request certainly never reached Discord: no connection was made."""


class NoAnswerError(Exception):
    """Discord may or may not have acted: the connection broke, or the answer makes no sense."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What Discord said to one call."""

    status: int
    #: The JSON of the answer; None where it is none.
    body: Any
    headers: Mapping[str, str]

    @property
    def is_ok(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_limited(self) -> bool:
        return self.status == HTTPStatus.TOO_MANY_REQUESTS

    @property
    def is_broken(self) -> bool:
        """Whether Discord is in trouble, or a proxy gave up waiting for it (nirn-proxy says 408)."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR or self.status == HTTPStatus.REQUEST_TIMEOUT

    @property
    def is_discords(self) -> bool:
        """Whether it is Discord's own word: what stands between answers with pages of HTML."""
        return isinstance(self.body, dict | list)

    @property
    def code(self) -> int:
        """Discord's own error code, such as 10003; 0 where there is none."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        return code if isinstance(code, int) else 0

    @property
    def reason(self) -> str:
        """What Discord says, in its own words: "Missing Access (50001)", "HTTP 502"."""
        message = self.body.get("message") if isinstance(self.body, dict) else None
        if not isinstance(message, str) or not message:
            return f"HTTP {self.status}"
        return f"{message[:200]} ({self.code})" if self.code else message[:200]

    @property
    def details(self) -> str:
        """The reason with what a 50035 says about single fields: "0.name: Must be 32 or fewer in length."."""
        errors = self.body.get("errors") if isinstance(self.body, dict) else None
        found = list(islice(_find_errors(errors), _MAX_DETAILS))
        return ": ".join([self.reason, "; ".join(found)]) if found else self.reason

    @property
    def retry_after_s(self) -> float:
        """How long a 429 asks to wait; the body says it to the millisecond, the header in seconds."""
        said = self.body.get("retry_after") if isinstance(self.body, dict) else None
        for value in (said, self.headers.get("Retry-After")):
            try:
                seconds = float(value)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                continue
            if math.isfinite(seconds):
                return max(0.0, seconds)
        return _UNKNOWN_WAIT_S

    @property
    def is_limited_for_all(self) -> bool:
        """Whether a 429 is for the whole bot; one that is not Discord's own JSON is Cloudflare's ban."""
        if not self.is_limited:
            return False
        if not isinstance(self.body, dict):
            return True
        return bool(self.body.get("global")) or self.headers.get("X-RateLimit-Scope") == "global"


class Rest:
    """Makes calls with a bot's token."""

    def __init__(self, session: aiohttp.ClientSession, *, api_url: str) -> None:
        self._session = session
        self._api_url = api_url

    async def call(
        self, method: str, path: str, *, body: Any = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        """Make one call; the caller limits its time.

        Args:
            method: "GET", "POST", ...
            path: Behind ``/api/v10``, ids filled in.
            body: Sent as JSON, if not None.
            query: Parameters of the address.

        Raises:
            UnsentError: Nothing was sent.
            NoAnswerError: Something was sent, and no answer came that can be read.
        """
        try:
            async with self._session.request(
                method,
                self._api_url + path,
                json=body,
                params=query,
                # A POST that is redirected would become a GET, and the token go to another host.
                allow_redirects=False,
            ) as response:
                raw = await response.read()
        except aiohttp.ClientConnectorError as error:
            raise UnsentError(f"no connection, {type(error).__name__}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise NoAnswerError(type(error).__name__) from error
        return Answer(status=response.status, body=_parse(raw), headers=response.headers)


def _find_errors(tree: Any, path: str = "") -> Iterator[str]:
    """Return every message in the tree of a 50035, with the path of its field."""
    if not isinstance(tree, dict):
        return
    for key, below in tree.items():
        if key != "_errors":
            yield from _find_errors(below, f"{path}.{key}" if path else str(key))
            continue
        for each in below:
            yield f"{path}: {str(each.get('message'))[:200]}"


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


@asynccontextmanager
async def open_rest(token: Secret, *, api_url: str) -> AsyncIterator[Rest]:
    """Give a ``Rest`` for the bot of *token*, until the block ends.

    Args:
        token: The bot's.
        api_url: Ends in ``/api/v10``.
    """
    headers = {"Authorization": f"Bot {token.reveal()}", "User-Agent": _USER_AGENT}
    # No time-out here: every caller has its own, and knows what it means.
    no_limit = aiohttp.ClientTimeout(total=None, sock_connect=None)
    async with aiohttp.ClientSession(
        headers=headers, timeout=no_limit, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        yield Rest(session, api_url=api_url)
