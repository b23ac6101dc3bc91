"""Approved links on their way into the list's file."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from click.testing import CliRunner, Result

from readbot.cli import main
from readbot.conversation.request import Workspace
from readbot.curation.export import format_aliases, make_additions, make_issue_url
from readbot.curation.model import ExtraAlias, Suggestion, SuggestionState
from readbot.reading_list.yaml_file import load_list
from readbot.search.aliases_file import parse_aliases
from readbot.store import Database, Store
from readbot.store.rows import new_id
from tests.digest_data import START

from .town import HERE, LIST, THERE

URL = "https://arxiv.org/abs/2106.09685"


def make(url: str = URL, *, workspace: Workspace = HERE, **others: object) -> Suggestion:
    made = Suggestion(
        id=new_id(),
        platform=workspace.platform,
        workspace_id=workspace.id,
        channel_id="C1",
        url=url,
        title="On yeast",
        note="By a baker: “good”",
        section=("Dough", "Flour"),
        suggested_by="U1",
        suggested_at=START,
        decided_by="U8",
        decided_at=START + timedelta(days=1),
        state=SuggestionState.APPROVED,
    )
    return replace(made, **others)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a list of two comments in it, and readbot's settings."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("READBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("READBOT_LIST", str(tmp_path / "list.yaml"))
    monkeypatch.setenv("READBOT_ALIASES", str(tmp_path / "aliases.yaml"))
    (tmp_path / "aliases.yaml").write_text("groups: []\n", encoding="utf-8")
    lines = LIST.splitlines(keepends=True)
    (tmp_path / "list.yaml").write_text("".join(line[4:] for line in lines), encoding="utf-8")
    return tmp_path


@pytest.fixture
def store(home: Path, migrated_file: Path) -> Iterator[Store]:
    shutil.copy(migrated_file, home / "readbot.db")
    with Database.open(f"sqlite:///{home / 'readbot.db'}") as opened:
        yield Store(opened)


def keep(store: Store, *suggestions: Suggestion) -> None:
    for suggestion in suggestions:
        store.suggestions.add(suggestion, url_key=suggestion.url, max_open=99)


def readbot(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_link_goes_to_the_end_of_its_section_and_all_else_stays(home: Path) -> None:
    path = home / "list.yaml"
    made = make_additions(path, [make()])

    assert made.diff == (
        "--- a/list.yaml\n+++ b/list.yaml\n@@ -14,6 +14,12 @@\n"
        "         links:\n           - title: Milling at home\n             url: https://example.org/milling\n"
        "+          - title: On yeast\n"
        "+            url: https://arxiv.org/abs/2106.09685\n"
        '+            note: "By a baker: “good”"\n'
        "+            kind: paper\n"
        "+            year: 2021\n"
        "+            added: 2026-11-25\n"
        "   - title: Ovens\n     links:\n       - title: Wood-fired ovens\n"
    )
    removed = [line for line in made.diff.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert removed == []


def test_what_the_list_has_is_known_also_by_another_address_and_within_the_batch(home: Path) -> None:
    suggestions = [
        make("http://www.example.org/ovens/"),
        make("https://arxiv.org/pdf/2106.09685v2"),
        make(workspace=THERE),
    ]
    made = make_additions(home / "list.yaml", suggestions)
    assert (made.known, made.added) == ((suggestions[0], suggestions[2]), (suggestions[1],))
    again = make_additions(home / "list.yaml", [make("https://youtu.be/kMb4TmhTlbk")])
    assert (again.diff, again.added) == ("", ())


def test_a_section_that_the_list_has_no_more_is_made_and_what_cannot_be_is_left_out(home: Path) -> None:
    bad = make("https://example.com/bad", title="")
    made = make_additions(home / "list.yaml", [bad, make(section=("Yeast", "Wild"))])
    assert [suggestion for suggestion, _ in made.refused] == [bad]
    assert "title" in made.refused[0][1]
    (home / "list.yaml").write_text(made.after, encoding="utf-8")
    entry = load_list(home / "list.yaml").find_address(URL)
    assert entry is not None
    assert entry.path == ("Yeast", "Wild")


def test_hostile_text_becomes_one_yaml_text(home: Path) -> None:
    hostile = "x: [a] # no\\n- title: 'evil' <!channel> \"@here\" {b: c} *d &e !f %g"
    made = make_additions(home / "list.yaml", [make(title=hostile, note=hostile)])
    (home / "list.yaml").write_text(made.after, encoding="utf-8")
    entry = load_list(home / "list.yaml").find_address(URL)
    assert entry is not None
    assert (entry.link.title, entry.link.note) == (hostile, hostile)


def test_a_patch_is_printed_that_git_applies_and_the_list_is_good(store: Store, home: Path) -> None:
    keep(
        store,
        make(),
        make("https://example.com/b", workspace=THERE),
        make("https://example.com/c", state="waiting"),
    )
    printed = readbot("suggestions", "export")

    assert printed.exit_code == 0
    assert "2 links for" in printed.stderr
    subprocess.run(["git", "apply"], input=printed.stdout, text=True, check=True, cwd=home)
    assert "5 entries" in readbot("check").stdout
    text = (home / "list.yaml").read_text(encoding="utf-8")
    assert "# Kept by hand.\n" in text
    assert "Sourdough basics  # the first\n" in text
    assert "U1" not in printed.output
    again = readbot("suggestions", "export")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "nothing was approved that the list lacks" in again.stderr


def test_write_adds_the_links_to_the_file(store: Store, home: Path) -> None:
    keep(store, make(), make("https://example.com/b", workspace=THERE))
    written = readbot("suggestions", "export", "--write", "--workspace", "slack:T1")

    assert written.exit_code == 0
    assert "Wrote 1 link into" in written.stdout
    assert "4 entries" in readbot("check").stdout
    assert sorted(path.name for path in home.glob("*list*")) == ["list.yaml"]


def test_each_link_goes_into_the_list_that_its_workspace_reads(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "other.yaml").write_text((home / "list.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("READBOT_LIST", f"{home / 'list.yaml'},{home / 'other.yaml'}")
    store.overlays.choose_list(THERE, "other", person_id="U9")
    keep(store, make(), make("https://example.com/b", workspace=THERE))

    printed = readbot("suggestions", "export").stdout
    first, second = printed.split("--- a/other.yaml")
    assert URL in first
    assert "https://example.com/b" in second
    one = readbot("suggestions", "export", "--list", "other.yaml").stdout
    assert "a/list.yaml" not in one
    assert URL in one


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--write", "--aliases"), "Give one of"),
        (("--github", "nobody"), "octocat/reading-list"),
        (("--github", "a/b/c"), "octocat/reading-list"),
        (("--workspace", "T1"), "slack:T123"),
        (("--list", "list.md"), "readbot import list.md"),
        (("--list", "missing.yaml"), "cannot be read"),
    ],
)
@pytest.mark.usefixtures("home")
def test_a_wrong_call_says_what_to_do(store: Store, arguments: tuple[str, ...], words: str) -> None:
    keep(store, make())
    answer = readbot("suggestions", "export", *arguments)
    assert answer.exit_code == 2
    assert words in answer.stderr


@pytest.mark.usefixtures("home")
def test_the_list_that_ships_is_not_written_to(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, make())
    monkeypatch.delenv("READBOT_LIST")
    answer = readbot("suggestions", "export", "--write")
    assert answer.exit_code == 2
    assert "--list FILE or READBOT_LIST" in answer.stderr
    assert URL in readbot("suggestions", "export").stdout


def test_an_issue_is_filled_in_with_yaml_in_a_fence_that_nothing_leaves() -> None:
    suggestion = make(title="Add ``` @team & <b>", note="```` @channel")
    url = make_issue_url("octocat/reading-list", suggestion)
    parts = urlsplit(url)
    query = parse_qs(parts.query)

    assert (
        f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://github.com/octocat/reading-list/issues/new"
    )
    assert query["title"] == ["Add: Add ``` @team & <b>"]
    lead, body, end = query["body"][0].split("`````")
    assert (lead, end.strip()) == ("Approved in chat.\n\n", "")
    assert body.startswith("yaml\n# Dough › Flour\n")
    [item] = yaml.safe_load(body.removeprefix("yaml\n"))
    assert (item["title"], item["url"], item["note"]) == (suggestion.title, URL, suggestion.note)


def test_an_issue_s_address_stays_short_enough_for_github() -> None:
    long = make("https://example.com/" + "%" * 1980, title="🥖" * 300, note="🥖" * 1000)
    url = make_issue_url("octocat/reading-list", long)
    assert len(url) <= 8000
    assert parse_qs(urlsplit(url).query)["body"] == [f"{long.url}\n"]


@pytest.mark.usefixtures("home")
def test_issues_are_printed_for_what_the_list_lacks(store: Store) -> None:
    keep(store, make(), make("https://example.org/ovens"))
    answer = readbot("suggestions", "export", "--github", "octocat/reading-list")
    assert answer.exit_code == 0
    assert answer.stdout.startswith(
        "On yeast\n  https://github.com/octocat/reading-list/issues/new?title=Add"
    )
    assert answer.stdout.count("https://github.com") == 1


@pytest.mark.usefixtures("home")
def test_words_added_in_chat_come_out_as_a_table_of_aliases(store: Store) -> None:
    store.extra_aliases.add(HERE, words="levain", means="Sourdough", by="U8")
    store.extra_aliases.add(THERE, words="levain", means="sourdough", by="U8")
    store.extra_aliases.add(THERE, words="no", means="x: [y]", by="U8")

    printed = readbot("suggestions", "export", "--aliases").stdout
    table = parse_aliases(printed, file="aliases.yaml")
    assert [group.terms for group in table.groups] == [("levain", "sourdough"), ("no", "x: [y]")]
    assert "# slack:T2" in printed
    assert "U8" not in printed
    nothing = readbot("suggestions", "export", "--aliases", "--workspace", "slack:T3")
    assert (nothing.exit_code, nothing.stdout) == (1, "")


def test_no_words_make_no_table() -> None:
    assert format_aliases([(HERE, [])]) == ""
    twice = [ExtraAlias(id=1, words="a", means="b", added_by="", added_at=START)]
    assert format_aliases([(HERE, twice), (THERE, twice)]) == "groups:\n  # slack:T1\n  - [a, b]\n"


@pytest.mark.usefixtures("home")
def test_suggestions_are_listed_without_by_whom(store: Store) -> None:
    keep(store, make(), make("https://example.com/b", state=SuggestionState.REJECTED, reason="No"))
    listed = readbot("suggestions", "list")
    assert (
        "approved  2026-11-24  slack:T1  https://arxiv.org/abs/2106.09685  On yeast  Dough › Flour"
        in listed.stdout
    )
    assert "U1" not in listed.stdout
    [line] = readbot("suggestions", "list", "--state", "rejected", "--json").stdout.splitlines()
    assert json.loads(line)["reason"] == "No"
    assert "U1" not in line
    assert readbot("suggestions", "list", "--workspace", "discord:1").exit_code == 1
