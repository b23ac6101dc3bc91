"""The command as a person runs it: what it prints, and its exit code."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readbot.cli import COMMANDS, load_command, main
from tests.paths import FEW_ALIASES
from tests.slack.program import clean_environ
from tests.waiting import LAST_RESORT_S

READBOT = Path(sys.executable).with_name("readbot")
ENVIRON = clean_environ() | {"COLUMNS": "80", "READBOT_ALIASES": str(FEW_ALIASES)}


def run_program(
    *arguments: str, typed: str = "", cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the program itself, which takes a second."""
    return subprocess.run(
        [READBOT, *arguments],
        input=typed,
        cwd=cwd,
        env=ENVIRON | env,
        capture_output=True,
        text=True,
        timeout=LAST_RESORT_S,
        check=False,
    )


def readbot(*arguments: str, typed: str = "", cwd: Path | None = None, **env: str) -> Result:
    """Run the command in this process."""
    unset = dict.fromkeys(os.environ.keys() - ENVIRON.keys())
    with contextlib.chdir(cwd or Path.cwd()):
        result = CliRunner().invoke(main, arguments, input=typed, env={**unset, **ENVIRON, **env})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_search_exits_with_0_and_shows_title_address_and_section() -> None:
    answer = run_program("search", "attention", "is", "all", "you", "need")

    assert answer.returncode == 0
    assert "Attention is all you Need" in answer.stdout
    assert "https://arxiv.org/abs/1706.03762" in answer.stdout
    assert "Foundational Deep Learning Papers" in answer.stdout


def test_search_exits_with_1_when_nothing_answers() -> None:
    answer = readbot("search", "kotlin coroutines")

    assert answer.exit_code == 1
    assert "Nothing on the list answers this." in answer.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("search",),
        ("search", "attention", "--queries", "-"),
        ("search", "--list", "missing.yaml", "attention"),
        ("search", "--limit", "0", "attention"),
        ("search", "kind:sandwich"),
        ("search", "..."),
        ("check", "missing.yaml"),
        ("import", "missing.md", "-o", "out.yaml"),
        ("import", "/dev/zero", "-o", "out.yaml"),
        ("run", "telegram"),
        ("run", "slack"),
        ("manifest", "telegram"),
        ("sing",),
    ],
    ids=" ".join,
)
def test_a_wrong_call_exits_with_2_and_a_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    answer = readbot(*arguments, cwd=tmp_path)

    assert answer.exit_code == 2
    assert answer.stderr.strip()


def test_json_has_the_documented_shape() -> None:
    answer = json.loads(readbot("search", "--json", "lilian weng", "--limit", "1").stdout)

    assert answer["query"] == "lilian weng"
    assert answer["matched"] is True
    (result,) = answer["results"]
    assert set(result) == {"title", "url", "section", "score", "why"}
    assert "lilianweng.github.io" in result["url"]
    assert isinstance(result["section"], list)


def test_queries_from_standard_input_give_one_object_a_line() -> None:
    answer = readbot("search", "--json", "--queries", "-", typed="attention\nkotlin coroutines\n...\n")

    assert [json.loads(line)["matched"] for line in answer.stdout.splitlines()] == [True, False, False]
    assert answer.exit_code == 0


def test_a_dash_word_is_left_out_behind_two_dashes() -> None:
    answer = readbot("search", "--json", "--limit", "100", "--", "prompt engineering", "-blind")

    assert not any("Blind" in result["title"] for result in json.loads(answer.stdout)["results"])


def test_queries_that_are_no_text_are_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "queries").write_bytes(b"caf\xe9\n")

    answer = readbot("search", "--queries", "queries", cwd=tmp_path)

    assert answer.exit_code == 2
    assert "UTF-8" in answer.stderr


def test_search_and_check_read_the_list_that_is_set(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("title: T\n")

    assert readbot("check", cwd=tmp_path, READBOT_LIST="bad.yaml").exit_code == 2
    assert readbot("search", "tea", cwd=tmp_path, READBOT_LIST="bad.yaml").exit_code == 2


def test_of_several_lists_that_are_set_the_first_is_searched(tmp_path: Path) -> None:
    (tmp_path / "tea.md").write_text("# Tea\n\n## Green\n\n- [Sencha](https://example.org/sencha)\n")
    (tmp_path / "bad.yaml").write_text("title: T\n")

    answer = readbot("search", "sencha", cwd=tmp_path, READBOT_LIST="tea.md,bad.yaml")

    assert "https://example.org/sencha" in answer.stdout


def test_several_lists_at_once_are_not_searched_but_told(tmp_path: Path) -> None:
    answer = readbot("search", "--list", "a.yaml,b.md", "attention", cwd=tmp_path)

    assert answer.exit_code == 2
    assert "'a.yaml,b.md' names several lists, and this takes one" in answer.stderr


def test_a_list_may_have_a_comma_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "a,b.md").write_text("# T\n\n## S\n\n- [Sencha](https://a.example)\n", encoding="utf-8")

    assert readbot("search", "--list", "a,b.md", "sencha", cwd=tmp_path).exit_code == 0


def test_check_goes_through_all_lists_that_are_set_markdown_too(tmp_path: Path) -> None:
    (tmp_path / "tea.md").write_text("# Tea\n\n## Green\n\n- [Sencha](https://example.org/sencha)\n")
    (tmp_path / "bad.yaml").write_text("title: T\n")

    answer = readbot("check", cwd=tmp_path, READBOT_LIST="bad.yaml,tea.md")

    assert answer.exit_code == 2
    assert "bad.yaml" in answer.stderr
    assert "tea.md: 1 entry with 1 link in 1 section, all well" in answer.stdout


def test_an_imported_list_is_served(tmp_path: Path) -> None:
    (tmp_path / "team.md").write_text("# Team\n\n## Tea\n\n- [Oolong](https://example.org/oolong)\n")

    imported = readbot("import", "team.md", "-o", "team.yaml", cwd=tmp_path)
    found = readbot("search", "--list", "team.yaml", "oolong", cwd=tmp_path)

    assert imported.exit_code == 0, imported.stderr
    assert "https://example.org/oolong" in found.stdout


def test_import_writes_over_nothing_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "team.md").write_text("# Team\n\n## Tea\n\n- [Oolong](https://example.org/oolong)\n")
    (tmp_path / "team.yaml").write_text("mine")

    refused = readbot("import", "team.md", "-o", "team.yaml", cwd=tmp_path)

    assert refused.exit_code == 2
    assert (tmp_path / "team.yaml").read_text() == "mine"
    assert readbot("import", "team.md", "-o", "team.yaml", "--force", cwd=tmp_path).exit_code == 0


def test_check_names_file_line_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        "title: T\nsections:\n  - title: S\n    links:\n      - title: no scheme\n        url: example.org\n"
    )

    answer = readbot("check", "bad.yaml", cwd=tmp_path)

    assert answer.exit_code == 2
    assert "bad.yaml:6" in answer.stderr


def test_the_list_that_ships_is_in_order() -> None:
    assert "73 entries with 74 links in 17 sections, all well" in readbot("check").stdout


def test_run_without_tokens_is_a_chat_that_a_pipe_can_use() -> None:
    answer = run_program("run", typed="/llmread fine-tunning\n1\nquit\n/llmread never asked\n")

    assert answer.returncode == 0
    assert "Fine-tuning with LoRA and QLoRA" in answer.stdout
    assert "6-10 of" in answer.stdout
    assert "never asked" not in answer.stdout
    assert answer.stderr == ""


def test_run_without_tokens_and_pipe_is_the_playground() -> None:
    with subprocess.Popen(
        [READBOT, "run"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=ENVIRON,
    ) as running:
        assert running.stdout is not None
        printed = "".join(running.stdout.readline() for _ in range(6))
        running.terminate()
        assert running.wait(timeout=LAST_RESORT_S) == 0

    assert "http://127.0.0.1:" in printed


@pytest.mark.parametrize("part", ["all", "slack", "worker"])
def test_half_set_tokens_are_named_with_what_is_missing_and_nothing_is_made(
    part: str, tmp_path: Path
) -> None:
    answer = run_program("run", part, cwd=tmp_path, SLACK_APP_TOKEN="xapp-1", DISCORD_TOKEN="two words")

    assert answer.returncode == 2
    assert "SLACK_BOT_TOKEN: is missing" in answer.stderr
    assert "DISCORD_TOKEN: a token has no spaces" in answer.stderr
    assert "xapp-1" not in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_sentence_and_no_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [READBOT, "export", "--format", "opml"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=ENVIRON,
            text=True,
            timeout=LAST_RESORT_S,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("readbot: No space left on device: make room")
    assert "Traceback" not in done.stderr


def test_a_list_that_cannot_be_used_leaves_no_database_behind(tmp_path: Path) -> None:
    answer = run_program("run", cwd=tmp_path, DISCORD_TOKEN="x", READBOT_LIST="missing.yaml")

    assert answer.returncode == 2
    assert "missing.yaml: cannot be read" in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_has_every_command_with_how_its_own_help_begins(name: str) -> None:
    """It is written twice, as loading all commands for their first words takes seconds."""
    own = " ".join((load_command(name).help or "").split())

    assert own.startswith(COMMANDS[name].says)
    assert f"  {name} " in readbot("--help").stdout
    assert COMMANDS[name].says in readbot("--help").stdout


def test_a_search_loads_neither_database_nor_server() -> None:
    """It is typed in a shell, where a second is long."""
    program = (
        "import sys; from readbot.cli import main\n"
        "main(['search', 'attention'], standalone_mode=False)\n"
        "print(sorted({'sqlalchemy', 'aiohttp', 'prompt_toolkit', 'apscheduler'} & set(sys.modules)))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=ENVIRON
    )

    assert printed.stdout.splitlines()[-1] == "[]"
