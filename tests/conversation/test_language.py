"""The catalogues, and what is said from them."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from readbot.bootstrap import make_bot
from readbot.conversation.form import MAX_LABEL_LENGTH, MAX_TITLE_LENGTH
from readbot.conversation.language import listed, say
from readbot.conversation.reply import Span, plain
from readbot.conversation.request import Reader, Request
from readbot.digests.calendar import LAST, Cadence, Schedule, Weekday, describe_next, describe_schedule
from readbot.digests.setup import make_setup_form
from readbot.language import TRANSLATED, find_language, negotiate_language, speaking, tn, tr
from readbot.settings import Settings

ROOT = Path(__file__).parents[2]
FIELD = re.compile(r"\{[a-z_]+\}")


def read(language: str) -> Catalog:
    source = files("readbot").joinpath("locales", f"{language}.po").read_bytes()
    return read_po(BytesIO(source), locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in read(language) if message.id]


def strings(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_message(language: str) -> None:
    for message in messages(language):
        wanted = set(FIELD.findall(" ".join(strings(message.id))))
        for translated in strings(message.string):
            found = set(FIELD.findall(translated))
            # In one of several forms the number may be said in words: "a link".
            missing = wanted - found - ({"{number}"} if message.pluralizable else set())
            assert not translated or (found <= wanted and not missing), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_counted_has_every_form_that_the_language_has(language: str) -> None:
    catalogue = read(language)
    for message in catalogue:
        if message.id and message.pluralizable and any(strings(message.string)):
            assert len(strings(message.string)) == catalogue.num_plurals, message.id
            assert all(strings(message.string)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_begins_and_ends_with_the_spaces_of_its_message(language: str) -> None:
    # Japanese joins without spaces.
    for message in messages(language) if language != "ja" else []:
        said, translated = strings(message.id)[0], strings(message.string)[0]
        if translated:
            assert (said[0].isspace(), said[-1].isspace()) == (
                translated[0].isspace(),
                translated[-1].isspace(),
            ), said


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize(
    "place", ["src/readbot/conversation/", "src/readbot/digests/", "bots/readbot_discord/"]
)
def test_everything_said_in_conversation_is_translated(language: str, place: str) -> None:
    untranslated = [
        message.id
        for message in messages(language)
        if not any(strings(message.string)) and any(file.startswith(place) for file, _ in message.locations)
    ]

    assert untranslated == []


def test_the_catalogues_hold_what_the_source_says_and_nothing_else() -> None:
    said = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "messages.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("es-419", "es"),
        ("fr_CA", "fr"),
        ("ja", "ja"),
        ("fi", "en"),
        ("", "en"),
    ],
)
def test_a_locale_is_answered_in_its_language(locale: str, language: str) -> None:
    assert find_language(locale) == language


def test_within_a_language_another_can_be_spoken_and_left_again() -> None:
    with speaking("de"):
        with speaking("fr"):
            assert tr("Help") == "Aide"
        assert tr("Help") == "Hilfe"
    assert tr("Help") == "Help"


def test_what_fills_a_place_is_never_looked_into() -> None:
    with speaking("de"):
        assert tn("{number} link", "{number} links", 2) == "2 Links"
        assert plain(say("Nothing on the list answers {query}.", query=Span("{list}"))).count("{list}") == 1
    assert tr("{number} of {total}", number="{total}", total=2) == "{total} of 2"


def test_a_phrase_is_joined_as_the_language_joins() -> None:
    with speaking("ja"):
        assert plain(listed([Span("a"), Span("b"), Span("c")], all_of_them=True)) == "a、bとc"


def test_an_answer_kept_for_one_language_is_not_given_to_another() -> None:
    bot = make_bot(Settings())

    def ask(locale: str) -> str:
        reader = Reader(id="U1", locale=locale)
        with speaking(locale):
            return bot.handle(
                Request(text="attention", platform="x", workspace_id="w", channel_id="c", reader=reader)
            ).fallback

    first = {locale: ask(locale) for locale in ("en", *TRANSLATED)}

    assert {locale: ask(locale) for locale in reversed(first)} == first
    assert len(set(first.values())) == len(first)


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_a_translated_form_fits_both_platforms(language: str) -> None:
    with speaking(language):
        form = make_setup_form(None, timezone="")

    assert len(form.title) <= MAX_TITLE_LENGTH
    assert len(form.submit) <= MAX_TITLE_LENGTH
    for field in form.fields:
        assert len(field.label) <= MAX_LABEL_LENGTH
        assert len(field.hint) <= 100
        assert all(1 <= len(choice.label) <= 75 for choice in field.choices)


SCHEDULES = (
    {"cadence": Cadence.WEEKLY, "weekday": Weekday.MONDAY},
    {"cadence": Cadence.FORTNIGHTLY, "weekday": Weekday.FRIDAY, "anchor": date(2026, 11, 27)},
    {"cadence": Cadence.WEEKDAYS},
    {"cadence": Cadence.DAILY},
    {"cadence": Cadence.MONTHLY, "weekday": Weekday.TUESDAY, "nth": LAST},
    {"cadence": Cadence.MONTHLY, "day": 15},
    {"cadence": Cadence.MONTHLY, "day": LAST},
)


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_every_schedule_and_date_can_be_said(language: str) -> None:
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with speaking(language):
        said = [
            describe_schedule(Schedule(at=time(9), timezone="Europe/Berlin", **each)) for each in SCHEDULES
        ]
        said += [describe_next(now + timedelta(days=days), "Europe/Berlin", now) for days in (0, 1, 3, 60)]

    assert not [words for words in said if "{" in words or "  " in words]
    assert all("09:00" in words for words in said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.5, fr", "fr"),
        ("tlh, es;q=0.7, de;q=0.7", "es"),
        ("ja;q=0, de;q=0.1", "de"),
        ("tlh", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=much,;;,=", "en"),
        ("x" * 5_000, "en"),
        ("-,_," * 1_000, "en"),
    ],
)
def test_a_browser_is_answered_in_the_language_that_it_asks_for_most(wishes: str, language: str) -> None:
    assert negotiate_language(wishes) == language
