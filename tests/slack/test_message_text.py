"""What a message says in plain words, as shortcuts and mentions read it."""

from typing import Any

import pytest

from readbot_slack.message_text import message_words, to_words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U1> fine-tuning", "fine-tuning"),
        ("<@U1|ada> and <!here> <!subteam^S1|@team>", "and"),
        ("in <#C1|general>", "in general"),
        ("at <!date^1^{date}|May 1st>", "at May 1st"),
        ("<https://example.org/a?b&amp;c>", "https://example.org/a?b&c"),
        ("<https://example.org/a|example.org/a>", "https://example.org/a"),
        ("<https://example.org/a|this one>", "this one https://example.org/a"),
        ("<mailto:a@example.org|a@example.org>", "a@example.org"),
        ("*bold* _it_ ~no~ `code` snake_case 2*3*4", "bold it no code snake_case 2*3*4"),
        ("great :tada: :+1::skin-tone-2: at 12:30:00 kind:paper", "great at 12:30:00 kind:paper"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("two\n\nlines", "two lines"),
        ("", ""),
    ],
)
def test_markup_is_read_as_people_see_it(written: str, read: str) -> None:
    assert to_words(written) == read


def rich_text(words: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


def test_what_a_person_types_is_read_once() -> None:
    assert message_words({"text": "fine-tuning", "blocks": [rich_text("fine-tuning")]}) == "fine-tuning"


def test_an_apps_blocks_say_more_than_its_summary() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "A & B"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*C* &amp; <https://example.org/d|D>"}},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Press"}}],
        },
    ]
    assert message_words({"text": "summary", "blocks": blocks}) == "A & B C & D https://example.org/d"


def test_without_a_text_the_rich_text_is_read_with_its_links() -> None:
    link = {"type": "link", "url": "https://example.org/a", "text": "this"}
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}]
    assert set(message_words({"text": "", "blocks": blocks}).split()) == {"this", "https://example.org/a"}


def test_a_preview_is_read_with_where_it_leads() -> None:
    preview = {"title": "LoRA", "title_link": "https://example.org/lora", "text": "Low rank", "fallback": "x"}
    message = {"text": "see", "attachments": [preview]}
    assert message_words(message) == "see LoRA Low rank https://example.org/lora"


@pytest.mark.parametrize(
    "message", [{}, {"text": None}, {"blocks": None, "attachments": None}, {"attachments": [{"title": 3}]}]
)
def test_a_message_that_says_nothing_is_empty(message: dict[str, Any]) -> None:
    assert message_words(message) == ""
