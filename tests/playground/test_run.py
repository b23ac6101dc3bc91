"""The playground as a process: it says what to do, answers, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from readbot.exceptions import SettingsError
from readbot.playground.capture import Capture
from readbot.playground.run import run_playground
from readbot.store.database import DATABASE_FILE

from .conftest import ENVIRON
from .steps import PATIENCE_S

_RUN = "import sys; from pathlib import Path; from readbot.playground.run import run_playground; "


def start(code: str, tmp_path: Path) -> "subprocess.Popen[str]":
    environ = {**os.environ, **ENVIRON, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", _RUN + code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
    )


@pytest.fixture
def process(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    running = start("run_playground(port=0)", tmp_path)
    yield running
    running.kill()
    running.communicate()


def read_introduction(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    return "".join(lines)


@pytest.mark.parametrize("received", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_and_three_things_to_try_and_stops_at_a_signal(
    process: "subprocess.Popen[str]", tmp_path: Path, received: signal.Signals
) -> None:
    introduction = read_introduction(process)
    found = re.search(r"http://127\.0\.0\.1:\d+/", introduction)
    assert found is not None
    assert introduction.count("/llmread ") == 3
    with urllib.request.urlopen(found[0], timeout=PATIENCE_S) as page:  # noqa: S310 - its own address
        assert page.status == 200
    assert list(tmp_path.iterdir())

    process.send_signal(received)
    _, complaints = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0
    assert complaints == ""
    assert list(tmp_path.iterdir()) == []


def test_one_question_is_answered_and_what_is_to_be_kept_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    asks = f"run_playground(once='/llmread fine-tuning', keep=Path({str(kept)!r}))"
    asked = start(f"sys.exit(not {asks})", tmp_path)
    printed, complaints = asked.communicate(timeout=PATIENCE_S)

    assert (asked.returncode, complaints) == (0, "")
    assert "Fine-tuning with LoRA and QLoRA" in printed
    assert (kept / DATABASE_FILE).is_file()
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize("there", ["file", "file/below"])
def test_where_nothing_can_be_kept_a_sentence_says_so(tmp_path: Path, there: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="--keep needs a folder"):
        run_playground(once="/llmread", keep=tmp_path / there)


@pytest.mark.parametrize("blank", ["", "  "])
def test_nothing_typed_is_refused_with_an_example(blank: str) -> None:
    with pytest.raises(SettingsError, match="such as --once"):
        run_playground(once=blank)


def test_the_folder_for_captures_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "captures"

    Capture.from_environ("slack", {"READBOT_CAPTURE_DIR": str(folder)}).add({"method": "chat.postMessage"})

    (written,) = folder.iterdir()
    assert "chat.postMessage" in written.read_text(encoding="utf-8")


def test_where_nothing_can_be_captured_a_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="READBOT_CAPTURE_DIR needs a folder"):
        Capture("slack", tmp_path / "file")
