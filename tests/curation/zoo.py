"""A loopback server with every manner that servers on the web have, good and bad."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_TLS_HANDSHAKE = b"\x16"
#: Gets what was asked and where to write; the connection is closed afterwards.
Manner = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    #: Names in lower case.
    headers: dict[str, str]


@dataclass
class Zoo:
    """Answers by path. The manner of a path is set by ``keep``; others are 404."""

    host: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    #: Requests under way now, and the most there ever were.
    under_way: int = 0
    most_at_once: int = 0
    port: int = 0
    _manners: dict[str, Manner] = field(default_factory=dict)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Serve nobody any more."""
        assert self._server is not None
        self._server.close()

    @property
    def allowed(self) -> tuple[str, int]:
        return self.host, self.port

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"

    def keep(self, path: str, manner: Manner) -> str:
        """Answer *path* in that manner; return its address."""
        self._manners[path] = manner
        return self.url(path)

    def methods(self, path: str) -> list[str]:
        return [asked.method for asked in self.asked if asked.path == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readexactly(1)
            if head == _TLS_HANDSHAKE:
                writer.write(b"HTTP/1.1 400 Plain HTTP only\r\n\r\n")
                raise ConnectionError
            asked = _parse(head + await reader.readuntil(b"\r\n\r\n"))
            self.asked.append(asked)
            manner = self._manners.get(asked.path.partition("?")[0], answers(404))
            await manner(asked, writer)
            await writer.drain()
        self.under_way -= 1
        writer.close()


def _parse(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = dict(line.split(": ", 1) for line in lines)
    return Asked(method=method, path=path, headers={name.lower(): value for name, value in headers.items()})


def answers(
    status: int,
    *,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    head: int | None = None,
    known_etag: str = "",
) -> Manner:
    """Answer with *status*; to HEAD with *head* where given; with 304 to who knows the etag."""

    async def manner(asked: Asked, writer: asyncio.StreamWriter) -> None:
        shown = head if head is not None and asked.method == "HEAD" else status
        if known_etag and asked.headers.get("if-none-match") == known_etag:
            shown = 304
        lines = {"Content-Length": str(len(body)), "Connection": "close"} | (headers or {})
        if known_etag:
            lines["ETag"] = known_etag
        written = f"HTTP/1.1 {shown} Said\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in lines.items()
        )
        writer.write(written.encode() + b"\r\n" + (b"" if asked.method == "HEAD" else body))

    return manner


def sends_to(location: str, status: int = 301) -> Manner:
    return answers(status, headers={"Location": location})


def says(raw: bytes) -> Manner:
    """Say something that need not be HTTP, and hang up."""

    async def manner(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    return manner


def drips(start: bytes, drop: bytes = b"x", every_s: float = 0.005) -> Manner:
    """Say *start*, and then a drop at a time for as long as anybody listens."""

    async def manner(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            await writer.drain()
            await asyncio.sleep(every_s)
            writer.write(drop)

    return manner


def resets() -> Manner:
    async def manner(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    return manner


def slowly(manner: Manner, after_s: float) -> Manner:
    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(after_s)
        await manner(asked, writer)

    return slow


def is_silent(for_s: float = 60.0) -> Manner:
    async def manner(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(for_s)

    return manner


class ThreadedZoo(Zoo):
    """A zoo with an event loop of its own, for programs that bring theirs."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.__aenter__(), self._loop).result()
        return self

    def close(self) -> None:
        self._loop.call_soon_threadsafe(super().close)

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
