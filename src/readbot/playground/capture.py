"""Keeps what a loopback platform was sent, for judges of payloads: JSON lines in a directory."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from readbot.exceptions import SettingsError


class Capture:
    """Appends every call to ``<directory>/<platform>-<pid>.jsonl``; without a directory, nothing.

    A directory that is not there is made.

    Raises:
        SettingsError: It cannot be made.
    """

    def __init__(self, platform: str, directory: Path | None) -> None:
        if directory:
            _make(directory)
        self._file = directory / f"{platform}-{os.getpid()}.jsonl" if directory else None

    @classmethod
    def from_environ(cls, platform: str, environ: Mapping[str, str] = os.environ) -> "Capture":
        """Capture into ``READBOT_CAPTURE_DIR``, where it is set."""
        directory = environ.get("READBOT_CAPTURE_DIR", "")
        return cls(platform, Path(directory) if directory else None)

    def add(self, call: Mapping[str, Any]) -> None:
        """Append one call as a line; whole lines only, so that processes may share a directory."""
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(call, ensure_ascii=False) + "\n")


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"READBOT_CAPTURE_DIR needs a folder, or a place for a new one: {directory} is none "
            f"({error.strerror})."
        ) from error
