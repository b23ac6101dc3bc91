"""The list on the HTTP server: ``/feed.xml``, ``/feed.json`` and ``/llms.txt``, for readers and assistants.

A feed reader asks every few minutes and mostly for nothing new, so answers are made and compressed once
for a list, and are conditional (``ETag``, ``Last-Modified``).
"""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import ETag, web

from readbot.conversation.library import ALL_WELL, LinkDoctor
from readbot.reading_list import ReadingList
from readbot.reading_list.feeds import FeedAddresses, format_json_feed, format_rss
from readbot.reading_list.llms_txt import format_llms_txt
from readbot.reading_list.troubles import FindTrouble

#: How long a copy is good without asking again.
_CACHE_CONTROL = "public, max-age=300"


@dataclass(frozen=True, kw_only=True)
class _Page:
    content_type: str
    write: Callable[[ReadingList, FeedAddresses, FindTrouble], str]


_PAGES: Mapping[str, _Page] = {
    "/feed.xml": _Page(
        content_type="application/rss+xml",
        write=lambda reading_list, at, find_trouble: format_rss(
            reading_list, at=at, find_trouble=find_trouble
        ),
    ),
    "/feed.json": _Page(
        content_type="application/feed+json",
        write=lambda reading_list, at, find_trouble: format_json_feed(
            reading_list, at=at, find_trouble=find_trouble
        ),
    ),
    "/llms.txt": _Page(
        content_type="text/plain",
        write=lambda reading_list, _at, find_trouble: format_llms_txt(
            reading_list, find_trouble=find_trouble
        ),
    ),
}

#: "gzip" in Accept-Encoding, unless it says "q=0": rather not.
_TAKES_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))", re.IGNORECASE)

#: Where the pages are.
PATHS = tuple(_PAGES)


@dataclass(frozen=True, kw_only=True)
class _Rendered:
    #: Of which list; another object is another list.
    reading_list: ReadingList
    #: What was known of its links.
    version: int
    body: bytes
    #: The body, compressed.
    packed: bytes
    #: Weak, as it stands for the body whether it is compressed or not.
    etag: ETag
    #: Since when the body is as it is: to whole seconds, as HTTP has no others.
    changed: datetime


class Feeds:
    """Answers with the list as it is at the moment."""

    def __init__(
        self,
        find_list: Callable[[], ReadingList],
        *,
        doctor: LinkDoctor = ALL_WELL,
        public_url: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Serve what *find_list* returns, which is asked for at each request.

        Args:
            find_list: Returns the very same object as long as the list is the same.
            doctor: Knows which links are gone.
            public_url: Where the server is reached, for the feeds' own addresses.
            now: The time of day, aware.
        """
        self._find_list = find_list
        self._doctor = doctor
        self._public_url = public_url.rstrip("/") if public_url else None
        self._now = now
        self._rendered: dict[str, _Rendered] = {}
        self._locks = {path: asyncio.Lock() for path in _PAGES}

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.get(path, self._answer) for path in _PAGES]

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.path
        rendered = await self._render(path, self._find_list())
        if _is_known(request, rendered):
            response = web.Response(status=304)
        else:
            is_packed = _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
            response = web.Response(
                body=rendered.packed if is_packed else rendered.body,
                content_type=_PAGES[path].content_type,
                charset="utf-8",
                headers={"Content-Encoding": "gzip"} if is_packed else None,
            )
        response.headers["Vary"] = "Accept-Encoding"
        response.etag = rendered.etag
        response.last_modified = rendered.changed
        response.headers["Cache-Control"] = _CACHE_CONTROL
        return response

    async def _render(self, path: str, reading_list: ReadingList) -> _Rendered:
        """Return a page of *reading_list*, made at most once, and beside the event loop."""
        async with self._locks[path]:
            before = self._rendered.get(path)
            # Read before the page is made: what becomes known meanwhile makes the next one.
            version = self._doctor.version
            if before and before.reading_list is reading_list and before.version == version:
                return before
            body, packed = await asyncio.to_thread(self._write, path, reading_list)
            etag = ETag(value=hashlib.blake2s(body, digest_size=12).hexdigest(), is_weak=True)
            rendered = _Rendered(
                reading_list=reading_list,
                version=version,
                body=body,
                packed=packed,
                etag=etag,
                changed=before.changed
                if before and before.etag == etag
                else self._now().replace(microsecond=0),
            )
            self._rendered[path] = rendered
            return rendered

    def _write(self, path: str, reading_list: ReadingList) -> tuple[bytes, bytes]:
        """Return a page, and the same compressed."""
        at = FeedAddresses(home=self._public_url, feed=self._public_url and f"{self._public_url}{path}")
        body = _PAGES[path].write(reading_list, at, self._doctor.find_trouble).encode()
        return body, gzip.compress(body, mtime=0)


def _is_known(request: web.Request, rendered: _Rendered) -> bool:
    """Tell whether the asker has this very answer already; a tag counts for more than a time."""
    tags: Sequence[ETag] | None = request.if_none_match
    if tags is not None:
        return any(tag.value in {rendered.etag.value, "*"} for tag in tags)
    since = request.if_modified_since
    return since is not None and rendered.changed <= since
