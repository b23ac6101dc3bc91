"""Keeps what a loopback platform was sent, for judges of payloads: JSON lines in a directory."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Capture:
    """Appends every call to ``<directory>/<platform>-<pid>.jsonl``; without a directory, nothing.

    A directory that is not there is made.
    """

    def __init__(self, platform: str, directory: Path | None) -> None:
        if directory:
            directory.mkdir(parents=True, exist_ok=True)
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
