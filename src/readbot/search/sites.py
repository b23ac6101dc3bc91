"""Which links are on a site, named by its host, an address on it or a word of it."""

from collections.abc import Iterable, Iterator, Sequence

from readbot.reading_list import Entry
from readbot.search.fields import site_text

#: A shorter piece stands in too many names by chance.
_LEAST_PIECE = 4


class SiteTable:
    """The sites of a list. Links are named by their document numbers."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._hosts: dict[str, list[tuple[str, int]]] = {}
        self._names: dict[str, list[int]] = {}
        for doc, entry in enumerate(entries):
            for url in (entry.link.url, *(also.url for also in entry.link.also)):
                address = url.lower().partition("://")[2].removeprefix("www.")
                host = address.partition("/")[0]
                self._hosts.setdefault(host, []).append((address, doc))
                for name in {*site_text(url).split(), *host.split(".")[:-1]}:
                    self._names.setdefault(name, []).append(doc)

    def on(self, site: str) -> Iterator[int]:
        """Yield the links on *site*: "arxiv.org", "github.com/karpathy", "arxiv"; some more than once."""
        host, _, path = site.partition("/")
        if path:
            yield from (
                doc for address, doc in self._hosts.get(host, ()) if f"{address}/".startswith(site + "/")
            )
        elif "." in site:
            for other, links in self._hosts.items():
                if other == site or other.endswith("." + site):
                    yield from (doc for _, doc in links)
        else:
            yield from self.named(site)

    def named(self, piece: str) -> Iterable[int]:
        """Return the links with *piece* in the name of their site or its owner; a short one has to be the name."""
        if len(piece) < _LEAST_PIECE:
            return self._names.get(piece, [])
        return [doc for name, docs in self._names.items() if piece in name for doc in docs]
