"""Curation on Discord from end to end: suggested, decided, found, exported and merged, with the real core behind it."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readbot.cli import main
from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import CannotDoThatError, LoopbackDiscord

from .curating import Circle, run_circle
from .scenes import until
from .test_markdown import ESCAPED
from .towns import ALIASES_PATH

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
    "<@1> <@&2> @everyone **bold** `code` ~~gone~~ ||spoiler|| :tada: [x](https://evil.example) "
    "https://evil.example \u202eback\u202c zero\u200bwidth"
)
HOSTILE_QUERY = "@everyone **bold** `code` ~~gone~~ \u202eback\u202c zero\u200b"
#: What would call somebody, lead elsewhere, or look like more than words, once escaped pairs are out of the way.
LIVE = re.compile(
    r"<@&?[12]>|@everyone|\*\*bold|`code|~~gone|\|\|spoiler|:tada:|\(https://evil|https://evil"
    "|(?<!@)\u200b|[\u202a-\u202e\u2066-\u2069]"
)


@pytest.fixture
async def circle(discord: LoopbackDiscord, faults: Faults, home: Path) -> AsyncIterator[Circle]:
    async with run_circle(discord, faults, home) as circle:
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


def apply_patch(path: Path, patch: str) -> None:
    """Let git take up a patch; in it, its folder's name stands before the name of a file that is elsewhere."""
    subprocess.run(["git", "apply", "-"], cwd=path.parent.parent, input=patch.encode(), check=True)


class TestSuggesting:
    async def test_a_link_with_the_command_waits_for_a_curator(self, circle: Circle) -> None:
        answer = await circle.suggest(YEAST, "On yeast")

        assert answer.is_private
        assert f"[“On yeast”]({YEAST}) waits for a curator now" in answer.text

    async def test_a_form_that_is_filled_in_brings_its_section_and_note_to_the_queue(
        self, circle: Circle
    ) -> None:
        opened = await circle.command("readbot suggest", by=circle.grace)
        answer = await circle.fill(
            opened, by=circle.grace, url=YEAST, title="On yeast", note="By a baker", section="Flour"
        )
        assert "waits for a curator now" in answer.text

        queue = await circle.curate("suggestions")

        for words in (
            "Suggestion 1 of 1",
            "On yeast",
            "Dough › Flour",
            "By a baker",
            f"<@{circle.grace.id}>",
        ):
            assert words in queue.text
        assert queue.buttons == ["Approve", "Reject", "Later"]

    async def test_a_mistake_is_told_and_the_form_comes_back_as_it_was_filled_in(
        self, circle: Circle
    ) -> None:
        opened = await circle.command("readbot suggest", by=circle.grace)
        answer = await circle.fill(opened, by=circle.grace, url="ftp://example.com/yeast", title="On yeast")
        assert "http" in answer.text

        again = await circle.click(answer.message, "Edit again", by=circle.grace)

        assert "waits for a curator" in (await circle.fill(again, by=circle.grace, url=YEAST)).text
        assert "On yeast" in (await circle.curate("suggestions")).text

    async def test_whatever_the_address_looks_like_what_is_on_the_list_is_shown(self, circle: Circle) -> None:
        for spelling in SPELLINGS:
            answer = (await circle.suggest(spelling)).text
            assert "That is on the list already" in answer, spelling

    async def test_a_link_that_was_suggested_already_is_not_suggested_twice(self, circle: Circle) -> None:
        await circle.suggest(YEAST)

        answer = await circle.suggest("http://www.example.com/yeast/?fbclid=1", by=circle.ada)

        assert "was suggested already" in answer.text
        assert "Suggestion 1 of 1" in (await circle.curate("suggestions")).text

    async def test_vendors_and_hype_are_pointed_out_to_both_and_refused_by_nobody(
        self, circle: Circle
    ) -> None:
        answer = await circle.suggest("https://blog.pinecone.io/x", "The ultimate guide")

        assert "waits for a curator now" in answer.text
        assert "first-hand accounts are welcome" in answer.text
        assert "a bit loud" in answer.text
        assert "Look twice" in (await circle.curate("suggestions")).text

    async def test_a_message_with_a_new_link_opens_the_form_with_it(self, circle: Circle) -> None:
        message = circle.discord.people.write(circle.ada, circle.channel, f"have you seen {YEAST} ?")

        opened = await circle.menu(message, "Is this on the list?", by=circle.grace)

        assert "waits for a curator now" in (await circle.fill(opened, by=circle.grace)).text
        assert YEAST in (await circle.curate("suggestions")).text


class TestDeciding:
    async def test_an_approved_link_is_found_at_once_in_that_server_alone(self, circle: Circle) -> None:
        await circle.suggest(YEAST, "yeast!!!")

        said = await circle.approve(title="On yeast", note="By a baker")

        assert "is on the list now, under **Dough › Flour**" in said.text
        found = await circle.ask("yeast")
        assert f"[On yeast]({YEAST})" in found
        assert "By a baker" in found
        assert "On yeast" in await circle.show("flour")
        assert "On yeast" not in await circle.ask("yeast", where=circle.elsewhere)

    async def test_whoever_suggested_it_is_told(self, circle: Circle) -> None:
        await circle.suggest(YEAST, "On yeast")
        await circle.approve()

        told = await circle.told(circle.grace)

        assert f"[“On yeast”]({YEAST}) is on the list now, under **Dough › Flour**" in told
        assert f"<#{circle.channel.id}>" in told

    async def test_a_rejection_is_told_with_its_reason(self, circle: Circle) -> None:
        await circle.suggest(YEAST, "On yeast")
        form = await circle.click((await circle.curate("suggestions")).message, "Reject")

        said = await circle.fill(form, reason="We have three of those.")

        assert "is rejected. Whoever suggested it knows." in said.text
        assert "was not taken: We have three of those." in await circle.told(circle.grace)
        assert "On yeast" not in await circle.ask("yeast")

    async def test_a_link_put_off_waits_behind_the_others(self, circle: Circle) -> None:
        await circle.suggest(YEAST, "On yeast")
        await circle.suggest("https://example.com/salt", "On salt")

        queue = await circle.click((await circle.curate("suggestions")).message, "Later")

        assert "On salt" in queue.text
        assert "Suggestion 1 of 2" in queue.text
        following = await circle.click(queue.message, "Next")
        assert "Suggestion 2 of 2" in following.text
        assert "On yeast" in following.text

    async def test_of_two_curators_the_second_is_told_who_was_first(self, circle: Circle) -> None:
        """Both have the form open: Ada from the queue, Cleo from the button below her own suggestion."""
        own = await circle.suggest(YEAST, "On yeast", by=circle.cleo)
        decide = await circle.click(own.message, "Decide on it", by=circle.cleo)
        hers = await circle.click(decide.message, "Approve", by=circle.cleo)
        form = await circle.click((await circle.curate("suggestions")).message, "Approve")

        await circle.fill(hers, by=circle.cleo, section="Ovens")
        late = await circle.fill(form, section="Flour")

        assert "That is decided already" in late.text
        assert f"Approved by <@{circle.cleo.id}>" in late.text
        assert "On yeast" in await circle.show("ovens")
        assert "On yeast" not in await circle.show("flour")

    async def test_a_decision_can_be_taken_back(self, circle: Circle) -> None:
        await circle.suggest(YEAST, "On yeast")
        approved = await circle.approve(section="Ovens")

        said = await circle.click(approved.message, "Take that back")

        assert "waits for a decision again" in said.text
        assert "On yeast" not in await circle.show("ovens")

    async def test_who_may_not_curate_has_no_command_and_is_refused_at_a_button(self, circle: Circle) -> None:
        await circle.suggest(YEAST, "On yeast")
        (suggestion,) = circle.process.store.suggestions.list_everywhere()
        with pytest.raises(CannotDoThatError):
            await circle.command("readbot-curate suggestions", by=circle.grace)

        for command in ("suggestions", "gaps", f"suggestions later {suggestion.id}"):
            assert "Only curators" in (await circle.use(f"rb:{command}", by=circle.grace)).text

        assert "Suggestion 1 of 1" in (await circle.curate("suggestions")).text

    async def test_a_curator_hears_of_the_first_suggestion_of_a_day(self, circle: Circle) -> None:
        await circle.suggest(YEAST)
        await circle.suggest("https://example.com/salt", by=circle.ada)

        assert "1 suggestion waits for a curator" in await circle.told(circle.cleo)
        assert len(circle.direct(circle.cleo)) == 1


class TestMerging:
    async def test_an_export_is_a_good_patch_and_after_the_merge_the_link_stands_once(
        self, circle: Circle
    ) -> None:
        await circle.suggest(YEAST, "On yeast")
        await circle.approve(note="By a baker")

        exported = await readbot(circle, "suggestions", "export")

        assert exported.exit_code == 0
        apply_patch(circle.list_path, exported.stdout)
        assert "# Kept by hand." in circle.list_path.read_text()
        assert (await readbot(circle, "check", str(circle.list_path))).exit_code == 0
        # The shared list has it now, so that everybody does.
        await until(lambda: "On yeast" in str(circle.process.shelves.default.reading_list))
        for where in (circle.channel, circle.elsewhere):
            assert (await circle.show("flour", where=where)).count(f"[On yeast]({YEAST})") == 1
        assert (await readbot(circle, "suggestions", "export")).exit_code == 1


class TestHostileWords:
    async def test_a_suggestion_stays_text_for_curators_readers_and_whoever_suggested_it(
        self, circle: Circle
    ) -> None:
        opened = await circle.command("readbot suggest", by=circle.grace)
        thanks = await circle.fill(opened, by=circle.grace, url=YEAST, title=HOSTILE, note=HOSTILE)
        queue = await circle.curate("suggestions")
        form = await circle.click(queue.message, "Approve")
        said = await circle.fill(form, section="Ovens")
        seen = (
            thanks.text,
            queue.text,
            said.text,
            await circle.told(circle.grace),
            await circle.show("ovens"),
        )

        for words in seen:
            assert "evil.example" in words
            assert LIVE.findall(ESCAPED.sub("¤", words)) == []

    async def test_a_reason_stays_text(self, circle: Circle) -> None:
        await circle.suggest(YEAST, "On yeast")
        form = await circle.click((await circle.curate("suggestions")).message, "Reject")
        await circle.fill(form, reason=HOSTILE)

        for words in (await circle.told(circle.grace), (await circle.suggest(YEAST)).text):
            assert "evil.example" in words
            assert LIVE.findall(ESCAPED.sub("¤", words)) == []

    async def test_missed_and_added_words_stay_text(self, circle: Circle) -> None:
        await circle.ask(HOSTILE_QUERY)
        gaps = await circle.curate("gaps")
        one = await circle.select(gaps.message, gaps.options[0])
        form = await circle.click(one.message, "Add other words")
        said = await circle.fill(form, words=HOSTILE[:99], means="sourdough")

        for words in (gaps.text, one.text, said.text):
            assert "everyone" in words
            assert LIVE.findall(ESCAPED.sub("¤", words)) == []
