"""What people missed, from the search that found nothing to the words that mend it."""

import pytest

from readbot.conversation.reply import Outcome, Reply, plain
from readbot.store import Store

from .town import ADMIN, BOB, CURATOR, HERE, THERE, Town, commands, values_of


@pytest.fixture
async def missed(town: Town) -> Town:
    """A town where "levain" was asked for three times, "pizza" once."""
    for words in ("levain", "pizza", "Levain ", "levain page:2"):
        await town.say(f"search {words}")
    await town.notebook.flush()
    return town


def number_of(store: Store, words: str) -> int:
    return next(gap.id for gap in store.gaps.list_top(HERE, limit=99) if gap.words == words)


async def test_what_was_missed_is_shown_by_how_often(missed: Town) -> None:
    reply = await missed.say("gaps", CURATOR)
    assert "levain · 3 times\npizza · once" in reply.fallback
    assert commands(reply)["pizza"] == f"gaps show {number_of(missed.store, 'pizza')}"


async def test_what_was_missed_a_moment_ago_is_shown(town: Town) -> None:
    await town.say("search levain")
    assert "levain · once" in (await town.say("gaps", CURATOR)).fallback


@pytest.mark.parametrize("verb", ["", "show {}", "alias {}", "suggest {}", "ignore {}", "words", "unalias 1"])
async def test_who_is_no_curator_may_do_nothing_even_by_an_old_button(missed: Town, verb: str) -> None:
    text = f"gaps {verb.format(number_of(missed.store, 'levain'))}".rstrip()
    for values in (None, {"words": "levain", "means": "sourdough"}):
        answer = await missed.ask(text, BOB, values=values)
        assert isinstance(answer, Reply)
        assert answer.outcome is Outcome.REFUSED
        assert "levain" not in answer.fallback
    assert len(missed.store.gaps.list_top(HERE, limit=9)) == 2


async def test_one_gap_has_a_button_for_each_way_to_mend_it(missed: Town) -> None:
    number = number_of(missed.store, "levain")
    reply = await missed.say(f"gaps show {number}", CURATOR)
    assert "levain\n3 times, last 2026-11-24 12:00 UTC" in reply.fallback
    assert list(commands(reply).values()) == [
        f"gaps alias {number}",
        f"gaps suggest {number}",
        f"gaps ignore {number}",
        "gaps",
    ]


async def test_words_added_in_chat_work_at_once_here_and_nowhere_else(missed: Town) -> None:
    number = number_of(missed.store, "levain")
    form = await missed.fill(f"gaps alias {number}", CURATOR)
    assert values_of(form) == {"words": "levain", "means": ""}
    assert plain(form.intro[0]) == "Asked for in vain, 3 times: levain"

    reply = await missed.say(form.command, CURATOR, words=" Levain", means="Sourdough")
    assert "Who asks for levain is answered for Sourdough from now on." in reply.fallback
    assert "Sourdough basics" in await missed.search("levain")
    assert "Nothing on the list" in await missed.search("levain", workspace=THERE)
    assert "levain" not in (await missed.say("gaps", ADMIN)).fallback


async def test_words_can_be_taken_back(missed: Town) -> None:
    number = number_of(missed.store, "levain")
    await missed.say(f"gaps alias {number}", CURATOR, words="levain", means="sourdough")
    own = await missed.say("gaps words", CURATOR)
    assert "levain means sourdough · added by Cleo, 2026-11-24 12:00 UTC" in own.fallback
    reply = await missed.say(commands(own)["levain = sourdough"], ADMIN)
    assert "levain means nothing of its own any more" in reply.fallback
    assert "Nothing on the list" in await missed.search("levain")
    assert "No words were added" in (await missed.say("gaps words", CURATOR)).fallback
    assert "gone already" in (await missed.say(commands(own)["levain = sourdough"], ADMIN)).fallback


@pytest.mark.parametrize(
    ("words", "means", "field"),
    [
        ("levain", "cheese", "means"),
        ("levain", "", "means"),
        ("levain", "!!", "means"),
        ("levain", "sourdough " * 20, "means"),
        ("", "sourdough", "words"),
        ("\u200b?", "sourdough", "words"),
        ("x" * 101, "sourdough", "words"),
        ("Sourdough", "sourdough!", "means"),
    ],
)
async def test_words_that_would_help_nobody_are_asked_for_again(
    missed: Town, words: str, means: str, field: str
) -> None:
    number = number_of(missed.store, "levain")
    form = await missed.fill(f"gaps alias {number}", CURATOR, words=words, means=means)
    assert list(form.errors) == [field]
    assert missed.store.extra_aliases.list_for(HERE) == []


async def test_a_link_can_be_suggested_for_a_gap_which_closes_when_the_list_answers_it(missed: Town) -> None:
    form = await missed.fill(f"gaps suggest {number_of(missed.store, 'levain')}", CURATOR)
    assert plain(form.intro[0]) == "Asked for in vain, 3 times: levain"
    suggestion_id = await missed.suggest("https://example.com/levain", CURATOR, title="On levain")
    assert "levain" in (await missed.say("gaps", CURATOR)).fallback
    await missed.say(f"suggestions approve {suggestion_id}", CURATOR, title="On levain", section="Dough")
    assert "levain" not in (await missed.say("gaps", CURATOR)).fallback
    assert [gap.words for gap in missed.store.gaps.list_top(HERE, limit=9)] == ["pizza"]


async def test_what_is_ignored_is_not_shown_again(missed: Town) -> None:
    reply = await missed.say(f"gaps ignore {number_of(missed.store, 'pizza')}", CURATOR)
    assert "pizza is not shown any more." in reply.fallback
    assert "pizza · " not in reply.fallback
    await missed.say("pizza")
    await missed.notebook.flush()
    assert "pizza" not in (await missed.say("gaps", CURATOR)).fallback


async def test_many_gaps_come_in_pages(town: Town) -> None:
    town.store.gaps.count_up({(HERE, f"word{number}"): 20 - number for number in range(12)})
    first = await town.say("gaps", CURATOR)
    second = await town.say(commands(first)["More"], CURATOR)
    assert "word0 · " in first.fallback
    assert "word5 · " in second.fallback
    assert commands(second)["Back"] == "gaps page:1"
    assert "word11 · " in (await town.say("gaps page:99", CURATOR)).fallback


@pytest.mark.parametrize("verb", ["show", "alias", "suggest", "ignore"])
async def test_another_workspace_s_gap_is_none(missed: Town, verb: str) -> None:
    text = f"gaps {verb} {number_of(missed.store, 'levain')}"
    assert "answered by now, or forgotten" in (await missed.say(text, CURATOR, workspace=THERE)).fallback
    assert "Nothing was asked for in vain" in (await missed.say("gaps", CURATOR, workspace=THERE)).fallback


async def test_a_number_beyond_all_is_no_gap(town: Town) -> None:
    assert "or forgotten" in (await town.say("gaps show 999999999", CURATOR)).fallback


async def test_hostile_words_stay_words(town: Town) -> None:
    await town.say("search <!channel> `zzz` @everyone \u202e<#C1>")
    await town.notebook.flush()
    reply = await town.say("gaps", CURATOR)
    assert "<!channel> `zzz` @everyone <#c1> · once" in reply.fallback
