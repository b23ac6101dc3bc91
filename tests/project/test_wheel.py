"""What is built from the repository works where there is no repository."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it in an empty venv, and return that venv's folder of commands."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True, symlinks=True)
    pip: list[str | Path] = [
        folder / "venv/bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements/run.txt"], check=True, cwd=folder)
    subprocess.run([*pip, "--no-deps", wheel], check=True, cwd=folder)
    return folder / "venv/bin"


def test_the_wheel_serves_the_list_that_ships(installed: Path) -> None:
    answer = subprocess.run(
        [installed / "readbot", "search", "--json", "attention"],
        cwd=installed,
        env={key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "READBOT_"))},
        check=True,
        capture_output=True,
        text=True,
    )

    titles = [result["title"] for result in json.loads(answer.stdout)["results"]]
    assert "Attention" in titles


def test_the_wheel_installs_only_packages_of_its_own_name(installed: Path) -> None:
    top_level = {path.name for path in installed.parent.glob("lib/python*/site-packages/*") if path.is_dir()}

    assert {"readbot", "readbot_slack", "readbot_discord"} <= top_level
    assert not top_level & {"bots", "data", "tests", "docs"}
