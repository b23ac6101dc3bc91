"""``readbot links``, called as its users call it, on a loopback web."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readbot.cli import main
from readbot.cli_links import links
from readbot.curation.addresses import AddressRule
from readbot.curation.link_wiring import CheckOptions
from readbot.curation.model import LinkHealth, LinkState
from readbot.store import Database, Store
from tests.digest_data import START

from .rig import PATIENT
from .zoo import ThreadedZoo, answers, is_silent, sends_to

LIST = """\
title: Test list # ours
sections:
  - title: One
    image: {base}/picture.png
    links:
      # the best of all
      - title: Well
        url: {base}/ok
      - title: Moved
        url: {base}/moved # since 2020
        also:
          - title: Slides
            url: {base}/slides
      - title: Wall
        url: {base}/wall
"""


@pytest.fixture
def web() -> Iterator[ThreadedZoo]:
    with ThreadedZoo() as opened:
        opened.keep("/ok", answers(200))
        opened.keep("/picture.png", answers(200))
        opened.keep("/slides", answers(200))
        opened.keep("/moved", sends_to("/new"))
        opened.keep("/new", answers(200))
        opened.keep("/wall", answers(403))
        yield opened


@pytest.fixture
def file(tmp_path: Path, web: ThreadedZoo, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("list.yaml")
    path.write_text(LIST.format(base=web.url("")), encoding="utf-8")
    return path


def options(web: ThreadedZoo) -> CheckOptions:
    return CheckOptions(
        rule=AddressRule(allowed={web.allowed}),
        limits=PATIENT,
        pace_s=0,
        wayback_api=web.url("/available"),
    )


def run(web: ThreadedZoo, *arguments: str) -> Result:
    return CliRunner().invoke(links, list(arguments), obj=options(web))


def stored() -> dict[str, LinkHealth]:
    with Database.open("sqlite:///readbot.db") as database:
        return {health.url: health for health in Store(database).links.load()}


def store(*healths: LinkHealth) -> None:
    with Database.open("sqlite:///readbot.db") as database:
        Store(database).links.save(healths)


def test_every_link_of_the_list_is_asked_and_what_is_not_well_is_shown(web: ThreadedZoo, file: Path) -> None:
    result = run(web, "check", "--list", str(file))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"suspect  {web.url('/wall')}  refuses robots, or everybody",
        f"moved  {web.url('/moved')}  → {web.url('/new')}",
        "5 links: 3 ok, 1 moved, 1 suspect. Asked now: 5.",
    ]
    assert len(stored()) == 5


def test_a_list_with_all_links_well_is_a_success(web: ThreadedZoo, file: Path) -> None:
    web.keep("/moved", answers(200))
    web.keep("/wall", answers(200))
    result = run(web, "check", "--list", str(file))
    assert (result.exit_code, result.stdout) == (0, "5 links: 5 ok. Asked now: 5.\n")


def test_links_that_were_checked_lately_are_not_asked_again_unless_wished(
    web: ThreadedZoo, file: Path
) -> None:
    run(web, "check", "--list", str(file))
    asked = len(web.asked)
    result = run(web, "check", "--list", str(file))
    assert result.exit_code == 1
    assert result.stdout.endswith("5 links: 3 ok, 1 moved, 1 suspect. Asked now: 0.\n")
    assert len(web.asked) == asked
    assert run(web, "check", "--list", str(file), "--again").stdout.endswith("Asked now: 5.\n")


def test_json_has_one_object_a_link(web: ThreadedZoo, file: Path) -> None:
    run(web, "check", "--list", str(file))
    store(replace(stored()[web.url("/ok")], checked_at=START.replace(year=2020)))
    result = run(web, "check", "--list", str(file), "--json")
    found = {each["url"]: each for each in map(json.loads, result.stdout.splitlines())}
    assert len(found) == 5
    assert found[web.url("/moved")] == {
        "url": web.url("/moved"),
        "state": "moved",
        "failures": 0,
        "failing_since": None,
        "checked_at": found[web.url("/moved")]["checked_at"],
        "status": 200,
        "reason": "",
        "moved_to": web.url("/new"),
        "archived_url": "",
        "cached": True,
    }
    assert [url for url, each in found.items() if not each["cached"]] == [web.url("/ok")]


def test_fix_writes_new_addresses_keeps_the_rest_and_prints_the_patch(web: ThreadedZoo, file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    result = run(web, "check", "--list", str(file), "--fix")
    assert result.exit_code == 0
    assert file.read_text(encoding="utf-8") == before.replace("/moved #", "/new #")
    assert (
        f"-        url: {web.url('/moved')} # since 2020\n+        url: {web.url('/new')} # since 2020\n"
        in (result.stdout)
    )
    assert result.stderr == "Wrote 1 new address into list.yaml.\n"
    assert CliRunner().invoke(main, ["check", str(file)]).exit_code == 0
    assert not list(file.parent.glob(".list.yaml*"))


def test_the_patch_applies_by_itself(web: ThreadedZoo, file: Path) -> None:
    run(web, "check", "--list", str(file))
    before = file.read_text(encoding="utf-8")
    patch = run(web, "patch", "--list", str(file)).stdout
    assert file.read_text(encoding="utf-8") == before
    subprocess.run(["git", "apply"], input=patch, text=True, check=True)
    assert file.read_text(encoding="utf-8") == before.replace("/moved #", "/new #")


def test_a_patch_of_markdown_says_what_to_do_instead(web: ThreadedZoo, file: Path) -> None:
    Path("tea.md").write_text(
        "# Tea\n\n## Green\n\n- [Sencha](https://example.org/sencha)\n", encoding="utf-8"
    )

    printed = run(web, "patch", "--list", "tea.md", "--list", str(file))

    assert printed.exit_code == 0
    assert "readbot import tea.md -o list.yaml" in printed.stderr


def test_a_new_address_that_the_list_has_already_is_left_to_a_curator(web: ThreadedZoo, file: Path) -> None:
    web.keep("/moved", sends_to("/ok"))
    before = file.read_text(encoding="utf-8")
    result = run(web, "check", "--list", str(file), "--fix")
    assert result.exit_code == 1
    assert "take one of them out" in result.stderr
    assert file.read_text(encoding="utf-8") == before


def test_fix_changes_no_list_that_nobody_named(web: ThreadedZoo, file: Path) -> None:
    result = run(web, "check", "--fix")
    assert result.exit_code == 2
    assert "--list FILE" in result.stderr
    assert web.asked == []


def test_a_dead_link_is_shown_with_its_archived_copy(web: ThreadedZoo, file: Path) -> None:
    web.keep("/moved", answers(410))
    url = web.url("/moved")
    store(
        LinkHealth(
            url=url,
            state=LinkState.SUSPECT,
            failures=2,
            failing_since=START.replace(year=2020),
            checked_at=START.replace(year=2020),
        )
    )
    result = run(web, "check", "--list", str(file))
    assert result.exit_code == 1
    copy = f"https://web.archive.org/web/2/{url}"
    assert f"dead  {url}  gone since 2020-11-24, archived copy: {copy}\n" in result.stdout


def test_without_a_network_it_says_so_and_changes_nothing(web: ThreadedZoo, file: Path) -> None:
    web.close()
    before = file.read_text(encoding="utf-8")
    result = CliRunner().invoke(main, ["links", "check", "--fix", "--list", str(file)], obj=options(web))
    assert result.exit_code == 2
    assert "is there a network here" in result.stderr
    assert stored() == {}
    assert file.read_text(encoding="utf-8") == before


SCRIPT = """\
from readbot.cli_links import links
from readbot.curation.addresses import AddressRule
from readbot.curation.link_wiring import CheckOptions
links(obj=CheckOptions(rule=AddressRule(allowed={{{allowed}}}), pace_s=0))
"""


def test_on_a_terminal_a_bar_shows_how_far_it_is_and_goes_away(web: ThreadedZoo, file: Path) -> None:
    ours, theirs = pty.openpty()
    code = SCRIPT.format(allowed=repr(web.allowed))
    process = subprocess.Popen(
        [sys.executable, "-c", code, "check", "--list", str(file)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(theirs)
    shown = b""
    # A terminal that nobody writes to any more is an error to read from.
    with suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    output, _ = process.communicate(timeout=60)
    assert b"Checking links" in shown
    assert b"5/5" in shown
    assert output.decode().endswith("5 links: 3 ok, 1 moved, 1 suspect. Asked now: 5.\n")
    assert b"\x1b" not in output


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_check_that_is_stopped_goes_on_where_it_was(
    web: ThreadedZoo, file: Path, how: signal.Signals
) -> None:
    web.keep("/wall", is_silent())
    code = SCRIPT.format(allowed=repr(web.allowed))
    process = subprocess.Popen(
        [sys.executable, "-c", code, "check", "--json", "--list", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    first = [json.loads(process.stdout.readline())["url"] for _ in range(3)]
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert errors.startswith("Stopped. What was checked is kept")
    assert set(first) <= set(stored())
    web.keep("/wall", answers(200))
    asked = [asked.path for asked in web.asked]
    result = run(web, "check", "--list", str(file))
    again = {asked.path for asked in web.asked[len(asked) :]}
    assert "/wall" in again
    assert not {web.url(path) for path in again} & set(first)
    assert "5 links: 4 ok, 1 moved." in result.stdout


HANGING = """\
import time
from readbot.cli import main
from readbot.curation.fetcher import Limits
from readbot.curation.link_wiring import CheckOptions
def hang(host, port):
    print("looking up", flush=True)
    time.sleep(600)
main(["links", "check"], obj=CheckOptions(look_up=hang, limits=Limits(connect_s={connect_s}), pace_s=0))
"""


def check_where_look_ups_hang(path: Path, *, connect_s: float) -> "subprocess.Popen[str]":
    """Start a check whose look-ups hang, and wait until the first does."""
    path.write_text("title: T\nsections: [{title: S, links: [{title: L, url: https://slow.example}]}]\n")
    process = subprocess.Popen(
        [sys.executable, "-c", HANGING.format(connect_s=connect_s)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"READBOT_LIST": str(path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "looking up\n"
    return process


def test_the_program_does_not_wait_for_a_look_up_that_hangs(file: Path) -> None:
    process = check_where_look_ups_hang(file, connect_s=0.2)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "is there a network here" in errors
    assert "Traceback" not in errors


def test_ctrl_c_ends_the_program_while_a_look_up_hangs(file: Path) -> None:
    process = check_where_look_ups_hang(file, connect_s=60)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.splitlines() == [
        "Stopped. What was checked is kept: the same command goes on with the rest."
    ]
