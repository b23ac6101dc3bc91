"""Checking one link: asked as lightly as it goes, and judged."""

import json
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from readbot.curation.answers import Answer, Trouble
from readbot.curation.fetcher import SafeFetcher
from readbot.curation.judgement import is_well, judge
from readbot.curation.model import LinkHealth, LinkState

WAYBACK_API = "https://archive.org/wayback/available"
_WAYBACK = "web.archive.org/web/"
_MAX_API_ANSWER = 100_000
#: To ask again in another manner would tell nothing new.
_FINAL = {
    Trouble.NO_SUCH_HOST,
    Trouble.LOOK_UP,
    Trouble.CONNECT,
    Trouble.FORBIDDEN,
    Trouble.INSIDE,
    Trouble.TLS,
    Trouble.LATER,
}


class LinkChecker:
    """Finds out how links are."""

    def __init__(self, fetcher: SafeFetcher, *, wayback_api: str = WAYBACK_API) -> None:
        self._fetcher = fetcher
        #: The archive's address, where copies of dead links are asked for.
        self.archive = wayback_api

    async def ask(self, url: str, before: LinkHealth | None = None) -> Answer:
        """Ask for *url* by HEAD, and by GET where that is refused or may be a lie.

        Args:
            url: As on the list.
            before: What was known of it, for a conditional request.
        """
        headers = _conditions(before)
        answer = await self._fetcher.ask(url, method="HEAD", headers=headers)
        if is_well(answer) or answer.trouble in _FINAL:
            return answer
        # Many servers know no HEAD, and answer it with anything from 403 to a reset connection.
        second = await self._fetcher.ask(url, headers=headers)
        return answer if second.trouble is Trouble.LATER else second

    async def judge(self, answer: Answer, before: LinkHealth | None, now: datetime) -> LinkHealth:
        """Return how the link is that gave *answer*; a dead one with its archived copy, if there is one."""
        health = judge(before, answer, now)
        if health.state is LinkState.DEAD and not health.archived_url:
            return replace(health, archived_url=await self._find_copy(health.url))
        return health

    async def _find_copy(self, url: str) -> str:
        """Return the address of an archived copy, or nothing where the archive says that it has none.

        Where the archive does not answer it is the address under which it would show its latest copy.
        """
        query = f"{self.archive}?url={quote(url, safe='')}"
        answer = await self._fetcher.ask(query, max_bytes=_MAX_API_ANSWER)
        if answer.status != 200:
            return f"https://{_WAYBACK}2/{url}"
        return _read_copy(answer.body)


def _conditions(before: LinkHealth | None) -> dict[str, str]:
    if before is None or before.state not in {LinkState.OK, LinkState.MOVED}:
        return {}
    pairs = (("If-None-Match", before.etag), ("If-Modified-Since", before.last_modified))
    return {name: value for name, value in pairs if value}


def _read_copy(body: bytes) -> str:
    """Return the address of the closest snapshot in an answer of the archive's API; empty if there is none."""
    try:
        url = json.loads(body)["archived_snapshots"]["closest"]["url"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    _, _, rest = str(url).partition("://")
    return f"https://{rest}" if rest.startswith(_WAYBACK) else ""
