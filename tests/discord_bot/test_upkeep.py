"""The list looked after on Discord, from end to end: gaps, dead links, the choice of a list, and what is forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import LoopbackDiscord, Sight
from tests.dead_links import let_die

from .curating import Circle, run_circle
from .towns import titles

OVENS = "https://example.org/ovens"
COPY = f"https://web.archive.org/web/2/{OVENS}"


@pytest.fixture
async def circle(discord: LoopbackDiscord, faults: Faults, home: Path) -> AsyncIterator[Circle]:
    async with run_circle(discord, faults, home) as circle:
        yield circle


async def open_gap(circle: Circle) -> Sight:
    """Let somebody ask in vain for levain, and Ada look at that."""
    assert "levain" in await circle.ask("levain")
    gaps = await circle.curate("gaps")
    return await circle.select(gaps.message, "levain")


class TestGaps:
    async def test_searches_without_an_answer_are_counted_over_everybody_but_without_them(
        self, circle: Circle
    ) -> None:
        for person in (circle.grace, circle.cleo):
            await circle.ask("levain", by=person)

        gaps = await circle.curate("gaps")

        assert "**levain** · 2 times" in gaps.text
        assert str(circle.grace.id) not in gaps.text

    async def test_words_that_are_added_work_at_once_in_that_server_alone(self, circle: Circle) -> None:
        form = await circle.click((await open_gap(circle)).message, "Add other words")

        said = await circle.fill(form, means="sourdough")

        assert "Who asks for **levain** is answered for **sourdough** from now on." in said.text
        assert "Sourdough basics" in await circle.ask("levain")
        assert "Sourdough basics" not in await circle.ask("levain", where=circle.elsewhere)
        assert "levain" not in (await circle.curate("gaps")).text

    async def test_a_gap_that_is_ignored_is_not_shown_again(self, circle: Circle) -> None:
        said = await circle.click((await open_gap(circle)).message, "Ignore")

        assert "**levain** is not shown any more." in said.text
        assert "levain" not in (await circle.curate("gaps")).text

    async def test_a_link_is_suggested_for_a_gap(self, circle: Circle) -> None:
        form = await circle.click((await open_gap(circle)).message, "Suggest a link")

        said = await circle.fill(form, url="https://example.com/levain", title="On levain")

        assert "waits for a curator now" in said.text
        assert "On levain" in (await circle.curate("suggestions")).text


class TestDeadLinks:
    async def test_a_dead_link_says_since_when_and_offers_its_archived_copy(self, circle: Circle) -> None:
        assert "gone since" not in await circle.ask("ovens")

        let_die(circle.process, OVENS)

        answer = await circle.ask("ovens")
        assert "⚠ gone since" in answer
        assert f"[archived copy]({COPY})" in answer

    async def test_no_digest_has_a_dead_link(self, circle: Circle) -> None:
        entries = circle.process.shelves.default.reading_list.entries
        let_die(circle.process, *(entry.link.url for entry in entries[:-1]))

        digests = [await circle.post_one() for _ in range(3)]

        assert [titles(digest) for digest in digests] == [[entries[-1].link.title]] * 3


class TestApproved:
    async def test_a_link_that_was_approved_is_drawn_for_digests_of_that_server(self, circle: Circle) -> None:
        let_die(
            circle.process, *(entry.link.url for entry in circle.process.shelves.default.reading_list.entries)
        )
        await circle.suggest("https://example.com/yeast", "On yeast")
        await circle.approve()

        assert titles(await circle.post_one()) == ["On yeast"]


class TestLists:
    @pytest.fixture
    async def circle(self, discord: LoopbackDiscord, faults: Faults, home: Path) -> AsyncIterator[Circle]:
        """One with a second list to choose, an awesome-list as it stands."""
        cheese = home / "cheese.md"
        cheese.write_text(
            "# On cheese\n\n## Rinds\n\n- [Washed rinds](https://example.org/rinds) - Smelly.\n"
        )
        lists = f"{home / 'bread.yaml'},{cheese}"
        async with run_circle(discord, faults, home, READBOT_LIST=lists) as circle:
            yield circle

    async def test_a_server_that_chooses_a_list_reads_that_one_and_the_others_theirs(
        self, circle: Circle
    ) -> None:
        lists = await circle.curate("lists")
        assert "**On bread** (bread), 3 links · this one is read here" in lists.text
        assert "**On cheese** (cheese), 1 link" in lists.text

        said = await circle.select(lists.message, "cheese")

        assert "**On cheese** (cheese), 1 link · this one is read here" in said.text
        assert "Washed rinds" in await circle.ask("rinds")
        assert "Washed rinds" not in await circle.ask("rinds", where=circle.elsewhere)

    async def test_who_manages_nothing_cannot_choose(self, circle: Circle) -> None:
        await circle.ask("sourdough")

        answer = await circle.use("rb:lists use cheese", by=circle.grace)

        assert "Only people who manage this workspace or server" in answer.text
        assert "Washed rinds" not in await circle.ask("rinds")


class TestPrivacy:
    async def test_what_is_kept_is_shown_and_forgotten(self, circle: Circle) -> None:
        await circle.ask("sourdough")
        await circle.suggest("https://example.com/yeast", "On yeast")
        kept = await circle.command("readbot privacy", by=circle.grace)
        assert "1 suggestion" in kept.text

        said = await circle.click(kept.message, "Forget me", by=circle.grace)

        assert "Forgotten" in said.text
        assert "Nothing." in (await circle.command("readbot privacy", by=circle.grace)).text
        assert "Suggested by somebody" in (await circle.curate("suggestions")).text
