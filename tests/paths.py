"""Files that tests of several folders need."""

from pathlib import Path

#: A small table of other words, for what is not about it: the one that ships takes a moment to load.
FEW_ALIASES = Path(__file__).parent / "aliases.yaml"
