"""Why a link matched, in a few words."""

from collections.abc import Sequence

from readbot.reading_list import Entry
from readbot.search.evidence import Evidence, How
from readbot.search.fields import Field

#: Fields that a reader of an answer sees, so that a word in them needs no explanation.
_PLAIN_FIELDS = (Field.TITLE, Field.NOTE, Field.SECTION, Field.ALSO, Field.PARENT, Field.KIND, Field.YEAR)
_MAX_REASONS = 2


def explain(entry: Entry, held: Sequence[tuple[Evidence, int]]) -> tuple[str, bool]:
    """Return why *entry* matched, and whether that is plain to see.

    Args:
        entry: The link.
        held: What of the query it holds: the evidence and the fields (bit ``1 << Field``) where it stands.
    """
    reasons: dict[str, None] = {}
    plain: dict[str, None] = {}
    for evidence, fields in held:
        reason, is_plain = _reason(entry, evidence, fields)
        (plain if is_plain else reasons)[reason] = None
    if not reasons:
        return ", ".join(list(plain)[:_MAX_REASONS]) or "filters", True
    return ", ".join(list(reasons)[:_MAX_REASONS]), False


def _reason(entry: Entry, evidence: Evidence, fields: int) -> tuple[str, bool]:
    match evidence.how:
        case How.CORRECTED:
            return f"“{evidence.found}” for “{evidence.asked}”", False
        case How.SAME:
            return f"“{evidence.found}” is another word for “{evidence.asked}”", False
        case How.RELATED:
            return f"“{evidence.found}” goes with “{evidence.asked}”", False
        case How.INITIALS:
            return "initials", False
        case How.SITE:
            return f"site {_site(entry)}", False
        case _:
            return _where(entry, evidence.asked, fields)


def _where(entry: Entry, asked: str, fields: int) -> tuple[str, bool]:
    """Say in which part of the link the word itself stands."""
    for field in _PLAIN_FIELDS:
        if fields >> field & 1:
            return "section" if field is Field.PARENT else field.name.lower(), True
    if fields >> Field.ALIAS & 1:
        return f"also called {_holding(entry.link.aliases, asked)}", False
    if fields >> Field.AUTHOR & 1:
        return f"by {_holding(entry.link.authors, asked)}", False
    if fields >> Field.TOPIC & 1:
        return f"about {_holding(entry.link.topics, asked)}", False
    if fields >> Field.SITE & 1:
        return f"site {_site(entry)}", False
    return "address", False


def _holding(texts: Sequence[str], asked: str) -> str:
    """Return the text that holds most of *asked*, else the first."""
    return max(texts, key=lambda text: sum(word in text.casefold() for word in asked.split()), default=asked)


def _site(entry: Entry) -> str:
    """Return the host of a link, with the owner where the host is shared."""
    parts = entry.link.url.split("/")
    host = parts[2].removeprefix("www.") if len(parts) > 2 else entry.link.url
    owner = parts[3] if len(parts) > 3 else ""
    return (
        f"{host}/{owner}" if host in {"github.com", "gist.github.com", "huggingface.co"} and owner else host
    )
