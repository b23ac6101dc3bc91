"""The workflow that docs/no-server.md shows: people copy it as it stands."""

import shlex
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from readbot.webhooks.cli import post

ROOT = Path(__file__).resolve().parents[2]
#: What git needs to know of somebody on a machine where nobody told it.
GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")


def read_steps() -> list[dict[str, Any]]:
    page = (ROOT / "docs" / "no-server.md").read_text(encoding="utf-8")
    _, _, below = page.partition("    name: Link of the week\n")
    block, _, _ = below.partition("\n## ")
    workflow = yaml.safe_load(dedent("    name: Link of the week\n" + block))
    assert workflow["permissions"] == {"contents": "write"}
    steps: list[dict[str, Any]] = workflow["jobs"]["post"]["steps"]
    return steps


def find_script(words: str) -> str:
    (script,) = [step["run"] for step in read_steps() if words in step.get("run", "")]
    return str(script)


def git(folder: Path, *words: str) -> str:
    done = subprocess.run([*GIT, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of a repository with one commit, and another clone to push beside it."""
    git(tmp_path, "init", "--bare", "remote")
    git(tmp_path, "clone", "-q", "remote", "here")
    here = tmp_path / "here"
    (here / "list.yaml").write_text("title: On bread\n", encoding="utf-8")
    git(here, "add", ".")
    git(here, "commit", "-qm", "Begin")
    git(here, "push", "-q", "origin", "HEAD")
    git(tmp_path, "clone", "-q", "remote", "there")
    return here


def keep_state(folder: Path) -> None:
    subprocess.run(["bash", "-e", "-c", find_script("git push")], cwd=folder, capture_output=True, check=True)


def test_readbot_is_called_with_options_that_it_has() -> None:
    command, verb, *arguments = shlex.split(find_script("readbot post"))
    assert (command, verb) == ("readbot", "post")
    post.make_context("post", arguments)


def test_what_is_installed_is_locked_and_there() -> None:
    named = [word for word in shlex.split(find_script("pip install")) if word.startswith("readbot/")]
    assert named
    assert [name for name in named if not (ROOT / name.removeprefix("readbot/")).exists()] == []


def test_the_webhook_comes_from_the_secrets() -> None:
    (step,) = [step for step in read_steps() if "readbot post" in step.get("run", "")]
    assert step["env"] == {"READBOT_WEBHOOK": "${{ secrets.READBOT_WEBHOOK }}"}


def test_the_state_is_pushed_even_where_somebody_else_pushed_meanwhile(checkout: Path) -> None:
    there = checkout.with_name("there")
    (there / "list.yaml").write_text("title: On cheese\n", encoding="utf-8")
    git(there, "commit", "-qam", "Another list")
    git(there, "push", "-q", "origin", "HEAD")
    (checkout / "readbot-state.json").write_text("{}", encoding="utf-8")
    (checkout / "readbot-state.json.lock").write_text("", encoding="utf-8")

    keep_state(checkout)

    git(there, "pull", "-q")
    assert (there / "readbot-state.json").read_text(encoding="utf-8") == "{}"
    assert not (there / "readbot-state.json.lock").exists()


def test_a_run_that_wrote_no_state_pushes_nothing(checkout: Path) -> None:
    keep_state(checkout)
    assert git(checkout, "log", "--format=%s").split("\n")[0] == "Begin"
