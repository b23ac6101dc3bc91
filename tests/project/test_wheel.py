"""What is built from the repository works where there is no repository."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it in a venv of its own, and return that venv's folder of commands.

    The venv has what is locked for running, and nothing that only tests need: as links to where this
    Python has it, as installing all of it once more takes longer than every test of it.
    """
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", symlinks=True)
    (packages,) = folder.glob("venv/lib/python*/site-packages")
    for found in find_locked():
        # Some packages share a folder, and the first of them brings all of it.
        if not (packages / found.name).exists():
            (packages / found.name).symlink_to(found)
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", folder / "venv/bin/python"]
    subprocess.run(
        [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", wheel],
        check=True,
        cwd=folder,
    )
    return folder / "venv/bin"


def find_locked() -> Iterator[Path]:
    """Find the files and folders of all that is locked for running readbot here."""
    for line in (ROOT / "requirements/run.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", " ", "-")) or not line:
            continue
        requirement = Requirement(line.removesuffix("\\"))
        if requirement.marker and not requirement.marker.evaluate():
            continue
        have = distribution(requirement.name)
        assert have.version in requirement.specifier, requirement
        # What lies outside, as commands do, begins with two dots.
        tops = {file.parts[0] for file in have.files or ()} - {"..", "__pycache__"}
        yield from (Path(str(have.locate_file(top))) for top in tops)


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
    top_level = {
        path.name
        for path in installed.parent.glob("lib/python*/site-packages/*")
        if not path.is_symlink() and path.suffix != ".dist-info"
    }

    assert top_level == {"readbot", "readbot_slack", "readbot_discord"}
