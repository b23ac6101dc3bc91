"""Commands and answers in people's own languages, by the catalogue that Slack's answers come from."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from readbot.language import speaking, tr
from readbot.playground.loopback_discord import User
from readbot_discord.client import describe_commands

from .scenes import Scene
from .towns import Town

Json = dict[str, Any]

LOCALES = ("de", "es-ES", "fr", "ja")
#: Discord's own pattern, and what it says of letters that have a lower case.
NAME = re.compile(r"[-_'\w]{1,32}")


@pytest.fixture
async def payload() -> list[Json]:
    return await describe_commands()


def walk(item: Json, way: str = "") -> Iterator[tuple[str, Json]]:
    """Yield everything that has a name, with the way there."""
    way = f"{way} {item['name']}".strip()
    yield way, item
    for inner in item.get("options", []):
        yield from walk(inner, way)


async def test_every_name_and_description_is_translated(payload: list[Json]) -> None:
    untranslated = {
        (way, key, locale)
        for command in payload
        for way, item in walk(command)
        for key in ("name", "description")
        for locale in LOCALES
        if item.get(key) and locale not in (item.get(f"{key}_localizations") or {})
    }

    # What people tell each other to type, and words that are the same in that language.
    kept = {way for way, key, _ in untranslated if key == "name" and " " not in way}
    assert kept == {"llmread", "readbot", "readbot-curate"}
    assert {key for _, key, _ in untranslated} == {"name"}
    assert all(tr_of(way.split()[-1], locale) == way.split()[-1] for way, _, locale in untranslated)


def tr_of(message: str, locale: str) -> str:
    if message in {"llmread", "readbot", "readbot-curate"}:
        return message
    with speaking(locale):
        return tr(message)


async def test_every_translation_is_one_that_discord_takes(payload: list[Json]) -> None:
    for command in payload:
        for way, item in walk(command):
            for locale, name in (item.get("name_localizations") or {}).items():
                if command["type"] == 1:
                    assert NAME.fullmatch(name), (way, locale, name)
                    assert name == name.lower(), (way, locale, name)
                assert len(name) <= 32
            for locale, words in (item.get("description_localizations") or {}).items():
                assert 1 <= len(words) <= 100, (way, locale, words)
            for choice in item.get("choices", []):
                for words in (choice.get("name_localizations") or {}).values():
                    assert 1 <= len(words) <= 100


@pytest.mark.parametrize("locale", LOCALES)
async def test_no_two_commands_or_options_side_by_side_share_a_name(payload: list[Json], locale: str) -> None:
    for command in payload:
        for way, item in walk(command):
            names = [
                (each.get("name_localizations") or {}).get(locale, each["name"])
                for each in item.get("options", [])
            ]
            assert len(set(names)) == len(names), (way, names)


async def test_no_command_is_longer_than_discord_allows(payload: list[Json]) -> None:
    for command in payload:
        for locale in ("", *LOCALES):
            total = sum(_length(item, locale) for _, item in walk(command))
            assert total <= 8000, (command["name"], locale, total)


def _length(item: Json, locale: str) -> int:
    shown = [
        str((item.get(f"{key}_localizations") or {}).get(locale, item.get(key, "")))
        for key in ("name", "description")
    ]
    choices = sum(len(each["name"]) + len(each["value"]) for each in item.get("choices", []))
    return sum(map(len, shown)) + choices


async def test_everybody_is_answered_in_their_own_language(scene: Scene) -> None:
    scene.grace.locale = "de"

    english = await scene.command("readbot help")
    german = await scene.command("readbot help", by=scene.grace)
    again = await scene.command("readbot help")

    assert english.text.startswith("### How to ask")
    assert german.text.startswith("### So fragst du")
    assert "Menü" in german.buttons
    assert again.text == english.text


async def test_kept_answers_of_two_languages_never_mix(scene: Scene) -> None:
    """The same search by people of every language, over and over: the second is served from memory."""
    people = {locale: join(scene, locale) for locale in ("en-US", *LOCALES)}

    async def ask(locale: str) -> tuple[str, tuple[str, ...]]:
        seen = await scene.command("llmread", query="sourdough", by=people[locale])
        return seen.text, tuple(seen.buttons)

    first = {locale: await ask(locale) for locale in people}
    second = {locale: await ask(locale) for locale in reversed(people)}

    assert first == second
    assert len(set(first.values())) == len(people)
    assert "7 Links zu" in first["de"][0]


def join(scene: Scene, locale: str) -> User:
    person = scene.discord.world.add_user(f"reader-{locale.lower()}", locale=locale)
    scene.discord.world.add_member(scene.guild, person)
    return person


async def test_what_is_said_around_an_answer_is_translated_too(scene: Scene) -> None:
    scene.grace.locale = "de"

    shared = await scene.command("llmread", query="sourdough", share=True, by=scene.grace)

    assert f"Geteilt von <@{scene.grace.id}>" in shared.text
    offered = await scene.discord.people.autocomplete(scene.grace, scene.channel, "llmread", "query", "")
    assert any(" — Abschnitt" in each["name"] for each in offered)


async def test_a_language_without_a_catalogue_is_answered_in_english(scene: Scene) -> None:
    finn = join(scene, "fi")

    assert (await scene.command("readbot help", by=finn)).text.startswith("### How to ask")


async def test_a_digest_is_spoken_of_in_the_language_of_whoever_asks(town: Town) -> None:
    fritz = join(town, "de")
    yuki = join(town, "ja")
    await town.turn_on()

    german = await town.digest("status", by=fritz)
    japanese = await town.digest("status", by=yuki)
    english = await town.digest("status")

    assert "jeden Montag um 09:00 Europe/Berlin" in german.text
    assert "毎週月曜日 09:00 Europe/Berlin" in japanese.text
    assert "every Monday at 09:00 Europe/Berlin" in english.text


async def test_a_form_is_in_the_language_of_whoever_opens_it(town: Town) -> None:
    town.ada.locale = "de"

    opened = await town.digest("setup")

    assert opened.modal is not None
    assert opened.modal["title"] == "Digest dieses Kanals"
    done = await town.discord.people.submit(town.ada, opened, zone="Berlin")
    assert done.text.startswith("### Der Digest ist an")
