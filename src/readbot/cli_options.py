"""What options of several commands take, and how commands end."""

from pathlib import Path
from typing import Any

import click

#: Exit codes of every command: 0 as hoped, 1 nothing found, 2 the call or a file is wrong.
NOTHING_FOUND = 1
WRONG = 2

#: Any file name, also one that is missing: our own message says what to do.
FILE = click.Path(path_type=Path)


class ListFile(click.Path):
    """One list's file, also one that is missing: whoever reads it says what to do."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return *value* as a path; refuse several names with commas, which READBOT_LIST alone takes."""
        path = super().convert(value, param, ctx)
        if "," in str(path) and not Path(str(path)).exists():
            again = " or give the option once for each" if param is not None and param.multiple else ""
            self.fail(f"{str(path)!r} names several lists, and this takes one; name one of them{again}.")
        return path
