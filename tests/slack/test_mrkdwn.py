"""Text of people and of the list arrives in Slack as it was written, and marks up, links or calls nothing."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.conversation.reply import Span, Style, bold, code, command, moment, person, text
from readbot_slack.mrkdwn import cut, cut_literal, escape, link, literal, to_mrkdwn, unescape, user_mention

#: Text that is rich in what Slack could read as markup.
HOSTILE = st.text(
    st.sampled_from("ab *_~`<>&|!@#:\n") | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1>", "&lt;@U1&gt;"),
        ("<#C1|general>", "&lt;#C1|general&gt;"),
        ("<https://evil.example|bank>", "&lt;https://evil.example|bank&gt;"),
        ("Q&A", "Q&amp;A"),
        ("> quoted", "› quoted"),
        ("&lt;", "&amp;lt;"),
        ("@channel and @here, @Everyone", "＠channel and ＠here, ＠Everyone"),
        ("@heresy", "@heresy"),
        ("*bold*", "∗bold∗"),
        ("~gone~", "∼gone∼"),
        ("`code`", "ˋcodeˋ"),
        ("_slanted_", "ˍslantedˍ"),
        ("snake_case", "snake_case"),
        ("__init__", "ˍˍinitˍˍ"),
        (":tada:", "꞉tada:"),
        ("kind:paper year:2023", "kind:paper year:2023"),
        ("12:30:00", "12:30:00"),
        ("naïve 日本語 שלום 🎉", "naïve 日本語 שלום 🎉"),
    ],
)
def test_what_was_written_is_what_is_shown(typed: str, shown: str) -> None:
    assert literal(typed) == shown


@given(HOSTILE)
def test_no_written_text_holds_a_mark_of_slacks(typed: str) -> None:
    shown = literal(typed)
    assert not set("*~`<>") & set(shown)
    assert re.sub(r"&(?:amp|lt|gt);", "", shown).find("&") == -1


@given(st.text(max_size=200))
def test_what_slack_escapes_on_the_way_in_is_read_as_it_was_typed(typed: str) -> None:
    slack_sends = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert unescape(slack_sends) == typed


@given(HOSTILE, st.integers(min_value=1, max_value=60))
def test_a_cut_text_fits_and_starts_like_the_whole(typed: str, limit: int) -> None:
    shown = cut(typed, limit)
    assert len(shown) <= limit
    assert shown == typed or typed.startswith(shown[:-1])


@given(HOSTILE, st.integers(min_value=6, max_value=60))
def test_a_text_is_never_cut_within_an_entity(typed: str, limit: int) -> None:
    shown = cut_literal(typed, limit)
    assert len(shown) <= limit
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", shown, re.DOTALL)


def test_a_text_is_cut_behind_a_word() -> None:
    assert cut("attention is all you need", 20) == "attention is all…"


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    assert cut("a" * 50, 10) == "aaaaaaaaa…"


def test_an_emoji_of_several_parts_leaves_no_joiner_behind() -> None:
    assert cut("ab 👩\u200d🔬 lab", 6) == "ab 👩…"


class TestLink:
    def test_it_leads_where_the_address_says(self) -> None:
        shown = link("https://example.org/?a=1&b=2", "Slides & code", limit=300)
        assert shown == "<https://example.org/?a=1&amp;b=2|Slides &amp; code>"

    def test_an_address_cannot_end_it_early(self) -> None:
        assert link("https://example.org/a|b>c<d", "x", limit=300) == "<https://example.org/a%7Cb%3Ec%3Cd|x>"

    def test_a_title_cannot_end_it_early(self) -> None:
        assert link("https://example.org", "a|b> <!here>", limit=300) == (
            "<https://example.org|a|b&gt; &lt;!here&gt;>"
        )

    def test_a_long_title_is_cut_within_it(self) -> None:
        shown = link("https://example.org", "word " * 100, limit=60)
        assert len(shown) <= 60
        assert shown.endswith("…>")

    def test_an_address_too_long_to_show_leaves_the_title(self) -> None:
        assert link("https://example.org/" + "a" * 400, "Title", limit=300) == "Title"


class TestSpans:
    def test_styles_become_slacks_marks(self) -> None:
        pieces = text("Say ", command("help"), ", ", bold("now"), " or ", code("a<b"), Span("!"))
        assert to_mrkdwn(pieces, limit=300) == "Say `/llmread help`, *now* or `a&lt;b`!"

    def test_a_search_is_shown_as_it_is_typed(self) -> None:
        assert to_mrkdwn(text(command("search fine-tuning")), limit=300) == "`/llmread fine-tuning`"

    def test_a_span_with_an_address_is_a_link(self) -> None:
        assert to_mrkdwn((Span("here", url="https://example.org"),), limit=99) == "<https://example.org|here>"

    def test_spaces_at_the_edge_of_bold_stay_outside_the_marks(self) -> None:
        assert to_mrkdwn((bold(" now "),), limit=99) == " *now* "

    def test_a_person_is_named_and_not_pinged(self) -> None:
        assert to_mrkdwn((person("U2", "grace"),), limit=99) == "grace"

    def test_a_moment_is_shown_in_the_readers_own_zone(self) -> None:
        when = moment(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
        assert to_mrkdwn((when,), limit=99) == (
            "<!date^1796025600^{date_short_pretty}, {time}|2026-11-30 08:00 UTC>"
        )

    def test_a_moment_that_is_none_is_shown_as_its_words(self) -> None:
        assert to_mrkdwn((Span("soon", Style.MOMENT, ref="1|<!here>"),), limit=99) == "soon"

    def test_a_backtick_cannot_end_code(self) -> None:
        assert to_mrkdwn((code("a`b` *c*"),), limit=99) == "`aˋbˋ *c*`"

    @given(
        st.lists(st.builds(Span, HOSTILE, st.sampled_from(list(Style))), min_size=1, max_size=30),
        st.integers(min_value=60, max_value=400),
    )
    def test_any_text_fits(self, spans: list[Span], limit: int) -> None:
        assert len(to_mrkdwn(tuple(spans), limit=limit)) <= limit


def test_only_an_id_of_slacks_becomes_a_mention() -> None:
    assert user_mention("U1") == "<@U1>"
    assert user_mention("W012A3CDE") == "<@W012A3CDE>"
    assert user_mention("U1> <!channel>") == "U1&gt; &lt;!channel&gt;"


def test_escaping_alone_leaves_addresses_as_they_are() -> None:
    assert escape("https://example.org/~ada/*") == "https://example.org/~ada/*"


@pytest.mark.parametrize(("words", "shown"), [("two\nlines", "two lines"), ("a\u2028b", "a b"), (" \n", "…")])
def test_a_links_words_stand_on_one_line(words: str, shown: str) -> None:
    assert link("https://example.org", words, limit=100) == f"<https://example.org|{shown}>"


@pytest.mark.parametrize(("blank", "shown"), [(" ", "%20"), ("\n", "%0A"), ("\x85", "%C2%85")])
def test_a_blank_does_not_end_an_address(blank: str, shown: str) -> None:
    assert link(f"https://example.org/a{blank}b", "a", limit=100) == f"<https://example.org/a{shown}b|a>"
