"""What is known to be wrong with addresses, for whatever writes a list out."""

from collections.abc import Callable
from typing import TypeAlias

#: Returns what is wrong with an address in words, and its archived copy or an empty string; None where it is well.
FindTrouble: TypeAlias = Callable[[str], tuple[str, str] | None]


def all_well(_url: str) -> None:
    """Know of no trouble with any address."""


def describe_trouble(url: str, find_trouble: FindTrouble) -> str:
    """Return what is wrong with *url* in one line; empty where nothing is.

    >>> describe_trouble("https://a.example", lambda url: ("gone since May 2026", f"https://archive.example/{url}"))
    'gone since May 2026, archived copy: https://archive.example/https://a.example'
    """
    trouble, archived_url = find_trouble(url) or ("", "")
    return f"{trouble}, archived copy: {archived_url}" if archived_url else trouble
