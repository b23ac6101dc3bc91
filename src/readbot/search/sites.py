"""Finding authors and publishers by a piece of their site's name: "raschka" in sebastianraschka.com."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from readbot.reading_list import Entry
from readbot.search.fields import FIELD_WEIGHTS, Field, address_texts
from readbot.search.index import NO_HITS, Hits
from readbot.search.text import split_words

#: A shorter piece stands in too many names by chance.
_LEAST = 4


class Sites:
    """Every name of a site or owner on the list, in one text that is searched for pieces."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        docs: dict[str, list[int]] = {}
        for doc, entry in enumerate(entries):
            for name in {"".join(split_words(name)) for name in address_texts(entry.link.url)[0].split()}:
                if len(name) > _LEAST:
                    docs.setdefault(name, []).append(doc)
        self._docs = list(docs.values())
        self._names = list(docs)
        self._text = "\n".join(["", *docs, ""])
        starts = np.cumsum([1, *(len(name) + 1 for name in docs)])
        self._starts: list[int] = starts.tolist()

    def hits(self, piece: str) -> Hits:
        """Return the links on sites whose name begins or ends with *piece*, or holds it if it is long."""
        if len(piece) < _LEAST:
            return NO_HITS
        best: dict[int, float] = {}
        at = self._text.find(piece)
        while at != -1:
            number = bisect_right(self._starts, at) - 1
            name = self._names[number]
            at_edge = name.startswith(piece) or name.endswith(piece)
            if at_edge or len(piece) > _LEAST + 1:
                share = len(piece) / len(name) * (1.0 if at_edge else 0.7)
                for doc in self._docs[number]:
                    best[doc] = max(best.get(doc, 0.0), share)
            at = self._text.find(piece, at + 1)
        if not best:
            return NO_HITS
        docs = np.array(sorted(best), np.int32)
        shares = np.array([best[doc] for doc in docs.tolist()], np.float32)
        full = FIELD_WEIGHTS[Field.SITE]
        scores = np.float32(full / (full + 1.2)) * (0.6 + 0.4 * shares)
        return Hits(
            docs=docs, scores=scores.astype(np.float32), fields=np.full(len(docs), 1 << Field.SITE, np.uint16)
        )
