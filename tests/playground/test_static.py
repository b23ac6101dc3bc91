"""What the page is built from: complete, offline, licensed, and what the sources say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from readbot.playground.server import STATIC

WEB = Path(__file__).parents[2] / "web"

MAX_BYTES = 3_000_000


def test_the_page_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in STATIC.iterdir()) < MAX_BYTES


def test_styles_load_nothing_from_elsewhere() -> None:
    styles = (STATIC / "app.css").read_text(encoding="utf-8")

    addresses = re.findall(r"url\(\"?([^)\"]+)", styles)

    assert addresses
    assert [each for each in addresses if not (each.startswith(("./", "data:")))] == []
    for each in addresses:
        if each.startswith("./"):
            assert (STATIC / each).is_file()


@pytest.mark.parametrize(
    "name",
    [
        "react",
        "slack-blocks-to-jsx",
        "@skyra/discord-components-core",
        "lit",
        "twemoji-colr-font",
        "@fontsource-variable/inter",
        "node-emoji",
        "@yozora/",
    ],
)
def test_third_party_licences_are_listed(name: str) -> None:
    listed = (STATIC / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8")

    assert re.search(rf"^{re.escape(name)}", listed, re.MULTILINE)


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text(encoding="utf-8")


def test_what_is_committed_is_what_the_sources_build() -> None:
    if shutil.which("node") is None or not (WEB / "node_modules").is_dir():
        pytest.skip("needs Node and: npm ci --prefix web")

    checked = subprocess.run(
        ["node", "build.mjs", "--check"], cwd=WEB, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
