"""Commands as people type them on Discord: what an answer shows is a command that there is."""

from collections.abc import Iterator
from typing import Any

import pytest

from readbot.conversation.commands import DESK_WORDS, Home, Suggest, parse_command
from readbot_discord.client import describe_commands
from readbot_discord.commands import make_suggest_command
from readbot_discord.typed import as_typed, name_command

Json = dict[str, Any]


def leaves(command: Json) -> Iterator[str]:
    """Yield each command that can be called, as it is typed."""
    inner = [each for each in command.get("options", []) if each["type"] in {1, 2}]
    for each in inner:
        yield from (f"{command['name']} {name}" for name in leaves(each))
    if not inner:
        yield command["name"]


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
async def test_what_is_shown_to_be_typed_is_a_command(text: str) -> None:
    known = {f"/{name}" for command in await describe_commands() for name in leaves(command)}

    assert name_command(text) in known


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
