"""What every catalogue has to hold, and how long it may be where a platform shows it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from readbot.conversation.form import MAX_LABEL_LENGTH, MAX_TITLE_LENGTH, Form
from readbot.curation.addresses_in_text import find_address_problem
from readbot.curation.forms import (
    Draft,
    make_alias_form,
    make_approval_form,
    make_rejection_form,
    make_suggest_form,
)
from readbot.curation.model import Gap, Suggestion
from readbot.digests.setup import make_setup_form
from readbot.language import SOURCE, TRANSLATED, describe_month, speaking, tr
from tests.conversation.test_language import messages, strings
from tests.digest_data import START

ROOT = Path(__file__).parents[2]
SPEAKING = {"tr", "say", "tn", "translatable", "locale_str"}
#: Slack's limit for a button; what fills a place in one is cut to 40.
MAX_BUTTON, FILLED = 75, "x" * 40


@cache
def calls() -> tuple[ast.Call, ...]:
    files = [*ROOT.glob("src/readbot/**/*.py"), *ROOT.glob("bots/**/*.py")]
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    return tuple(node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))


def said_by(call: ast.expr) -> Iterator[str]:
    """Yield what a call of ``tr`` and its like says, where that is written there."""
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SPEAKING:
        yield from (
            each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
        )


def button_labels() -> set[str]:
    """Return every message that stands on a button."""
    found: set[str] = set()
    for call in calls():
        if isinstance(call.func, ast.Name) and call.func.id in {"Action", "_action"}:
            labels = [each.value for each in call.keywords if each.arg == "label"] or call.args[:1]
            found.update(words for label in labels for words in said_by(label))
    return found


def forms() -> list[Form]:
    suggestion = Suggestion(
        id="1",
        platform="slack",
        workspace_id="T1",
        channel_id="C1",
        url="https://example.com",
        suggested_by="U1",
        suggested_at=START,
    )
    gap = Gap(id=1, words="yeast", count=2, first_at=START, last_at=START)
    return [
        make_suggest_form(Draft()),
        make_approval_form(suggestion, intro=()),
        make_rejection_form(suggestion, intro=()),
        make_alias_form(gap, intro=()),
        make_setup_form(None, timezone="Europe/Berlin"),
    ]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_has_a_translation(language: str) -> None:
    assert [each.id for each in messages(language) if not all(strings(each.string))] == []


def test_every_message_is_found_wherever_it_stands() -> None:
    # Babel sees no call within an f-string, nor one within another call of these.
    known = {words for message in messages("de") for words in strings(message.id)}

    assert [words for call in calls() for words in said_by(call) if words not in known] == []


@pytest.mark.parametrize("language", [SOURCE, *TRANSLATED])
def test_forms_fit_slack_and_discord_in_every_language(language: str) -> None:
    with speaking(language):
        for form in forms():
            assert len(form.title) <= MAX_TITLE_LENGTH, form.title
            assert len(form.submit) <= MAX_TITLE_LENGTH, form.submit
            for field in form.fields:
                assert len(field.label) <= MAX_LABEL_LENGTH, field.label
                assert len(field.hint) <= 100, field.hint
                assert all(len(choice.label) <= 75 for choice in field.choices), field.choices


@pytest.mark.parametrize("language", TRANSLATED)
def test_buttons_fit_slack_in_every_language(language: str) -> None:
    labels = button_labels()
    assert len(labels) > 30
    with speaking(language):
        long = [
            label
            for label in labels
            if len(tr(label, section=FILLED, words=FILLED, address=FILLED)) > MAX_BUTTON
        ]

    assert long == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a b",
        "https://example.org/<",
        "https://[::1",
        "ftp://example.org",
        "https://me@example.org",
        "https://-/",
        "https://127.0.0.1/",
    ],
)
def test_what_is_wrong_with_an_address_is_said_in_one_language(url: str) -> None:
    with speaking("de"):
        said = find_address_problem(url) or ""
    assert said.startswith(("Diese Adresse ", "„ftp://example.org“ ist keine Webadresse"))
    assert "address" not in said


def test_a_month_is_written_as_the_language_writes_it() -> None:
    said = {}
    for language in (SOURCE, *TRANSLATED):
        with speaking(language):
            said[language] = describe_month(START)

    assert said == {
        "en": "November 2026",
        "de": "November 2026",
        "es": "noviembre de 2026",
        "fr": "novembre 2026",
        "ja": "2026年11月",
    }
