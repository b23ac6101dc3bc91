"""Curation in Slack from end to end: suggested, decided, found, exported and merged, with the real core behind it."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readbot.cli import main
from tests.slack.curating import ADMIN, CHANNEL, CURATOR, GRACE, HEDY, Circle, run_circle
from tests.slack.paths import ALIASES_PATH
from tests.waiting import until

YEAST = "https://example.com/yeast"
#: Other spellings of addresses on the list.
SPELLINGS = (
    "http://example.org/ovens",
    "https://www.example.org/ovens",
    "https://EXAMPLE.org:443/ovens/",
    "https://example.org/ovens?utm_source=x&fbclid=1",
    "https://arxiv.org/pdf/2005.14165",
    "https://arxiv.org/pdf/2005.14165v3.pdf",
    "https://export.arxiv.org/abs/2005.14165v1",
    "https://youtu.be/kMb4TmhTlbk?si=x",
    "https://m.youtube.com/watch?v=kMb4TmhTlbk&feature=share",
)
HOSTILE = (
    "<!channel> <@U1> @everyone *bold* `code` ~gone~ :tada: [x](https://evil.example) "
    "<https://evil.example|y> \u202eback\u202c zero\u200bwidth"
)
#: Without what tells of a person, which is not counted.
HOSTILE_QUERY = "<!channel> @everyone *bold* `code` ~gone~ :tada: \u202eback\u202c zero\u200bwidth"
#: What would call somebody, lead elsewhere, or not show.
CALLS = re.compile(
    r"<!(?!date\^)|<@|<https?://evil|@(?:everyone|channel|here)\b|[\u200b\u202a-\u202e\u2066-\u2069]"
)
LOOKS = re.compile(r"\*bold\*|`code`|~gone~|:tada:")


@pytest.fixture
async def circle(home: Path) -> AsyncIterator[Circle]:
    async with run_circle(home) as circle:
        yield circle


async def readbot(circle: Circle, *arguments: str) -> Result:
    """Run the command line beside the running process."""
    folder = circle.list_path.parent
    environ = {
        "READBOT_DATA_DIR": str(folder),
        "READBOT_LIST": str(circle.list_path),
        "READBOT_ALIASES": str(ALIASES_PATH),
        "DATABASE_URL": None,
    }
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=environ)


def assert_stays_text(circle: Circle) -> None:
    """Fail where Slack would make something of what people wrote."""
    said = circle.marked_up()
    assert said
    assert [words for words in said if CALLS.search(words) or LOOKS.search(words)] == []
    assert [words for words in circle.fallbacks() if CALLS.search(words)] == []


def apply_patch(path: Path, patch: str) -> None:
    """Let git take up a patch; in it, its folder's name stands before the name of a file that is elsewhere."""
    subprocess.run(["git", "apply", "-"], cwd=path.parent.parent, input=patch.encode(), check=True)


async def approve(circle: Circle, *, title: str = "On yeast", section: str = "Flour", note: str = "") -> str:
    """Let the curator approve what waits, and return what then stands in the form's place."""
    queue = await circle.say("suggestions", user=CURATOR)
    form = await circle.open_by(queue, "Approve")
    assert await circle.fill(form, user=CURATOR, title=title, section=section, note=note) == {}
    return form.words


class TestSuggesting:
    async def test_a_link_that_is_typed_waits_for_a_curator(self, circle: Circle) -> None:
        answer = await circle.say(f"suggest {YEAST} On yeast")

        assert "On yeast" in answer.words
        assert "waits for a curator now" in answer.words

    async def test_a_form_that_is_filled_in_brings_its_section_and_note_to_the_queue(
        self, circle: Circle
    ) -> None:
        said = await circle.suggest(YEAST, title="On yeast", note="By a baker", section="flo")

        assert "waits for a curator now" in said
        queue = await circle.say("suggestions", user=CURATOR)
        for words in ("Suggestion 1 of 1", "On yeast", "Dough › Flour", "By a baker", "by grace"):
            assert words in queue.words

    async def test_a_mistake_is_told_at_its_field_and_the_form_stays(self, circle: Circle) -> None:
        form = await circle.open("suggest")

        errors = await circle.fill(form, user=GRACE, url="ftp://example.com/yeast")

        assert list(errors) == ["url"]
        assert "http" in errors["url"]
        assert form in circle.slack.team().stack(GRACE)

    async def test_whatever_the_address_looks_like_what_is_on_the_list_is_shown(self, circle: Circle) -> None:
        for spelling in SPELLINGS:
            answer = (await circle.say(f"suggest {spelling}")).words
            assert "That is on the list already" in answer, spelling

    async def test_a_link_that_was_suggested_already_is_not_suggested_twice(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST}")

        answer = await circle.say("suggest http://www.example.com/yeast/?fbclid=1", user=HEDY)

        assert "was suggested already" in answer.words
        assert "Suggestion 1 of 1" in (await circle.say("suggestions", user=CURATOR)).words

    async def test_vendors_and_hype_are_pointed_out_to_both_and_refused_by_nobody(
        self, circle: Circle
    ) -> None:
        answer = await circle.say("suggest https://blog.pinecone.io/x The ultimate guide")

        assert "waits for a curator now" in answer.words
        assert "first-hand accounts are welcome" in answer.words
        assert "a bit loud" in answer.words
        assert "Look twice" in (await circle.say("suggestions", user=CURATOR)).words


class TestDeciding:
    async def test_an_approved_link_is_found_at_once_in_that_workspace_alone(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} yeast!!!")

        said = await approve(circle, title="On yeast", note="By a baker")

        assert "is on the list now, under *Dough › Flour*" in said
        found = await circle.say("yeast")
        assert f"<{YEAST}|On yeast>" in found.words
        assert "By a baker" in found.words
        assert "On yeast" in (await circle.say("section flour")).words
        assert "On yeast" not in (await circle.say("yeast", team="T2")).words

    async def test_whoever_suggested_it_is_told(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} On yeast")
        await approve(circle)

        told = await circle.told(GRACE)

        assert f"<{YEAST}|“On yeast”> is on the list now, under *Dough › Flour*" in told
        assert f"<#{CHANNEL}>" in told

    async def test_a_rejection_is_told_with_its_reason(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} On yeast")
        queue = await circle.say("suggestions", user=CURATOR)
        form = await circle.open_by(queue, "Reject")

        await circle.fill(form, user=CURATOR, reason="We have three of those.")

        assert "is rejected. Whoever suggested it knows." in form.words
        assert "was not taken: We have three of those." in await circle.told(GRACE)
        assert "On yeast" not in (await circle.say("yeast")).words

    async def test_a_link_put_off_waits_behind_the_others(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} On yeast")
        await circle.say("suggest https://example.com/salt On salt")
        queue = await circle.say("suggestions", user=CURATOR)

        await circle.press(queue, "Later")

        assert "On salt" in queue.words
        assert "Suggestion 1 of 2" in queue.words
        await circle.press(queue, "Next")
        assert "Suggestion 2 of 2" in queue.words
        assert "On yeast" in queue.words

    async def test_of_two_curators_the_second_is_told_who_was_first(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} On yeast")
        forms = {}
        for user in (CURATOR, ADMIN):
            queue = await circle.say("suggestions", user=user)
            forms[user] = await circle.open_by(queue, "Approve", user=user)

        await circle.fill(forms[CURATOR], user=CURATOR, section="Ovens")
        await circle.fill(forms[ADMIN], user=ADMIN, section="Flour")

        assert "That is decided already" in forms[ADMIN].words
        assert "Approved by cleo" in forms[ADMIN].words
        assert "On yeast" in (await circle.say("section ovens")).words
        assert "On yeast" not in (await circle.say("section flour")).words

    async def test_a_decision_can_be_taken_back(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} On yeast")
        queue = await circle.say("suggestions", user=CURATOR)
        form = await circle.open_by(queue, "Approve")
        await circle.fill(form, user=CURATOR, section="Ovens")

        await circle.press(form, "Take that back")

        assert "waits for a decision again" in form.words
        assert "On yeast" not in (await circle.say("section ovens")).words

    async def test_who_may_not_curate_is_refused_even_where_they_see_the_button(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} On yeast")
        for words in ("suggestions", "gaps"):
            assert "Only curators" in (await circle.say(words, user=HEDY)).words
        suggestion = circle.process.store.suggestions.list_everywhere()[0]

        answer = await circle.say(f"suggestions later {suggestion.id}", user=HEDY)

        assert "Only curators" in answer.words
        assert "Suggestion 1 of 1" in (await circle.say("suggestions", user=ADMIN)).words

    async def test_a_curator_hears_of_the_first_suggestion_of_a_day(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST}")
        await circle.say("suggest https://example.com/salt", user=HEDY)

        assert "1 suggestion waits for a curator" in await circle.told(CURATOR)
        assert len(circle.direct(CURATOR)) == 1


class TestMerging:
    async def test_an_export_is_a_good_patch_and_after_the_merge_the_link_stands_once(
        self, circle: Circle
    ) -> None:
        await circle.say(f"suggest {YEAST} On yeast")
        await approve(circle, note="By a baker")

        exported = await readbot(circle, "suggestions", "export")

        assert exported.exit_code == 0
        apply_patch(circle.list_path, exported.stdout)
        assert "# Kept by hand." in circle.list_path.read_text()
        assert (await readbot(circle, "check", str(circle.list_path))).exit_code == 0
        # The shared list has it now, so that everybody does.
        await until(lambda: "On yeast" in str(circle.process.shelves.default.reading_list))
        for team in ("T1", "T2"):
            section = await circle.say("section flour", team=team)
            assert section.words.count(f"<{YEAST}|On yeast>") == 1
        assert (await readbot(circle, "suggestions", "export")).exit_code == 1


class TestHostileWords:
    async def test_a_suggestion_stays_text_for_curators_readers_and_whoever_suggested_it(
        self, circle: Circle
    ) -> None:
        await circle.suggest(YEAST, title=HOSTILE, note=HOSTILE, section="flour")
        queue = await circle.say("suggestions", user=CURATOR)
        form = await circle.open_by(queue, "Approve")
        await circle.fill(form, user=CURATOR, section="Ovens")
        await circle.told(GRACE)
        assert "evil.example" in (await circle.say("section ovens")).words

        assert_stays_text(circle)

    async def test_a_reason_stays_text(self, circle: Circle) -> None:
        await circle.say(f"suggest {YEAST} {HOSTILE}")
        form = await circle.open_by(await circle.say("suggestions", user=CURATOR), "Reject")
        await circle.fill(form, user=CURATOR, reason=HOSTILE)
        assert "evil.example" in await circle.told(GRACE)
        await circle.say(f"suggest {YEAST}")

        assert_stays_text(circle)

    async def test_missed_and_added_words_stay_text(self, circle: Circle) -> None:
        await circle.say(HOSTILE_QUERY)
        gaps = await circle.say("gaps", user=CURATOR)
        await circle.press(gaps, gaps.labels[0])
        form = await circle.open_by(gaps, "Add other words")
        assert await circle.fill(form, user=CURATOR, words=HOSTILE[:90], means="sourdough") == {}
        await circle.say("gaps words", user=CURATOR)

        assert_stays_text(circle)
