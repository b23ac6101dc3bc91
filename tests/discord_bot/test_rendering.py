"""Replies as Discord messages: everything within every limit."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readbot.conversation.bot import Bot
from readbot.conversation.library import Library
from readbot.conversation.reply import (
    Action,
    Choice,
    Choices,
    Heading,
    LinkCard,
    Paragraph,
    Part,
    Picture,
    Reply,
    Rows,
    Span,
    Style,
    text,
)
from readbot.conversation.request import Reader, Request
from readbot.playground.loopback_discord import World
from readbot.playground.loopback_discord.components import check_components, fill_in, texts, walk
from readbot.playground.loopback_discord.model import MessageFlag
from readbot.reading_list import AlsoLink, Entry, Link
from readbot.search import SearchIndex, load_aliases
from readbot_discord.rendering import render

from .hostile import TEXTS, URLS, make_hostile_list
from .test_markdown import live_markup
from .towns import ALIASES_PATH

QUERIES = [
    json.loads(line)["query"]
    for file in sorted((Path(__file__).parents[1] / "relevance" / "queries").glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]


def components_of(reply: Reply) -> list[dict[str, Any]]:
    """Render *reply* and return its components, after Discord's own checks."""
    components: list[dict[str, Any]] = render(reply).to_components()  # type: ignore[no-untyped-call]
    check_components(components, MessageFlag.IS_COMPONENTS_V2)
    return components


def ask(bot: Bot, command: str) -> Reply:
    reader = Reader(id="123456789012345678", name="Ada")
    return bot.handle(
        Request(text=command, platform="discord", workspace_id="1", channel_id="2", reader=reader)
    )


def make_entry(**fields: Any) -> Entry:
    defaults: dict[str, Any] = {"title": "A title", "url": "https://example.org"}
    return Entry(link=Link(**{**defaults, **fields}), path=("Above", "Here"), number=1)


def test_every_entry_of_the_list_fits(shipped_bot: Bot) -> None:
    for entry in shipped_bot.libraries.default.reading_list.entries:
        components = components_of(ask(shipped_bot, f"link ~{entry.link.id}"))

        assert any("](" in words for words in texts(components)), entry.link.title


def test_every_section_fits_on_every_page(shipped_bot: Bot) -> None:
    for place in shipped_bot.libraries.default.reading_list.places:
        for page in range(1, 5):
            components_of(ask(shipped_bot, f"section ~{place.id} page:{page}"))


def test_the_answer_to_every_query_of_the_relevance_tests_fits(shipped_bot: Bot) -> None:
    assert len(QUERIES) > 100
    for query in QUERIES:
        for command in (f"search {query}", f"share search {query}", f"search {query} page:2"):
            components_of(ask(shipped_bot, command))


@pytest.mark.parametrize(
    "command", ["", "help", "sections", "new", "random", "section nothing-like-it", '""']
)
def test_every_other_answer_fits(shipped_bot: Bot, command: str) -> None:
    components_of(ask(shipped_bot, command))


@pytest.mark.parametrize("query", [*TEXTS, "x" * 3000, '"' * 3000])
def test_a_hostile_query_fits_and_stays_text(shipped_bot: Bot, query: str) -> None:
    for words in texts(components_of(ask(shipped_bot, f"search {query}"))):
        assert "](https://evil" not in words
        assert "@everyone" not in words
        assert "<@1>" not in words.replace("\\<", "")


def test_a_hostile_list_fits_and_stays_text() -> None:
    reading_list = make_hostile_list()
    aliases = load_aliases(ALIASES_PATH)
    bot = Bot(Library(reading_list=reading_list, index=SearchIndex(reading_list, aliases)))
    commands = ["", "sections", "new", "search hostile", "search hostile page:2", "search hostile page:9"]
    commands += [f"link ~{entry.link.id}" for entry in reading_list.entries]
    commands += [f"section ~{place.id}" for place in reading_list.places]

    for command in commands:
        for words in texts(components_of(ask(bot, command))):
            assert "](https://evil" not in words
            assert "@everyone" not in words


words_of_any_kind = st.one_of(st.text(max_size=400), st.sampled_from(TEXTS))
some_words = words_of_any_kind.filter(bool)
links = st.builds(
    make_entry,
    title=some_words,
    url=st.sampled_from(URLS),
    note=st.none() | some_words,
    also=st.lists(st.builds(AlsoLink, title=some_words, url=st.sampled_from(URLS)), max_size=8).map(tuple),
)
spans = st.builds(
    Span, text=some_words, style=st.sampled_from(Style), url=st.none() | st.sampled_from(URLS[:4])
)
lines = st.lists(spans, max_size=5).map(tuple)
commands = st.text(min_size=1, max_size=90)
chosen = st.text(min_size=1, max_size=120)
choices = st.builds(Choice, label=words_of_any_kind, command=chosen, detail=words_of_any_kind)
parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Heading, words=some_words),
    st.builds(Paragraph, text=lines, subdued=st.booleans()),
    st.builds(Rows, rows=st.lists(lines, max_size=60).map(tuple)),
    st.builds(LinkCard, entry=links, why=st.none() | some_words),
    st.builds(Picture, url=st.just("https://example.org/p.png"), alt=words_of_any_kind),
    st.builds(Choices, label=some_words, choices=st.lists(choices, min_size=1, max_size=40).map(tuple)),
)
replies = st.builds(
    Reply,
    parts=st.lists(parts, min_size=1, max_size=30).map(tuple),
    actions=st.lists(st.builds(Action, label=words_of_any_kind, command=commands), max_size=5).map(tuple),
    shared_by=st.none() | st.just("123456789012345678"),
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(replies)
def test_any_reply_at_all_fits(reply: Reply) -> None:
    components_of(reply)


def test_a_reply_with_nothing_to_say_still_makes_a_message() -> None:
    assert components_of(Reply(parts=(Paragraph(text=()),)))


def test_what_does_not_fit_is_shortened_and_then_left_out_with_a_word() -> None:
    rows = tuple(text(f"row {number} " + "x" * 90) for number in range(100))

    shown = "\n".join(texts(components_of(Reply(parts=(Rows(rows=rows),)))))

    assert "row 0 " in shown
    assert "row 99 " not in shown
    assert "more than fits" in shown


def test_buttons_carry_their_commands() -> None:
    reply = Reply(parts=(Heading(words="x"),), actions=(Action(label="More", command="search a page:2"),))

    ids = [each["custom_id"] for each in walk(components_of(reply)) if "custom_id" in each]

    assert ids == ["rb:search a page:2"]


def test_two_buttons_with_one_command_keep_apart() -> None:
    action = Action(label="Help", command="help")

    ids = [
        c["custom_id"]
        for c in walk(components_of(Reply(parts=(Heading(words="x"),), actions=(action, action))))
        if "custom_id" in c
    ]

    assert ids == ["rb:help", "rb2:help"]


def test_a_long_choice_says_how_to_reach_what_it_leaves_out() -> None:
    choices = tuple(Choice(label=f"Section {n}", command=f"section ~{n:06}") for n in range(40))

    components = components_of(Reply(parts=(Choices(label="Pick a section", choices=choices),)))

    (select,) = [c for c in walk(components) if c["type"] == 3]
    assert len(select["options"]) == 25
    assert "-# The first 25 of 40 are here; `/readbot section` finds the others as you type." in texts(
        components
    )


def test_a_choice_whose_command_does_not_fit_is_left_out_rather_than_cut() -> None:
    choices = (Choice(label="Long", command="search " + "x" * 100), Choice(label="Short", command="help"))

    components = components_of(Reply(parts=(Choices(label="Pick", choices=choices),)))

    (select,) = [c for c in walk(components) if c["type"] == 3]
    assert [option["value"] for option in select["options"]] == ["help"]


def test_a_card_shows_title_facts_note_reason_and_other_addresses() -> None:
    entry = make_entry(
        title="LoRA",
        year=2021,
        note="Short and clear",
        also=(AlsoLink(title="Slides", url="https://example.org/s"),),
    )

    shown = texts(components_of(Reply(parts=(LinkCard(entry=entry, why="also called low-rank"),))))

    (card,) = shown
    assert card == (
        "**[LoRA](https://example.org)**\n"
        "-# Above › Here · 2021\n"
        "Short and clear\n"
        "-# Found by: also called low-rank\n"
        "Also: [Slides](https://example.org/s)"
    )


def test_a_card_of_a_dead_link_says_so_with_its_archived_copy() -> None:
    card = LinkCard(
        entry=make_entry(), trouble="gone since May 2026", archived_url="https://web.archive.org/web/2/x"
    )

    (shown,) = texts(components_of(Reply(parts=(card,))))

    assert "-# ⚠ gone since May 2026 · [archived copy](https://web.archive.org/web/2/x)" in shown.split("\n")


def test_a_card_of_a_dead_link_without_a_copy_offers_none() -> None:
    card = LinkCard(entry=make_entry(), trouble="gone since May 2026")

    (shown,) = texts(components_of(Reply(parts=(card,))))

    assert "-# ⚠ gone since May 2026" in shown.split("\n")


def test_a_dead_further_address_of_a_card_says_so_behind_it() -> None:
    also = (
        AlsoLink(title="Slides", url="https://a.example/s"),
        AlsoLink(title="Code", url="https://a.example/c"),
    )
    card = LinkCard(
        entry=make_entry(also=also),
        also_troubles=(("gone since *May*", "https://web.archive.org/web/2/s"), ("", "")),
    )

    (shown,) = texts(components_of(Reply(parts=(card,))))

    assert shown.endswith(
        "Also: [Slides](https://a.example/s) "
        "(⚠ gone since \\*May\\* · [archived copy](https://web.archive.org/web/2/s)) · "
        "[Code](https://a.example/c)"
    )


def test_a_long_answer_still_says_which_links_are_dead() -> None:
    entry = make_entry(title="A" * 200, note="n" * 600)
    cards = tuple(LinkCard(entry=entry, trouble="gone since May 2026") for _ in range(20))

    shown = "\n".join(texts(components_of(Reply(parts=cards))))

    assert shown.count("⚠ gone since May 2026") == 20


def test_long_addresses_rather_cost_the_notes_than_the_links() -> None:
    cards = tuple(
        LinkCard(
            entry=Entry(
                link=Link(title="t" * 200, url=f"https://example.org/{n}/{'a' * 600}", note="n" * 900),
                path=("Bread",),
                number=n,
            )
        )
        for n in range(5)
    )

    words = "\n".join(texts(components_of(Reply(parts=cards))))

    assert words.count("](https://example.org/") == 5
    assert "nnn" not in words


def test_who_shared_it_is_named() -> None:
    reply = Reply(parts=(Heading(words="x"),), public=True, shared_by="123456789012345678")

    assert texts(components_of(reply))[0] == "-# Shared by <@123456789012345678>"


def test_a_picture_says_in_words_what_it_shows() -> None:
    components = components_of(Reply(parts=(Picture(url="https://example.org/p.png", alt="A transformer"),)))

    (gallery,) = [c for c in walk(components) if c["type"] == 12]
    assert gallery["items"][0]["description"] == "A transformer"


def test_the_loopback_gives_back_what_was_rendered() -> None:
    components = components_of(Reply(parts=(Heading(words="x"),)))

    assert texts(fill_in(components, World())) == texts(components)


def test_hostile_words_in_a_card_stay_text() -> None:
    for words in TEXTS:
        entry = make_entry(title=words if words.strip() else "x", note=words)

        card = texts(components_of(Reply(parts=(LinkCard(entry=entry, why=words),))))[0]

        title, *rest = card.split("\n")
        assert title.startswith("**[")
        for line in rest:
            assert live_markup(line.removeprefix("-# ").removeprefix("Found by: ")) == []
