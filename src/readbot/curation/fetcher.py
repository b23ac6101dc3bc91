"""Asking addresses that strangers wrote down, without being led where no stranger may send us.

What holds for every request, redirects included:

* only public addresses, on ports 80 and 443; the address that was checked is the one that is connected
  to, so a name cannot point elsewhere a moment later;
* no proxy of the environment's, no user names, no cookies, nothing decompressed;
* everything ends: at most so many redirects, bytes, headers and seconds.
"""

import asyncio
import os
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import quote

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDictProxy
from yarl import URL

from readbot.curation.addresses import AddressRule, RefusedAddressError
from readbot.curation.answers import Answer, Trouble
from readbot.curation.pacing import HostPacer
from readbot.reading_list.texts import MAX_URL

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: How long a host is left alone that answers 429 and does not say.
_HOLD_OFF_S = 60.0
#: Longest ETag that is kept.
_MAX_CONDITION = 200
_SAFE_IN_URLS = "!#$%&'()*+,/:;=?@[]~"
#: Look-ups at a time, in threads of their own: one that hangs must hold up neither the others nor the database.
_LOOK_UPS = 32
#: Errors of a look-up that say that there is no such name; the others are the resolver's own trouble.
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where everything ends."""

    #: For one request with all its redirects.
    total_s: float = 20.0
    connect_s: float = 10.0
    redirects: int = 5
    #: Connections at a time.
    at_once: int = 32
    #: Longest wait that a host may ask for and still be asked.
    patience_s: float = 120.0


LookUp = Callable[[str, int], Sequence[str]]


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of *host* as the machine knows them, without repeats. Blocks.

    Raises:
        OSError: There are none.
    """
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    addresses = []
    for *_, (address, _, *more) in infos:
        scope = more[1] if len(more) > 1 else 0
        addresses.append(f"{address}%{scope}" if scope else str(address))
    return list(dict.fromkeys(addresses))


class _CheckedResolver(AbstractResolver):
    """Gives out addresses that may be connected to; a name with a forbidden one among them is refused."""

    def __init__(self, rule: AddressRule, look_up_: LookUp) -> None:
        self._rule = rule
        self._look_up = look_up_
        self._free = asyncio.Semaphore(_LOOK_UPS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._find_addresses(host, port)
        for address in addresses:
            self._rule.check(address, port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def _find_addresses(self, host: str, port: int) -> Sequence[str]:
        """Look *host* up in a thread that nobody waits for, neither here when time is up nor at the program's end.

        Such a thread keeps its place among the ``_LOOK_UPS`` until the system lets go of it.
        """
        await self._free.acquire()
        answer: Future[Sequence[str]] = Future()
        found = asyncio.wrap_future(answer)
        found.add_done_callback(self._let_next)
        # An executor's threads are joined at the end of the program; a daemon's are not.
        Thread(target=self._answer, args=(answer, host, port), name="link look-up", daemon=True).start()
        # Unlike ``await``, this leaves the look-up alone when whoever waits is cancelled.
        await asyncio.wait([found])
        return found.result()

    def _let_next(self, found: "asyncio.Future[Sequence[str]]") -> None:
        self._free.release()
        # Looked at, as nobody else does once time is up, and asyncio would complain of that.
        if not found.cancelled():
            found.exception()

    def _answer(self, answer: "Future[Sequence[str]]", host: str, port: int) -> None:
        answer.set_running_or_notify_cancel()
        try:
            answer.set_result(self._look_up(host, port))
        except Exception as error:
            answer.set_exception(error)

    async def close(self) -> None:
        """Leave look-ups that hang to themselves."""


class SafeFetcher(AbstractAsyncContextManager["SafeFetcher"]):
    """Asks addresses within the rules at the top of this file. For use in one event loop."""

    def __init__(
        self,
        *,
        user_agent: str,
        rule: AddressRule | None = None,
        limits: Limits | None = None,
        pacer: HostPacer | None = None,
        look_up: LookUp = look_up,
    ) -> None:
        """Prepare; ``async with`` opens it.

        Args:
            user_agent: Who asks, honestly.
            rule: Where connections may go.
            limits: Where everything ends.
            pacer: Spaces requests to one host; without it they are made as they come.
            look_up: Finds the addresses of a name; for tests.
        """
        self._user_agent = user_agent
        self._rule = rule or AddressRule()
        self.limits = limits or Limits()
        self._pacer = pacer or HostPacer(pace_s=0)
        self._look_up = look_up
        self._session: aiohttp.ClientSession | None = None
        self._resolver: _CheckedResolver | None = None

    async def __aenter__(self) -> Self:
        self._resolver = _CheckedResolver(self._rule, self._look_up)
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            # What was looked up a while ago tells nothing of who has the name now.
            use_dns_cache=False,
            socket_factory=self._make_socket,
            limit=self.limits.at_once,
            # A connection that has served one link is rarely wanted again, and hosts close them early.
            keepalive_timeout=5,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            headers={
                "User-Agent": self._user_agent,
                "Accept": "text/html,*/*;q=0.8",
                "Accept-Encoding": "identity",
            },
            timeout=aiohttp.ClientTimeout(total=self.limits.total_s, connect=self.limits.connect_s),
            read_bufsize=2**14,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        if self._resolver is not None:
            await self._resolver.close()

    async def ask(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, max_bytes: int = 0
    ) -> Answer:
        """Ask *url*, follow its redirects, and return what came of it. Never raises for what a host does.

        Only the time of the requests themselves counts against the limit, not that of polite waiting.

        Args:
            url: Any text; what is no address that may be asked is an answer of its own kind.
            method: HEAD or GET.
            headers: For the first request alone: a redirect may lead to another host.
            max_bytes: How much of the body to read; the rest stays unread.
        """
        visited: list[str] = []
        statuses: list[int] = []
        left_s = self.limits.total_s
        current, sent = url, dict(headers or {})
        while True:
            try:
                target = self._parse(current)
                visited.append(str(target.with_fragment(None)))
                response = await self._ask_once(target, method, sent, max_bytes, left_s)
                following = self._next(target, response, visited)
            except _Failure as failure:
                return Answer(
                    url=url,
                    final_url=current,
                    redirects=tuple(statuses),
                    trouble=failure.trouble,
                    reason=failure.reason,
                )
            if following is None:
                return response.to_answer(url=url, final_url=str(target), redirects=tuple(statuses))
            left_s -= response.took_s
            statuses.append(response.status)
            current, sent = following, {}

    def _parse(self, url: str) -> URL:
        try:
            target = URL(url)
            self._rule.check_url(target)
        except RefusedAddressError as error:
            raise _Failure(Trouble.FORBIDDEN, str(error)) from error
        except ValueError as error:
            raise _Failure(Trouble.FORBIDDEN, "leads to what is no valid address") from error
        return target

    def _next(self, target: URL, response: "_Response", visited: Sequence[str]) -> str | None:
        """Return where *response* sends on to, None where it does not."""
        location = response.headers.get("Location", "").strip()
        if response.status not in _REDIRECTS or not location:
            return None
        if not location.isascii():
            location = quote(location.encode("utf-8", "surrogateescape"), safe=_SAFE_IN_URLS)
        try:
            following = target.join(URL(location))
        except ValueError as error:
            raise _Failure(Trouble.BROKEN, "redirects to what is no valid address") from error
        if not following.raw_fragment and target.raw_fragment:
            following = following.with_fragment(target.fragment)
        if str(following.with_fragment(None)) in visited:
            raise _Failure(Trouble.REDIRECTS, "redirects in a circle")
        if len(visited) > self.limits.redirects:
            raise _Failure(Trouble.REDIRECTS, f"redirects more than {self.limits.redirects} times")
        if len(str(following)) > MAX_URL:
            raise _Failure(Trouble.BROKEN, "redirects to an endless address")
        return str(following)

    async def _ask_once(
        self, target: URL, method: str, headers: Mapping[str, str], max_bytes: int, left_s: float
    ) -> "_Response":
        host = target.raw_host or ""
        if self._pacer.wait_s(host) > self.limits.patience_s:
            raise _Failure(Trouble.LATER, "its host asked to be left alone for a while")
        async with self._pacer.turn(host):
            response = await self._send(target, method, headers, max_bytes, left_s)
        if response.status == 429 or (response.status == 503 and response.retry_after_s is not None):
            self._pacer.hold_off(host, response.retry_after_s or _HOLD_OFF_S)
        return response

    async def _send(
        self, target: URL, method: str, headers: Mapping[str, str], max_bytes: int, left_s: float
    ) -> "_Response":
        if self._session is None:
            raise RuntimeError("a SafeFetcher is used within async with")
        timeout = aiohttp.ClientTimeout(total=max(left_s, 0.001), connect=self.limits.connect_s)
        began = monotonic()
        try:
            async with self._session.request(
                method, target, headers=headers, allow_redirects=False, timeout=timeout
            ) as response:
                body = await _read(response, max_bytes) if max_bytes and method != "HEAD" else b""
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _Failure(*_explain(error, self.limits)) from error
        return _Response(
            status=response.status, headers=response.headers, body=body, took_s=monotonic() - began
        )

    def _make_socket(self, info: AddrInfoType) -> socket.socket:
        """Check once more what is about to be connected to: hosts that look numeric pass no resolver."""
        family, kind, protocol, _, address = info
        self._rule.check(str(address[0]), int(address[1]))
        return socket.socket(family=family, type=kind, proto=protocol)


@dataclass(frozen=True, kw_only=True)
class _Response:
    """One response, without its connection."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    took_s: float

    @property
    def retry_after_s(self) -> float | None:
        return parse_retry_after(self.headers.get("Retry-After", ""), datetime.now(UTC))

    def to_answer(self, *, url: str, final_url: str, redirects: tuple[int, ...]) -> Answer:
        return Answer(
            url=url,
            final_url=final_url,
            status=self.status,
            redirects=redirects,
            etag=_tidy(self.headers.get("ETag", "")),
            last_modified=_tidy(self.headers.get("Last-Modified", "")),
            body=self.body,
        )


class _Failure(Exception):  # noqa: N818 - a way out of a loop, no error of ours
    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason


def _tidy(value: str) -> str:
    """Return a header that can be kept and sent back; empty where it is no such thing."""
    return value if value.isascii() and value.isprintable() and len(value) <= _MAX_CONDITION else ""


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    body = bytearray()
    while len(body) < max_bytes and (chunk := await response.content.read(max_bytes - len(body))):
        body += chunk
    return bytes(body)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, at least 0; None where it makes no sense.

    >>> parse_retry_after("120", datetime.now(UTC))
    120.0
    """
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _explain(error: Exception, limits: Limits) -> tuple[Trouble, str]:
    """Return what went wrong with a connection, as a kind and in words."""
    cause = getattr(error, "os_error", error)
    errno = getattr(cause, "errno", None)
    match error:
        case _ if isinstance(cause, RefusedAddressError):
            return Trouble.INSIDE, str(cause)
        case aiohttp.ClientConnectorDNSError() if errno in _NO_SUCH_NAME:
            return Trouble.NO_SUCH_HOST, "no such host"
        case aiohttp.ClientConnectorDNSError():
            return Trouble.LOOK_UP, "its host's name could not be looked up"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return Trouble.TLS, "its certificate or encryption is not in order"
        case aiohttp.ConnectionTimeoutError():
            return Trouble.CONNECT, f"no connection within {limits.connect_s:g} s"
        case aiohttp.ClientConnectorError() if errno:
            return Trouble.CONNECT, f"no connection ({os.strerror(errno).lower()})"
        case aiohttp.ClientConnectorError():
            return Trouble.CONNECT, "no connection"
        case TimeoutError():
            return Trouble.TIMEOUT, f"no answer within {limits.total_s:g} s"
        case aiohttp.InvalidURL() | UnicodeError():
            return Trouble.FORBIDDEN, "leads to what is no valid address"
        case aiohttp.ClientResponseError():
            return Trouble.BROKEN, "its answer is no proper HTTP"
        case _:
            return Trouble.BROKEN, "its answer broke off"
