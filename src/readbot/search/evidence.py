"""What speaks for a link: which word of a query it holds, and in what way."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from readbot.search.index import Hits


class How(StrEnum):
    """In what way a link holds what was asked for."""

    #: The very word, or another form of it.
    SAID = "said"
    #: The words of a term side by side.
    TERM = "term"
    #: "finetuning" for "fine tuning", or the other way round.
    JOINED = "joined"
    #: The whole name of a section it stands in.
    SECTION = "section"
    #: A title that begins with the whole query.
    TITLE = "title"
    #: Another word for the same.
    SAME = "same"
    #: A word that goes with it.
    RELATED = "related"
    #: A word near a misspelt one.
    CORRECTED = "corrected"
    #: A word that begins with it.
    BEGUN = "begun"
    #: The name of the site or its owner.
    SITE = "site"
    #: The initials of a title.
    INITIALS = "initials"


#: What a hit is worth beside the very word, and how far it proves that the list has what was asked for.
_WORTH = {
    How.SAID: (1.0, 1.0),
    How.TERM: (1.0, 1.0),
    How.JOINED: (0.97, 1.0),
    How.SECTION: (1.2, 1.0),
    How.TITLE: (1.0, 1.0),
    How.SAME: (0.95, 1.0),
    How.RELATED: (0.5, 0.9),
    How.CORRECTED: (0.8, 0.85),
    How.BEGUN: (0.85, 0.9),
    How.SITE: (0.9, 0.9),
    How.INITIALS: (0.7, 0.9),
}
#: How far a word is to be trusted where a term is asked for that it is a part of.
_PART_TRUST = 0.6


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Links that hold a word of the query in one way or another."""

    how: How
    #: What is found in the links, to name in a reason.
    found: str
    #: The words of the query that it stands for, to name in a reason.
    asked: str
    hits: Hits
    #: What a hit is worth beside the very word, about 0 to 1.
    weight: float
    #: How far a hit proves that the list has what was asked for, 0 to 1.
    trust: float

    def weakened(self, *, weight: float = 1.0, trust: float = 1.0, how: How | None = None) -> "Evidence":
        return replace(self, how=how or self.how, weight=self.weight * weight, trust=self.trust * trust)

    def doubted(self) -> "Evidence":
        """Return the same for a word that is only a part of the term asked for."""
        return self.weakened(trust=_PART_TRUST)


@dataclass(kw_only=True)
class Group:
    """A word of the query with all that speaks for it."""

    word: str
    #: Which word of the query it is, from 0, those that do not count included.
    position: int
    #: Whether it is a part of a term of the field, such as "vision" in "computer vision".
    is_part: bool = False
    #: Whether it stands inside a phrase that says without it what is asked for: "family" in "store my family photos".
    is_inside: bool = False
    evidence: list[Evidence] = field(default_factory=list)


def find_evidence(
    how: How, hits: Hits, *, asked: str, found: str | None = None, weight: float = 1.0, trust: float = 1.0
) -> list[Evidence]:
    """Return the evidence that *hits* are, none if they are none.

    Args:
        how: In what way they hold what was asked for; decides what they are worth.
        hits: The links.
        asked: The words of the query that they stand for.
        found: What is found in the links; None if it is what was asked for.
        weight: A factor on what they are worth.
        trust: A factor on what they prove.
    """
    if not hits:
        return []
    worth, proof = _WORTH[how]
    return [
        Evidence(
            how=how,
            found=asked if found is None else found,
            asked=asked,
            hits=hits,
            weight=worth * weight,
            trust=proof * trust,
        )
    ]
