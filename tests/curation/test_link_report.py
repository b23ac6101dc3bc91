from dataclasses import replace
from pathlib import Path

import pytest

from readbot.conversation.reply import Paragraph, Reply, Rows, Style
from readbot.conversation.request import Workspace
from readbot.curation.link_job import list_served
from readbot.curation.link_patch import make_patch
from readbot.curation.link_report import write_summary
from readbot.curation.model import LinkHealth, LinkState, Suggestion, SuggestionState
from readbot.reading_list.list_file import load_list_file
from readbot.shelves import Shelves
from readbot.store import Store
from tests.digest_data import START

HEAD = "title: Test list\nsections:\n  - title: One\n    links:\n"


def link(number: int) -> str:
    return f"      - title: Link {number}\n        url: https://example.org/{number}\n"


def health(number: int, state: LinkState, **others: str) -> LinkHealth:
    return LinkHealth(url=f"https://example.org/{number}", state=state, checked_at=START, **others)  # type: ignore[arg-type]


def moved(number: int) -> LinkHealth:
    return health(number, LinkState.MOVED, moved_to=f"https://new.example.org/{number}")


def summarize(file: Path, *known: LinkHealth) -> Reply | None:
    find = {each.url: each for each in known}.get
    return write_summary([load_list_file(file)], [file], find)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.yaml"
    path.write_text(HEAD + "".join(map(link, range(60))), encoding="utf-8")
    return path


def test_a_list_that_is_well_or_merely_suspect_is_no_news(file: Path) -> None:
    assert summarize(file, health(1, LinkState.OK), health(2, LinkState.SUSPECT)) is None


def test_a_short_patch_is_shown_line_by_line_as_code(file: Path) -> None:
    reply = summarize(file, moved(1), moved(40))
    assert reply is not None
    [rows] = [part for part in reply.parts if isinstance(part, Rows)]
    assert {span.style for row in rows.rows for span in row} == {Style.CODE}
    lines = [row[0].text for row in rows.rows]
    assert "-        url: https://example.org/40" in lines
    assert "+        url: https://new.example.org/40" in lines
    assert f"readbot links check --fix --list {file}" in reply.fallback


def test_a_long_patch_gives_way_to_the_first_links_and_the_command(file: Path) -> None:
    reply = summarize(file, *map(moved, range(30)))
    assert reply is not None
    words = reply.fallback
    assert "Of 60 links 30 have moved." in words
    assert "https://example.org/9 → https://new.example.org/9\nand 20 more" in words
    assert "readbot links check --fix" in words


def test_a_markdown_list_is_told_without_a_patch(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Awesome\n\n## One\n\n- [A](https://example.org/1) - Good.\n", encoding="utf-8")
    reply = summarize(path, moved(1))
    assert reply is not None
    assert "https://example.org/1 → https://new.example.org/1" in reply.fallback
    assert "--fix" not in reply.fallback


def test_a_list_that_is_being_edited_is_told_without_a_patch(file: Path) -> None:
    served = [load_list_file(file)]
    file.write_text("title: [", encoding="utf-8")
    reply = write_summary(served, [file], {moved(1).url: moved(1)}.get)
    assert reply is not None
    assert "https://example.org/1 → https://new.example.org/1" in reply.fallback


def test_a_long_address_is_shown_short_and_leads_all_the_way(file: Path) -> None:
    url = "https://example.org/" + "x" * 500
    file.write_text(f"{HEAD}      - title: A\n        url: {url}\n", encoding="utf-8")
    reply = summarize(file, replace(health(1, LinkState.DEAD), url=url))
    assert reply is not None
    [rows] = [part for part in reply.parts if isinstance(part, Rows)]
    assert (len(rows.rows[0][0].text) <= 100, rows.rows[0][0].url) == (True, url)
    assert [part for part in reply.parts if isinstance(part, Paragraph)]


def test_two_links_that_moved_to_one_place_are_not_both_rewritten(file: Path) -> None:
    known = {
        each.url: replace(each, moved_to="https://new.example.org/same") for each in (moved(1), moved(2))
    }
    patch = make_patch(file, known.get)
    assert list(patch.changes) == ["https://example.org/1"]
    assert list(patch.doubles) == ["https://example.org/2"]


def test_what_a_workspace_added_is_looked_after_as_well(store: Store, file: Path) -> None:
    workspace = Workspace(platform="slack", id="T1")
    suggestion = Suggestion(
        id="a" * 20,
        platform="slack",
        workspace_id="T1",
        channel_id="C1",
        url="https://example.org/own",
        title="Own",
        section=("One",),
        suggested_by="U1",
        suggested_at=START,
    )
    store.suggestions.add(suggestion, url_key=suggestion.url, max_open=5)
    store.suggestions.decide(workspace, suggestion.id, SuggestionState.APPROVED, by="U9")
    aliases = file.with_name("aliases.yaml")
    aliases.write_text("groups: []\n", encoding="utf-8")
    shelves = Shelves([file], aliases_path=aliases, overlays=store.overlays)
    urls = [entry.link.url for each in list_served(shelves, store) for entry in each.entries]
    shelves.close()
    assert urls.count("https://example.org/own") == 1
    assert urls.count("https://example.org/1") == 2
