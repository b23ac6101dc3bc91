"""Text as Discord's Markdown."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.conversation.reply import Span, Style, bold, code, command, moment, person, text
from readbot_discord.markdown import escape, escape_url, link, to_markdown

from .hostile import TEXTS, URLS

ESCAPED = re.compile(r"\\[^\sA-Za-z0-9]")
#: What begins markup anywhere in a line, once escaped pairs are out of the way.
MARKUP = re.compile(r"[*_~|`<>\[\]]|https?://|@everyone|@here|<@|<#|:\w+:")
AT_START = re.compile(r"\s*(#|-|\+|\d+[.)])\s")


def live_markup(markdown: str) -> list[str]:
    """Return what Discord would still take for markup."""
    bare = ESCAPED.sub("¤", markdown)
    found = MARKUP.findall(bare)
    return found + ([bare] if AT_START.match(bare) else [])


@pytest.mark.parametrize("words", TEXTS)
def test_nothing_hostile_stays_markup(words: str) -> None:
    assert live_markup(escape(words)) == []


@given(st.text(alphabet=st.sampled_from("[]()<>@#*_~|`\\:/-+>1. \n\u202eaehv"), max_size=60))
def test_no_mixture_of_special_characters_stays_markup(words: str) -> None:
    assert live_markup(escape(words)) == []


@given(st.text(max_size=60))
def test_an_escaped_text_stands_on_one_line(words: str) -> None:
    assert len(escape(words).splitlines()) <= 1


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Attention Is All You Need", "Attention Is All You Need"),
        ("GPT-4: a report (2023)", "GPT-4: a report (2023)"),
        ("C++ and C#", "C++ and C\\#"),
        ("3.5 billion", "3.5 billion"),
        ("mean_value", "mean\\_value"),
        ("naïve café – “quoted”", "naïve café – “quoted”"),
    ],
)
def test_an_ordinary_title_stays_readable(words: str, shown: str) -> None:
    assert escape(words) == shown


@pytest.mark.parametrize("words", TEXTS)
@pytest.mark.parametrize("url", URLS)
def test_a_link_leads_where_it_says_and_nowhere_else(words: str, url: str) -> None:
    markdown = link(words, url)

    shape = re.fullmatch(r"\[(?P<words>[^\[\]]+)\]\((?P<url>[^()\s<>\\]+)\)", markdown)
    assert shape is not None
    assert live_markup(shape["words"]) == []


def test_parentheses_in_an_address_do_not_end_the_link() -> None:
    assert escape_url("https://en.wikipedia.org/wiki/A_(b)") == "https://en.wikipedia.org/wiki/A_%28b%29"


def test_an_address_that_is_encoded_is_not_encoded_twice() -> None:
    assert escape_url("https://example.org/%E2%9C%93?a=%20") == "https://example.org/%E2%9C%93?a=%20"


@pytest.mark.parametrize("words", ["a`b", "``", "x @everyone", "tail`"])
def test_code_cannot_be_broken_out_of(words: str) -> None:
    shown = to_markdown(text(code(words)))

    assert re.fullmatch(r"`[^`]+`", shown)
    assert "@everyone" not in shown


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("help", "/readbot help"),
        ("sections", "/readbot sections"),
        ("section attention", "/readbot section name:attention"),
        ("random", "/readbot random"),
        ("random gpt", "/readbot random section:gpt"),
        ("new", "/readbot new"),
        ("menu", "/llmread"),
        ("digest", "/readbot digest status"),
        ("digest on", "/readbot digest on"),
        (
            "digest on every 2 weeks friday 4pm",
            "/readbot digest on cadence:every 2 weeks weekday:Friday time:16:00",
        ),
        ("digest on section:any kind:any", "/readbot digest on section:any kind:any"),
        ("digest on monthly 15th", "/readbot digest on cadence:monthly day_of_month:15"),
        ("digest on gibberish", "/readbot digest on gibberish"),
        ("digest off", "/readbot digest off"),
        ("search fine-tuning", "/llmread query:fine-tuning"),
        ("fine-tuning", "/llmread query:fine-tuning"),
        ("search random", "/llmread query:random"),
        ("share search lora", "/llmread query:lora share:True"),
        ("share new", "/readbot new"),
    ],
)
def test_a_command_is_shown_as_it_is_typed_on_discord(words: str, typed: str) -> None:
    assert to_markdown(text(command(words))) == f"`{typed}`"


def test_a_moment_is_shown_in_the_reader_s_own_time_and_as_a_distance() -> None:
    shown = to_markdown(text("on ", moment(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))))

    assert shown == "on <t:1796025600:F> (<t:1796025600:R>)"


def test_a_moment_that_cannot_be_one_is_words() -> None:
    assert to_markdown(text(Span("<t:1>", Style.MOMENT, ref="1:F> <@1"))) == r"\<t:1\>"


def test_a_person_is_named_by_id_and_in_words_where_that_is_none_of_discord_s() -> None:
    assert to_markdown(text(person("123", "Ada"))) == "<@123>"
    assert to_markdown(text(person("U1> <@2", "*Ada*"))) == r"\*Ada\*"


def test_spans_keep_their_styles() -> None:
    shown = to_markdown(text("see ", bold("this*"), " at ", Span("home", url="https://example.org")))

    assert shown == "see **this\\*** at [home](https://example.org)"


def test_the_spaces_around_bold_words_stand_outside_its_asterisks() -> None:
    assert to_markdown(text(bold("Title: "), "Rye")) == "**Title:** Rye"
