"""Commands as people type them on Discord: what an answer shows is a command that there is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from readbot.conversation.commands import DESK_WORDS, Home, Suggest, parse_command
from readbot.language import speaking
from readbot_discord.client import describe_commands
from readbot_discord.commands import make_suggest_command
from readbot_discord.typed import as_typed, name_command

Json = dict[str, Any]


def called(item: Json, locale: str) -> str:
    """Return what a client in that language calls a command or an option."""
    return str((item.get("name_localizations") or {}).get(locale, item["name"]))


def leaves(command: Json, locale: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each command that can be called, as it is typed, with the names of its options."""
    options = command.get("options", [])
    inner = [each for each in options if each["type"] in {1, 2}]
    for each in inner:
        for name, taken in leaves(each, locale):
            yield f"{called(command, locale)} {name}", taken
    if not inner:
        yield called(command, locale), {called(each, locale) for each in options}


LOCALES = ("en-US", "de", "es-ES", "fr", "ja")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "text",
    [
        *sorted(word for kind, word in DESK_WORDS.items() if word != "on-list" and kind is not Home),
        *("menu", "help", "sections", "section Flour", "random", "random Flour", "new", "search x", "x"),
        *(
            "digest on friday",
            "digest setup",
            "suggest https://example.org/x Rye",
            "gaps words",
            "lists use a",
        ),
        *("privacy forget", "suggestions show 0123456789abcdefghij", "share search x", "link ~abcdef"),
    ],
)
async def test_what_is_shown_to_be_typed_is_a_command_in_the_readers_language(text: str, locale: str) -> None:
    known = dict(each for command in await describe_commands() for each in leaves(command, locale))

    with speaking(locale):
        name, shown = name_command(text).removeprefix("/"), as_typed(text)

    assert name in known
    assert set(re.findall(r" (\w+):(?!//)", shown)) <= known[name]


def test_a_schedule_is_shown_as_a_reader_picks_it() -> None:
    with speaking("de"):
        shown = as_typed("digest on every 2 weeks friday 16:00")

    assert shown == "/readbot digest an rhythmus:alle 2 Wochen wochentag:Freitag uhrzeit:16:00"


def test_a_suggestion_is_shown_with_its_options() -> None:
    shown = as_typed("suggest https://example.org/x On rye")

    assert shown == "/readbot suggest address:https://example.org/x title:On rye"


@pytest.mark.parametrize(
    ("url", "title", "words"),
    [
        ("https://example.org/x", "On rye", "https://example.org/x On rye"),
        ("example.org/x", "", "example.org/x"),
        ("rye", "", "https://rye"),
        ("", "On rye", ""),
        ("https://example.org/a b", "", "https://example.org/ab"),
    ],
)
def test_what_is_filled_in_as_an_address_is_taken_for_one(url: str, title: str, words: str) -> None:
    assert parse_command(make_suggest_command(url, title)) == Suggest(words)
