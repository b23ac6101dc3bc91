"""Where tests put their files: in memory, where the machine has room for them there."""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - folders with names of their own are made in it
#: Far more than a run of all tests needs at once. A container may have only 64 MB there.
_ROOM = 2 * 1024**3


def use_memory() -> None:
    """Make temporary folders in memory, here and in every process that is started from here.

    SQLite waits for the disk at every commit, as it must where digests are at stake, and on a disk
    half of what tests take is that. TMPDIR, where it is set, has the last word.
    """
    if "TMPDIR" in os.environ or not _has_room():
        return
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None


def _has_room() -> bool:
    if not os.access(_MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return False
    # Some tests start programs that they have put there.
    return not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
