"""Every reply fits into a message, looks as meant, and says so where something had no room."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readbot.bootstrap import load_library
from readbot.conversation.bot import Bot
from readbot.conversation.reply import (
    Action,
    ActionStyle,
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
from readbot.playground.capture import Capture
from readbot.playground.loopback_slack.checks import check_message
from readbot.reading_list import AlsoLink, Entry, Kind, Link
from readbot_slack.rendering import MAX_CHARACTERS, to_blocks, to_message

LINK_OR_MENTION = re.compile(r"<(?:https?://[^<>|\s]+\|[^<>]+|@[UW][A-Z0-9]+|!date\^\d+\^[^<>|]+\|[^<>]+)>")


def make_card(**changes: Any) -> LinkCard:
    link = {"title": "Attention", "url": "https://example.org/a", "kind": Kind.PAPER, "year": 2017, **changes}
    why = link.pop("why", None)
    return LinkCard(entry=Entry(link=Link(**link), path=("Models", "Transformers"), number=1), why=why)


def reply_of(*parts: Part, **changes: Any) -> Reply:
    return Reply(parts=parts, **changes)


def mrkdwn_texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from mrkdwn_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from mrkdwn_texts(inner)


def all_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return "".join(map(all_text, inner))


def assert_slack_takes(reply: Reply) -> None:
    """Assert every limit, documented and seen, and that each ``<`` begins something of ours."""
    message = to_message(reply)
    Capture.from_environ("slack").add({"method": "ack", "body": message})
    check_message(message)
    assert len(all_text(message["blocks"])) <= MAX_CHARACTERS + 2_000  # types and ids count above
    assert len(message["text"]) <= 1_000
    for written in (*mrkdwn_texts(message["blocks"]), message["text"]):
        assert not re.search("[<>]", LINK_OR_MENTION.sub("", written)), written


class TestLooks:
    def test_a_card_is_its_title_over_facts_in_small_print(self) -> None:
        section, context = to_blocks(reply_of(make_card()))
        assert section["text"]["text"] == "*<https://example.org/a|Attention>*"
        assert context["elements"][0]["text"] == "Models › Transformers · paper, 2017"

    def test_a_card_shows_the_note_and_other_addresses(self) -> None:
        also = (
            AlsoLink(title="Slides", url="https://example.org/s"),
            AlsoLink(title="Code", url="https://x.org"),
        )
        section, _ = to_blocks(reply_of(make_card(note="Start here.", also=also)))
        assert section["text"]["text"].splitlines()[1:] == [
            "Start here.",
            "Also: <https://example.org/s|Slides> · <https://x.org|Code>",
        ]

    def test_a_card_says_why_it_matched(self) -> None:
        _, context = to_blocks(reply_of(make_card(why="also called GPT")))
        assert context["elements"][0]["text"].endswith("  ·  _also called GPT_")

    def test_a_heading_is_one_for_screen_readers_too(self) -> None:
        assert to_blocks(reply_of(Heading(words="Sections")))[0]["type"] == "header"

    def test_brackets_in_plain_text_are_such_as_slack_cannot_read(self) -> None:
        (block,) = to_blocks(reply_of(Heading(words="R&D <!here>")))
        assert block["text"]["text"] == "R&D ‹!here›"

    def test_a_paragraph_is_large_or_small_print(self) -> None:
        large, small = to_blocks(reply_of(Paragraph(text=text("a")), Paragraph(text=text("b"), subdued=True)))
        assert (large["type"], small["type"]) == ("section", "context")

    def test_rows_stand_in_one_block(self) -> None:
        (block,) = to_blocks(reply_of(Rows(rows=(text("a"), text("b")))))
        assert block["text"]["text"] == "a\nb"

    def test_a_picture_has_words_for_who_cannot_see_it(self) -> None:
        (block,) = to_blocks(reply_of(Picture(url="https://example.org/p.png", alt="A curve")))
        assert (block["type"], block["alt_text"]) == ("image", "A curve")

    def test_a_few_choices_are_buttons(self) -> None:
        choices = tuple(Choice(label=f"S{n}", command=f"section {n}", detail="2 links") for n in range(5))
        label, actions = to_blocks(reply_of(Choices(label="Pick", choices=choices)))
        assert label["elements"][0]["text"] == "Pick:"
        assert actions["elements"][0]["text"]["text"] == "S0 (2 links)"

    def test_many_choices_are_a_menu(self) -> None:
        choices = tuple(Choice(label=f"S{n}", command=f"section {n}", detail="2 links") for n in range(6))
        (actions,) = to_blocks(reply_of(Choices(label="Pick", choices=choices)))
        menu = actions["elements"][0]
        assert menu["type"] == "static_select"
        assert menu["placeholder"]["text"] == "Pick"
        assert menu["options"][0]["description"]["text"] == "2 links"

    def test_more_choices_than_a_menu_holds_are_cut_and_it_says_so(self) -> None:
        choices = tuple(Choice(label=f"S{n}", command=f"section {n}") for n in range(130))
        actions, note = to_blocks(reply_of(Choices(label="Pick", choices=choices)))
        assert len(actions["elements"][0]["options"]) == 100
        assert "The first 100 of 130" in note["elements"][0]["text"]

    def test_a_choice_that_comes_twice_is_in_the_menu_once(self) -> None:
        choices = tuple(Choice(label=f"S{n}", command=f"section {n % 6}") for n in range(12))
        (actions,) = to_blocks(reply_of(Choices(label="Pick", choices=choices)))
        assert [option["text"]["text"] for option in actions["elements"][0]["options"]] == [
            "S0", "S1", "S2", "S3", "S4", "S5",
        ]  # fmt: skip

    def test_a_button_carries_its_command_and_its_style(self) -> None:
        action = Action(label="More", command="search a page:2", style=ActionStyle.PRIMARY)
        button = to_blocks(reply_of(Heading(words="x"), actions=(action,)))[-1]["elements"][0]
        assert (button["value"], button["style"]) == ("search a page:2", "primary")

    def test_who_shared_is_named_above_the_actions(self) -> None:
        action = Action(label="More", command="search a page:2")
        *_, shared, actions = to_blocks(reply_of(Heading(words="x"), actions=(action,), shared_by="U7"))
        assert shared["elements"][0]["text"] == "Shared by <@U7>"
        assert actions["type"] == "actions"

    def test_no_name_in_a_title_becomes_a_picture(self) -> None:
        (block,) = to_blocks(reply_of(Heading(words=":tada: now")))
        assert block["text"]["emoji"] is False

    def test_slack_adds_no_links_or_mentions_of_its_own(self) -> None:
        section, _ = to_blocks(reply_of(make_card(note="see @ada in #general")))
        assert section["text"]["verbatim"] is True


class TestRoom:
    def test_what_has_no_room_is_left_out_from_the_end_and_counted(self) -> None:
        cards = [make_card(title=f"{number} " + "long title " * 30, note="n" * 600) for number in range(40)]
        reply = reply_of(*cards, actions=(Action(label="More", command="search a page:2"),))
        blocks = to_blocks(reply)
        shown = sum(block["type"] == "section" for block in blocks)
        assert f"{40 - shown} more had no room here." in blocks[-2]["elements"][0]["text"]
        assert blocks[-1]["type"] == "actions"
        assert_slack_takes(reply)

    def test_more_parts_than_blocks_are_cut(self) -> None:
        assert_slack_takes(reply_of(*[Paragraph(text=text("a"))] * 90, shared_by="U1"))

    def test_an_empty_reply_still_shows_something(self) -> None:
        assert_slack_takes(reply_of())

    @pytest.mark.parametrize("blank", [" ", "\xa0", "\u2003 "])
    def test_words_that_cannot_be_seen_still_show_something(self, blank: str) -> None:
        heading = Heading(words=blank)
        reply = reply_of(heading, Paragraph(text=text(blank)), actions=(Action(label=blank, command="a"),))
        message = to_message(reply)
        assert message["text"] == "readbot"
        assert message["blocks"][0]["text"]["text"] == "…"
        assert message["blocks"][1]["text"]["text"] == "…"

    def test_a_fallback_is_cut_between_lines(self) -> None:
        message = to_message(reply_of(*[make_card(title="word " * 40)] * 9))
        assert message["text"].endswith("(https://example.org/a)")


words = st.text(
    st.sampled_from("abc *_~`<>&|:@") | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400
)
long_words = words | st.builds(lambda piece, times: piece * times, words, st.integers(1, 60))
spans = st.builds(
    Span, long_words, st.sampled_from(list(Style)), ref=st.sampled_from(["", "1796025600", "<!here>"])
)
addresses = st.integers(1, 3_500).map(lambda length: "https://example.org/" + "a&" * (length // 2))
cards = st.builds(
    make_card,
    title=long_words,
    url=addresses,
    note=st.none() | long_words,
    why=st.none() | long_words,
    also=st.lists(st.builds(AlsoLink, title=words, url=addresses), max_size=6).map(tuple),
)
choices = st.builds(Choice, label=long_words, command=st.text("abc", min_size=1, max_size=90), detail=words)
parts = st.one_of(
    st.builds(Heading, words=long_words),
    st.builds(Paragraph, text=st.lists(spans, min_size=1, max_size=8).map(tuple), subdued=st.booleans()),
    st.builds(Rows, rows=st.lists(st.lists(spans, max_size=4).map(tuple), max_size=9).map(tuple)),
    cards,
    st.builds(Picture, url=addresses, alt=st.just("") | long_words),
    st.builds(Choices, label=long_words, choices=st.lists(choices, min_size=1, max_size=130).map(tuple)),
)
replies = st.builds(
    Reply,
    parts=st.lists(parts, max_size=25).map(tuple),
    actions=st.lists(st.builds(Action, label=long_words, command=st.text("abc", min_size=1)), max_size=5).map(
        tuple
    ),
    shared_by=st.none() | words,
)


@settings(max_examples=200)
@given(replies)
def test_any_reply_is_one_that_slack_takes(reply: Reply) -> None:
    assert_slack_takes(reply)


@pytest.fixture(scope="module")
def shipped() -> Bot:
    return Bot(load_library())


class TestTheListThatShips:
    def ask(self, shipped: Bot, words: str) -> Reply:
        request = Request(
            text=words, platform="slack", workspace_id="T1", channel_id="C1", reader=Reader(id="U1")
        )
        return shipped.handle(request)

    def test_every_entry_fits_alone_and_shared(self, shipped: Bot) -> None:
        for entry in shipped.libraries.default.reading_list.entries:
            for words in (f"link ~{entry.link.id}", f"share link ~{entry.link.id}", entry.link.title):
                assert_slack_takes(self.ask(shipped, words))

    def test_every_section_fits_on_every_page(self, shipped: Bot) -> None:
        for place in shipped.libraries.default.reading_list.places:
            for page in range(1, place.link_count // 5 + 3):
                assert_slack_takes(self.ask(shipped, f"section ~{place.id} page:{page}"))

    @pytest.mark.parametrize(
        "words", ["", "help", "sections", "new", "random", "nonsense zzz", "section zzz"]
    )
    def test_every_page_fits(self, shipped: Bot, words: str) -> None:
        assert_slack_takes(self.ask(shipped, words))
