"""Choosing among the operator's lists, in words."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from readbot.conversation.reply import Choices, Reply
from readbot.conversation.request import Reader, Request
from readbot.curation.curators import Curators
from readbot.lists_desk import ListsDesk
from readbot.shelves import Shelves
from readbot.store import Store

ADMIN = Reader(id="U1", is_manager=True)


@pytest.fixture
def shelves(tmp_path: Path, store: Store) -> Iterator[Shelves]:
    aliases = tmp_path / "aliases.yaml"
    aliases.write_text("groups: []\n", encoding="utf-8")
    for name in ("bread", "cheese"):
        list_path = tmp_path / f"{name}.md"
        list_path.write_text(
            f"# On {name}\n\n- [All of {name}](https://example.org/{name})\n", encoding="utf-8"
        )
    paths = [tmp_path / "bread.md", tmp_path / "cheese.md"]
    shelves = Shelves(paths, aliases_path=aliases, overlays=store.overlays)
    yield shelves
    shelves.close()


@pytest.fixture
def desk(shelves: Shelves, store: Store) -> ListsDesk:
    return ListsDesk(shelves, store, {}, curators=Curators("slack:U8"))


def request(reader: Reader = ADMIN, workspace_id: str = "T1") -> Request:
    return Request(text="lists", platform="slack", workspace_id=workspace_id, channel_id="C1", reader=reader)


def commands(reply: Reply) -> list[str]:
    return [each.command for part in reply.parts if isinstance(part, Choices) for each in part.choices]


async def test_all_lists_are_shown_with_the_one_that_is_read(desk: ListsDesk) -> None:
    reply = await desk.answer("", request())

    assert "On bread (bread), 1 link · this one is read here" in reply.fallback
    assert "On cheese (cheese)" in reply.fallback
    assert commands(reply) == ["lists use cheese"]


async def test_an_admin_chooses_for_the_workspace_and_for_no_other(desk: ListsDesk, shelves: Shelves) -> None:
    reply = await desk.answer("use Cheese", request())

    assert "On cheese (cheese), 1 link · this one is read here" in reply.fallback
    assert shelves.find(request().workspace).reading_list.title == "On cheese"
    assert shelves.find(request(workspace_id="T2").workspace).reading_list.title == "On bread"


async def test_others_are_told_who_may(desk: ListsDesk, shelves: Shelves) -> None:
    reply = await desk.answer("use cheese", request(replace(ADMIN, is_manager=False)))

    assert "Only people who manage" in reply.fallback
    assert shelves.find(request().workspace).reading_list.title == "On bread"


async def test_an_unknown_list_is_answered_with_those_there_are(desk: ListsDesk) -> None:
    assert "There are: bread, cheese" in (await desk.answer("use wine", request())).fallback


async def test_a_refused_version_is_told_with_its_complaints_to_curators_alone(
    desk: ListsDesk, shelves: Shelves, tmp_path: Path
) -> None:
    (tmp_path / "cheese.md").write_text("No links at all.", encoding="utf-8")
    shelves.reload()

    for_all = (await desk.answer("", request())).fallback
    assert "A new version of cheese is refused, and the one before is read." in for_all
    assert "in its log" in for_all
    assert str(tmp_path) not in for_all
    for_curators = (await desk.answer("", request(Reader(id="U8")))).fallback
    assert f"{tmp_path / 'cheese.md'}" in for_curators
    assert "in its log" not in for_curators


async def test_of_many_complaints_the_first_are_told(
    desk: ListsDesk, shelves: Shelves, tmp_path: Path
) -> None:
    shelves.problems = {"cheese": "\n".join(f"line {number}" for number in range(1, 8))}

    told = (await desk.answer("", request(Reader(id="U8")))).fallback
    assert "line 5\nAnd 2 more." in told
    assert "line 6" not in told
