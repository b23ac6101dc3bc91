import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_honcho_finds_the_procfile_in_order() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("honcho"), "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Valid procfile" in checked.stdout + checked.stderr
