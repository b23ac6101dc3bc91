"""The list looked after in Slack, from end to end: gaps, dead links, the choice of a list, and what is forgotten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from readbot.digests.model import Channel
from readbot.digests.wish import DigestWish
from tests.dead_links import let_die
from tests.slack.curating import ADMIN, CHANNEL, CURATOR, GRACE, HEDY, Circle, run_circle
from tests.waiting import until

OVENS = "https://example.org/ovens"
COPY = f"https://web.archive.org/web/2/{OVENS}"


@pytest.fixture
async def circle(home: Path) -> AsyncIterator[Circle]:
    async with run_circle(home) as circle:
        yield circle


async def post_one(circle: Circle) -> str:
    """Let a slot come and return what is posted for it."""
    before = len(digests(circle))
    circle.process.service.turn_on(
        Channel(platform="slack", workspace_id="T1", channel_id=CHANNEL),
        DigestWish(),
        person_id=GRACE,
        timezone="Europe/Berlin",
        next_at=datetime.now(UTC) + timedelta(seconds=0.05),
    )
    await until(lambda: len(digests(circle)) > before)
    return digests(circle)[-1]


def digests(circle: Circle) -> list[str]:
    return [m.words for m in circle.slack.visible(GRACE, CHANNEL) if m.only_for is None]


class TestGaps:
    async def test_searches_without_an_answer_are_counted_over_everybody_but_without_them(
        self, circle: Circle
    ) -> None:
        for user in (GRACE, HEDY):
            assert "Nothing on the list" in (await circle.say("levain", user=user)).words

        gaps = await circle.say("gaps", user=CURATOR)

        assert "*levain* · 2 times" in gaps.words
        assert "grace" not in gaps.words.lower()

    async def test_words_that_are_added_work_at_once_in_that_workspace_alone(self, circle: Circle) -> None:
        await circle.say("levain")
        gaps = await circle.say("gaps", user=CURATOR)
        await circle.press(gaps, "levain (once)")
        form = await circle.open_by(gaps, "Add other words")

        await circle.fill(form, user=CURATOR, means="sourdough")

        assert "Who asks for *levain* is answered for *Sourdough basics*" in form.words
        assert "Sourdough basics" in (await circle.say("levain")).words
        assert "Nothing on the list" in (await circle.say("levain", team="T2")).words
        assert "levain" not in (await circle.say("gaps", user=CURATOR)).words

    async def test_a_gap_that_is_ignored_is_not_shown_again(self, circle: Circle) -> None:
        await circle.say("levain")
        gaps = await circle.say("gaps", user=CURATOR)
        await circle.press(gaps, "levain (once)")

        await circle.press(gaps, "Ignore")

        assert "*levain* is not shown any more." in gaps.words
        assert "levain" not in (await circle.say("gaps", user=ADMIN)).words

    async def test_a_link_is_suggested_for_a_gap(self, circle: Circle) -> None:
        await circle.say("levain")
        gaps = await circle.say("gaps", user=CURATOR)
        await circle.press(gaps, "levain (once)")
        form = await circle.open_by(gaps, "Suggest a link")
        assert "Asked for in vain, once: *levain*" in form.words

        await circle.fill(form, user=CURATOR, url="https://example.com/levain", title="On levain")

        assert "waits for a curator now" in form.words
        assert "On levain" in (await circle.say("suggestions", user=ADMIN)).words


class TestDeadLinks:
    async def test_a_dead_link_says_since_when_and_offers_its_archived_copy(self, circle: Circle) -> None:
        assert "gone since" not in (await circle.say("ovens")).words

        let_die(circle.process, OVENS)

        answer = await circle.say("ovens")
        assert "⚠ gone since" in answer.words
        assert f"<{COPY}|archived copy>" in answer.words

    async def test_whether_a_dead_link_is_on_the_list_is_answered_with_its_archived_copy(
        self, circle: Circle
    ) -> None:
        let_die(circle.process, OVENS)

        answer = await circle.say(f"on-list {OVENS}")

        assert "That is on the list already" in answer.words
        assert f"<{COPY}|archived copy>" in answer.words

    async def test_no_digest_has_a_dead_link(self, circle: Circle) -> None:
        entries = circle.process.shelves.default.reading_list.entries
        let_die(circle.process, *(entry.link.url for entry in entries[:-1]))
        for _ in range(3):
            assert entries[-1].link.title in await post_one(circle)


class TestApproved:
    async def test_a_link_that_was_approved_is_drawn_for_digests_of_that_workspace(
        self, circle: Circle
    ) -> None:
        let_die(
            circle.process, *(entry.link.url for entry in circle.process.shelves.default.reading_list.entries)
        )
        await circle.say("suggest https://example.com/yeast On yeast")
        form = await circle.open_by(await circle.say("suggestions", user=CURATOR), "Approve")
        await circle.fill(form, user=CURATOR, section="flour")

        assert "On yeast" in await post_one(circle)


class TestLists:
    @pytest.fixture
    async def circle(self, home: Path) -> AsyncIterator[Circle]:
        """One with a second list to choose, an awesome-list as it stands."""
        cheese = home / "cheese.md"
        cheese.write_text(
            "# On cheese\n\n## Rinds\n\n- [Washed rinds](https://example.org/rinds) - Smelly.\n"
        )
        async with run_circle(home, list_paths=(home / "list.yaml", cheese)) as circle:
            yield circle

    async def test_a_workspace_that_chooses_a_list_reads_that_one_and_the_others_theirs(
        self, circle: Circle
    ) -> None:
        lists = await circle.say("lists", user=ADMIN)
        assert "*On bread* (list), 3 links · this one is read here" in lists.words
        assert "*On cheese* (cheese), 1 link" in lists.words

        await circle.press(lists, "cheese", user=ADMIN)

        assert "*On cheese* (cheese), 1 link · this one is read here" in lists.words
        assert "Washed rinds" in (await circle.say("rinds")).words
        assert "Washed rinds" not in (await circle.say("rinds", team="T2")).words

    async def test_who_manages_nothing_cannot_choose(self, circle: Circle) -> None:
        answer = await circle.say("lists use cheese", user=GRACE)

        assert "Only people who manage this workspace" in answer.words
        assert "Washed rinds" not in (await circle.say("rinds")).words


class TestPrivacy:
    async def test_what_is_kept_is_shown_and_forgotten(self, circle: Circle) -> None:
        await circle.say("sourdough")
        await circle.say("suggest https://example.com/yeast On yeast")
        kept = await circle.say("privacy")
        assert "1 suggestion" in kept.words

        await circle.press(kept, "Forget me", user=GRACE)

        assert "Forgotten" in kept.words
        assert "Nothing." in (await circle.say("privacy")).words
        queue = await circle.say("suggestions", user=CURATOR)
        assert "Suggested by somebody" in queue.words
