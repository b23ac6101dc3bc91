"""The search: from what a person typed to the links that answer it."""

from readbot.search.aliases import AliasGroup, AliasTable
from readbot.search.aliases_file import load_aliases
from readbot.search.engine import SearchIndex
from readbot.search.results import Completion, CompletionKind, Match, SearchResult

__all__ = [
    "AliasGroup",
    "AliasTable",
    "Completion",
    "CompletionKind",
    "Match",
    "SearchIndex",
    "SearchResult",
    "load_aliases",
]
