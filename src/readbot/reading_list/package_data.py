"""Where the files lie that ship with readbot: ``data/`` in a checkout, package data in a wheel."""

from importlib.resources import files
from pathlib import Path

from readbot.exceptions import Complaint, ListError


def find_data_file(name: str) -> Path:
    """Return the path of ``data/<name>``.

    Raises:
        ListError: Neither the installed package nor the checkout has such a file.
    """
    package = Path(str(files("readbot")))
    for folder in (package / "data", package.parents[1] / "data"):
        if (folder / name).is_file():
            return folder / name
    advice = "is not part of this installation; install readbot anew or name a file of your own"
    raise ListError(name, [Complaint(message=advice)])
