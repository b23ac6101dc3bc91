"""What would change in a file, as programmers read it."""

import difflib
from io import StringIO
from pathlib import Path


def format_diff(path: Path, before: str, after: str, *, context: int = 3) -> str:
    """Return the change of a file as a unified diff, as ``git apply`` takes it; empty where nothing changes.

    Args:
        path: Of the file.
        before: Its text as it is.
        after: Its text as it would be.
        context: Lines around each place.
    """
    name = _name(path)
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}", n=context)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _name(path: Path) -> str:
    """Return what a file is called in a patch: from here, or from the folder above its own."""
    absolute = path.resolve()
    base = Path.cwd() if absolute.is_relative_to(Path.cwd()) else absolute.parent.parent
    return absolute.relative_to(base).as_posix()


def _lines(text: str) -> list[str]:
    return StringIO(text, newline="\n").readlines()
