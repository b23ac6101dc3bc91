"""Lists and what workspaces make of them: from files and the database to what is served."""

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from readbot.conversation.request import Workspace
from readbot.exceptions import ListError
from readbot.list_watch import watch_lists
from readbot.reading_list import Link
from readbot.reading_list.additions import Addition
from readbot.shelves import Overlay, Shelves
from readbot.store import Store
from tests.waiting import until

ACME = Workspace(platform="slack", id="T1")
GLOBEX = Workspace(platform="slack", id="T2")

TEAM = """\
title: Team list
sections:
  - title: Bread
    links:
      - {title: Sourdough, url: "https://example.org/sourdough"}
"""
AWESOME = """\
# Awesome cheese

## Hard

- [Gruyere](https://example.org/gruyere) - melts.
"""


class Notes:
    """Overlays in memory, with the stamp that another process would move."""

    def __init__(self) -> None:
        self.overlays: dict[Workspace, Overlay] = {}
        self.versions: dict[Workspace, int] = {}
        #: Whose overlay was looked up, in order.
        self.found: list[Workspace] = []

    def put(self, workspace: Workspace, overlay: Overlay) -> None:
        self.overlays[workspace] = overlay
        self.versions[workspace] = self.versions.get(workspace, 0) + 1

    def find(self, workspace: Workspace) -> Overlay:
        self.found.append(workspace)
        return self.overlays.get(workspace, Overlay())

    def stamps(self) -> dict[Workspace, int]:
        return {workspace: self.versions[workspace] for workspace in self.overlays}


@pytest.fixture
def team(tmp_path: Path) -> Path:
    path = tmp_path / "team.yaml"
    path.write_text(TEAM, encoding="utf-8")
    return path


@pytest.fixture
def cheese(tmp_path: Path) -> Path:
    path = tmp_path / "cheese.md"
    path.write_text(AWESOME, encoding="utf-8")
    return path


@pytest.fixture
def aliases(tmp_path: Path) -> Path:
    path = tmp_path / "aliases.yaml"
    path.write_text("groups: []\n", encoding="utf-8")
    return path


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def shelves(team: Path, cheese: Path, aliases: Path, notes: Notes) -> Iterator[Shelves]:
    shelves = Shelves([team, cheese], aliases_path=aliases, overlays=notes)
    yield shelves
    shelves.close()


def titles(shelves: Shelves, workspace: Workspace) -> list[str]:
    return [entry.link.title for entry in shelves.find(workspace).reading_list.entries]


def found(shelves: Shelves, workspace: Workspace, query: str) -> list[str]:
    result = shelves.find(workspace).index.search(query)
    return [match.entry.link.title for match in result.matches]


def addition(title: str, *path: str) -> Addition:
    return Addition(link=Link(title=title, url=f"https://example.org/{title.lower()}"), path=path)


def test_the_first_list_is_everybodys_until_they_choose(shelves: Shelves) -> None:
    assert shelves.names == ("team", "cheese")
    assert titles(shelves, ACME) == ["Sourdough"]


def test_an_awesome_list_is_served_as_it_is_written(shelves: Shelves) -> None:
    assert shelves.get("cheese").reading_list.title == "Awesome cheese"


def test_a_workspace_reads_the_list_it_chose(shelves: Shelves, notes: Notes) -> None:
    notes.put(ACME, Overlay(list_name="cheese"))
    shelves.refresh(ACME)

    assert titles(shelves, ACME) == ["Gruyere"]
    assert titles(shelves, GLOBEX) == ["Sourdough"]
    assert shelves.name_for(ACME) == "cheese"


def test_a_list_that_is_no_longer_offered_gives_way_to_the_first(shelves: Shelves, notes: Notes) -> None:
    notes.put(ACME, Overlay(list_name="wine"))
    shelves.refresh(ACME)

    assert titles(shelves, ACME) == ["Sourdough"]
    assert shelves.name_for(ACME) == "team"


def test_own_links_are_found_by_their_workspace_alone(shelves: Shelves, notes: Notes) -> None:
    notes.put(ACME, Overlay(additions=(addition("Rye", "Bread"), addition("Focaccia", "Italy", "Flat"))))
    shelves.refresh(ACME)

    assert titles(shelves, ACME) == ["Sourdough", "Rye", "Focaccia"]
    assert found(shelves, ACME, "focaccia") == ["Focaccia"]
    assert found(shelves, GLOBEX, "focaccia") == []
    assert shelves.find(ACME).reading_list.entries[-1].path == ("Italy", "Flat")


def test_a_link_that_came_onto_the_shared_list_stands_there_once(shelves: Shelves, notes: Notes) -> None:
    same = Addition(link=Link(title="Again", url="http://www.example.org/sourdough/"), path=("Bread",))
    notes.put(ACME, Overlay(additions=(same,)))
    shelves.refresh(ACME)

    assert titles(shelves, ACME) == ["Sourdough"]


def test_own_words_find_what_they_mean(shelves: Shelves, notes: Notes) -> None:
    notes.put(ACME, Overlay(aliases=(("levain", "sourdough"),)))
    shelves.refresh(ACME)

    assert found(shelves, ACME, "levain") == ["Sourdough"]
    assert found(shelves, GLOBEX, "levain") == []


def test_what_another_process_wrote_is_taken_up(shelves: Shelves, notes: Notes) -> None:
    shelves.refresh(ACME)
    notes.put(ACME, Overlay(additions=(addition("Rye", "Bread"),)))

    assert shelves.look_for_overlays()
    assert titles(shelves, ACME) == ["Sourdough", "Rye"]
    assert not shelves.look_for_overlays()


def test_what_one_workspace_changed_costs_the_others_nothing(shelves: Shelves, notes: Notes) -> None:
    for workspace in (ACME, GLOBEX):
        notes.put(workspace, Overlay(additions=(addition("Rye", "Bread"),)))
    shelves.look_for_overlays()
    shelves.refresh(ACME)
    shelves.refresh(GLOBEX)
    others = shelves.find(GLOBEX)
    notes.found.clear()
    notes.put(ACME, Overlay(additions=(addition("Spelt", "Bread"),)))

    assert shelves.look_for_overlays()
    assert titles(shelves, ACME) == ["Sourdough", "Spelt"]
    assert shelves.find(GLOBEX) is others
    assert notes.found == [ACME]


def test_a_workspace_that_took_everything_back_reads_the_shared_list(shelves: Shelves, notes: Notes) -> None:
    notes.put(ACME, Overlay(additions=(addition("Rye", "Bread"),)))
    shelves.refresh(ACME)
    del notes.overlays[ACME]

    shelves.look_for_overlays()

    assert titles(shelves, ACME) == ["Sourdough"]


def test_after_a_start_a_workspaces_list_is_built_when_it_is_first_asked(
    team: Path, aliases: Path, notes: Notes
) -> None:
    notes.put(ACME, Overlay(additions=(addition("Rye", "Bread"),)))
    shelves = Shelves([team], aliases_path=aliases, overlays=notes)
    assert [entry.link.title for entry in shelves.find_list(ACME).entries] == ["Sourdough", "Rye"]

    shelves.find(ACME)
    shelves.close()

    assert titles(shelves, ACME) == ["Sourdough", "Rye"]


def test_a_changed_file_takes_its_lists_place(shelves: Shelves, team: Path, notes: Notes) -> None:
    notes.put(ACME, Overlay(additions=(addition("Rye", "Bread"),)))
    shelves.refresh(ACME)
    team.write_text(TEAM.replace("Sourdough", "Levain"), encoding="utf-8")

    assert shelves.have_files_changed()
    assert shelves.reload() == {}
    assert titles(shelves, GLOBEX) == ["Levain"]
    assert titles(shelves, ACME) == ["Levain", "Rye"]
    assert not shelves.have_files_changed()


def test_a_broken_file_is_refused_with_what_is_wrong_and_the_old_list_stays(
    shelves: Shelves, team: Path
) -> None:
    team.write_text(TEAM.replace("https://example.org/sourdough", "ftp://x"), encoding="utf-8")

    problems = shelves.reload()

    assert f"{team}:5" in problems["team"]
    assert shelves.problems == problems
    assert titles(shelves, ACME) == ["Sourdough"]


def test_a_broken_file_is_an_error_at_start(team: Path, aliases: Path) -> None:
    team.write_text("title: [", encoding="utf-8")
    with pytest.raises(ListError):
        Shelves([team], aliases_path=aliases)


def test_lists_of_one_name_are_told_apart_by_their_folders(tmp_path: Path, aliases: Path) -> None:
    paths = [tmp_path / folder / "list.yaml" for folder in ("ops", "research")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(TEAM, encoding="utf-8")

    assert Shelves(paths, aliases_path=aliases).names == ("ops/list", "research/list")


def test_overlays_come_from_the_database(shelves: Shelves, store: Store) -> None:
    store.overlays.choose_list(ACME, "cheese", person_id="U1")
    first = store.overlays.stamps()
    store.overlays.choose_list(GLOBEX, "team", person_id="U2")

    assert store.overlays.find(ACME) == Overlay(list_name="cheese")
    assert set(store.overlays.stamps()) == {ACME, GLOBEX}
    assert store.overlays.stamps() != first
    assert store.overlays.stamps()[ACME] == first[ACME]


def write(path: Path, words: str) -> None:
    path.write_text(words, encoding="utf-8")


def move(path: Path, to: Path) -> None:
    path.rename(to)


async def test_a_running_readbot_takes_up_a_new_version(shelves: Shelves, team: Path) -> None:
    learnt: list[Mapping[str, tuple[str, ...]]] = []
    async with watch_lists(shelves, learn=learnt.append, look_every_s=0.02):
        write(team, TEAM.replace("Sourdough", "Levain"))
        await until(lambda: titles(shelves, ACME) == ["Levain"])

    assert len(learnt[0]) == 2


async def test_sighup_makes_it_look_at_once(shelves: Shelves, team: Path) -> None:
    async with watch_lists(shelves, learn=len, look_every_s=60):
        write(team, TEAM.replace("Sourdough", "Levain"))
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: titles(shelves, ACME) == ["Levain"])


async def test_a_broken_version_is_told_in_the_log_and_mended_by_the_next(
    shelves: Shelves, team: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watch_lists(shelves, learn=len, look_every_s=0.02):
        write(team, "title: [")
        await until(lambda: "is refused" in caplog.text)
        assert titles(shelves, ACME) == ["Sourdough"]
        write(team, TEAM.replace("Sourdough", "Levain"))
        await until(lambda: shelves.problems == {})
    assert titles(shelves, ACME) == ["Levain"]


async def test_a_list_that_vanishes_is_told_once_served_as_it_was_and_taken_up_when_it_is_back(
    shelves: Shelves, team: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watch_lists(shelves, learn=len, look_every_s=0.02):
        move(team, team.with_suffix(".old"))
        await until(lambda: "is refused" in caplog.text)
        assert titles(shelves, ACME) == ["Sourdough"]
        assert not shelves.have_files_changed()
        write(team.with_suffix(".new"), TEAM.replace("Sourdough", "Levain"))
        move(team.with_suffix(".new"), team)
        await until(lambda: shelves.problems == {})
    assert titles(shelves, ACME) == ["Levain"]
    assert caplog.text.count("is refused") == 1


async def test_a_list_that_comes_back_as_it_was_is_well_again(
    shelves: Shelves, team: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = team.with_suffix(".away")
    async with watch_lists(shelves, learn=len, look_every_s=0.02):
        move(team, away)
        await until(lambda: "team" in shelves.problems)
        move(away, team)
        await until(lambda: shelves.problems == {})
    assert titles(shelves, ACME) == ["Sourdough"]
    assert caplog.text.count("is refused") == 1
    assert f"{team}: cannot be read" in caplog.text
    assert "check the name and the permissions" in caplog.text
