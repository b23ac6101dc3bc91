"""What is taken down of what people ask, and what is not."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from readbot.conversation.commands import parse_command
from readbot.conversation.request import Reader, Request
from readbot.curation import notebook as notebook_module
from readbot.curation.notebook import Notebook, open_notebook
from readbot.store import Database, Store
from readbot.store.gaps import MAX_GAP_LENGTH
from readbot.testing import FakeClock
from tests.waiting import until

from .town import HERE


@pytest.fixture
def store(migrated_url: str, clock: FakeClock) -> Iterator[Store]:
    with Database.open(migrated_url, clock=clock) as opened:
        yield Store(opened)


def note(
    notebook: Notebook, text: str, outcome: str = "answered", *, person: str = "U1", is_private: bool = False
) -> None:
    request = Request(
        text=text,
        platform=HERE.platform,
        workspace_id=HERE.id,
        channel_id="C1",
        reader=Reader(id=person),
        is_private=is_private,
    )
    notebook.note(parse_command(text), request, outcome)


def gaps(store: Store) -> dict[str, int]:
    return {gap.words: gap.count for gap in store.gaps.list_top(HERE, limit=99)}


def recent(store: Store, person: str = "U1") -> list[str]:
    return [each.command for each in store.recent.list_for(HERE, person, limit=99)]


def make(store: Store, clock: FakeClock, *, gaps_days: int = 90, recent_answers: int = 3) -> Notebook:
    return Notebook(store, gaps_days=gaps_days, recent_answers=recent_answers, clock=clock)


async def test_searches_without_an_answer_are_counted_and_nothing_else_is(
    store: Store, clock: FakeClock
) -> None:
    notebook = make(store, clock)
    for text in ("levain", "  LEVAIN\u200b ", "search levain page:3"):
        note(notebook, text, "no_match")
    note(notebook, "sourdough")
    note(notebook, "section zzz", "refused")
    note(notebook, "suggest", "form")
    note(notebook, "boom", "error")
    await notebook.flush()
    assert gaps(store) == {"levain": 3}


async def test_what_is_asked_in_a_direct_message_is_never_counted(store: Store, clock: FakeClock) -> None:
    notebook = make(store, clock)
    note(notebook, "am I ill", "no_match", is_private=True)
    await notebook.flush()
    assert gaps(store) == {}


@pytest.mark.parametrize(
    "text",
    [
        "mail ada.lovelace@example.org about levain",
        "https://example.org/share?key=1",
        "call +49 30 1234 5678",
        "4111-1111-1111-1111",
        "ghp_x7Kp2mQ9sV4tL8wZ1aB3cD5eF6gH0jN2kR4u",
        "xoxb-123456789012-abcDEF123ghi456JKL789mno",
        "why does sk-proj-9f8a7b6c5d4e3f2a1b0c fail",
        "AKIA1234567890ABCDEF",
    ],
)
async def test_what_tells_of_a_person_or_is_a_key_is_not_counted(
    store: Store, clock: FakeClock, text: str
) -> None:
    notebook = make(store, clock)
    note(notebook, text, "no_match")
    await notebook.flush()
    assert gaps(store) == {}


@pytest.mark.parametrize(
    "text",
    [
        "2005.14165",
        "llama-3.1-nemotron-70b-instruct",
        "mixtral-8x7b-instruct-v0.1",
        "internationalization i18n in 2024",
        "counterrevolutionaries",
        "@ada",
        "c++20 at 60fps",
        "iso 8601",
        "tf32 bf16 fp8 int4 2:4 sparsity",
    ],
)
async def test_names_of_models_and_papers_are_no_keys(store: Store, clock: FakeClock, text: str) -> None:
    notebook = make(store, clock)
    note(notebook, f"search {text}", "no_match")
    await notebook.flush()
    assert gaps(store) == {text: 1}


async def test_long_words_are_cut_at_a_word(store: Store, clock: FakeClock) -> None:
    notebook = make(store, clock)
    note(notebook, "word " * 30, "no_match")
    note(notebook, "x" * 150, "no_match")
    await notebook.flush()
    assert set(gaps(store)) == {("word " * 20).strip(), "x" * MAX_GAP_LENGTH}


async def test_each_person_s_last_distinct_searches_sections_and_links_are_kept(
    store: Store, clock: FakeClock
) -> None:
    notebook = make(store, clock)
    for text in (
        "rye",
        "section flour page:2",
        "link ~aaaaaa",
        "rye page:2",
        "random",
        "help",
        "share rye",
        "home",
    ):
        clock.advance(seconds=1)
        note(notebook, text)
    note(notebook, "wheat", person="U2", is_private=True)
    note(notebook, "y" * 120)
    await notebook.flush()
    assert recent(store) == ["search rye", "link ~aaaaaa", "section flour"]
    assert recent(store, "U2") == ["search wheat"]


async def test_what_was_asked_is_kept_without_what_does_not_show(store: Store, clock: FakeClock) -> None:
    notebook = make(store, clock)
    note(notebook, "rye \u202egpj.exe\u200b bread")
    await notebook.flush()
    assert recent(store) == ["search rye gpj.exe bread"]


async def test_nothing_is_kept_where_the_settings_say_so(store: Store, clock: FakeClock) -> None:
    notebook = make(store, clock, gaps_days=0, recent_answers=0)
    note(notebook, "levain", "no_match")
    note(notebook, "rye")
    await notebook.flush()
    assert gaps(store) == {}
    assert recent(store) == []


async def test_what_is_old_is_forgotten_and_all_of_it_when_it_is_turned_off(
    store: Store, clock: FakeClock
) -> None:
    notebook = make(store, clock)
    note(notebook, "old", "no_match")
    note(notebook, "old")
    await notebook.flush()
    clock.advance(days=91)
    note(notebook, "young", "no_match")
    note(notebook, "young")
    await notebook.flush()
    await notebook.sweep()
    assert gaps(store) == {"young": 1}
    assert recent(store) == ["search young"]
    clock.advance(seconds=1)
    await make(store, clock, gaps_days=0, recent_answers=0).sweep()
    assert gaps(store) == {}
    assert recent(store) == []


async def test_a_stop_loses_nothing(store: Store, clock: FakeClock) -> None:
    async with open_notebook(store, gaps_days=90, recent_answers=3, clock=clock) as notebook:
        note(notebook, "levain", "no_match")
        note(notebook, "rye")
        assert gaps(store) == {}
    assert gaps(store) == {"levain": 1}
    assert recent(store) == ["search rye"]


async def test_it_is_written_down_every_few_seconds(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook_module, "FLUSH_EVERY_S", 0.01)
    async with open_notebook(store, gaps_days=90, recent_answers=3, clock=clock) as notebook:
        note(notebook, "levain", "no_match")
        await until(lambda: bool(gaps(store)))


async def test_while_the_database_is_away_what_is_asked_waits_in_memory_with_bounds(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notebook_module, "_MAX_HELD", 2)
    notebook = make(store, clock)
    note(notebook, "levain", "no_match")
    note(notebook, "rye")

    def fail() -> None:
        raise OperationalError("", {}, Exception("away"))

    with monkeypatch.context() as away:
        away.setattr(store.database, "write", fail)
        await notebook.flush()
    assert "the next time tries again" in caplog.text
    for number in range(5):
        note(notebook, f"gap {number}", "no_match")
        note(notebook, f"query {number}")
    note(notebook, "levain", "no_match")
    await notebook.flush()
    assert gaps(store) == {"levain": 2, "gap 0": 1}
    assert set(recent(store)) == {"search rye", "search query 0"}
