"""``/llmread`` and ``/readbot`` as a person sees them, through the real client."""

from typing import Any

import pytest

from readbot.conversation.bot import Bot
from readbot.front_desk import FrontDesk
from readbot.reading_list import Kind

from .hostile import TEXTS
from .scenes import Scene, make_discord, make_scene, running


async def test_a_query_is_answered_privately_with_links_from_the_list(scene: Scene) -> None:
    sight = await scene.command("llmread", query="sourdough")

    assert sight.is_private
    assert "**[Sourdough, part 1](https://example.org/sourdough/1)**" in sight.text
    assert sight.buttons == ["More", "Share"]


async def test_llmread_fine_tuning_is_answered_from_the_list_that_ships(
    quiet_scene: Scene, shipped_bot: Bot
) -> None:
    async with running(quiet_scene.discord, FrontDesk(shipped_bot)):
        sight = await quiet_scene.command("llmread", query="fine-tuning")

    assert "LoRA" in sight.text
    assert sight.text.count("](https://") == 5


async def test_llmread_alone_shows_the_menu(scene: Scene) -> None:
    sight = await scene.command("llmread")

    assert "Ask for anything on the list" in sight.text
    assert "`/readbot help`" in sight.text
    assert sight.options == ["Bread", "Bread › Flour", "Cheese", "Starters"]


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("readbot help", {}, "How to ask"),
        ("readbot sections", {}, "Sections of"),
        ("readbot section", {"name": "cheese"}, "Cheese · 3 links"),
        ("readbot random", {}, "Picked for you"),
        ("readbot random", {"section": "flour"}, "Milling at home"),
        ("readbot new", {}, "Latest by year"),
    ],
)
async def test_each_sub_command_answers_privately(
    scene: Scene, name: str, options: dict[str, Any], words: str
) -> None:
    sight = await scene.command(name, **options)

    assert words in sight.text
    assert sight.is_private


async def test_a_kind_narrows_the_search(scene: Scene) -> None:
    sight = await scene.command("llmread", query="starter", kind=Kind.VIDEO.value)

    assert "A starter for bread" in sight.text
    assert "A starter for cheese" not in sight.text


async def test_a_section_narrows_the_search(scene: Scene) -> None:
    sight = await scene.command("llmread", query="starter", section="Cheese")

    assert "A starter for cheese" in sight.text
    assert "A starter for bread" not in sight.text


async def test_a_section_alone_is_opened(scene: Scene) -> None:
    sight = await scene.command("llmread", section="flour")

    assert sight.text.startswith("### Bread › Flour")


async def test_share_posts_for_everybody_and_names_the_asker_without_a_ping(scene: Scene) -> None:
    sight = await scene.command("llmread", query="rennet", share=True)

    assert not sight.is_private
    assert sight.text.startswith(f"-# Shared by <@{scene.ada.id}>")
    assert sight.message is not None
    assert sight.message.pings == ()


async def test_nothing_found_is_told_to_the_asker_alone_even_when_shared(scene: Scene) -> None:
    sight = await scene.command("llmread", query="zzzqqqxxx", share=True)

    assert "Nothing on the list" in sight.text
    assert sight.is_private


async def test_no_answer_shows_link_previews_or_pings(scene: Scene) -> None:
    await scene.command("llmread", query="@everyone <@1>", share=True)
    await scene.command("llmread", query="cheese", share=True)

    answers = [call.body for call in scene.discord.rest.calls if call.path.endswith("/callback")]
    assert len(answers) == 2
    for answer in answers:
        assert answer["data"]["flags"] & 4  # SUPPRESS_EMBEDS
        assert answer["data"]["allowed_mentions"] == {"parse": []}
        assert not answer["data"].get("content")


@pytest.mark.parametrize("query", [words for words in TEXTS if words.strip() and len(words) <= 60])
async def test_a_hostile_query_gets_an_ordinary_answer(scene: Scene, query: str) -> None:
    sight = await scene.command("llmread", query=query, share=True)

    assert sight.text
    assert sight.message is not None
    assert not sight.message.pings_everyone
    assert "](https://evil" not in sight.text
    assert "Something went wrong" not in sight.text


async def test_it_answers_in_a_direct_message(scene: Scene) -> None:
    dm = scene.discord.world.open_dm(scene.grace)

    sight = await scene.discord.people.command(scene.grace, dm, "llmread", query="rennet")

    assert "Rennet" in sight.text


async def test_two_servers_are_answered_apart(scene: Scene) -> None:
    other = scene.discord.world.add_guild("others", owner=scene.grace)
    channel = scene.discord.world.add_channel(other, "general")

    sight = await scene.discord.people.command(scene.grace, channel, "llmread", query="rinds", share=True)

    assert sight.message in channel.messages
    assert scene.channel.messages == []


async def test_it_works_for_someone_who_brought_it_into_a_server_without_it(bot: FrontDesk) -> None:
    """A user install: the bot is not a member, and the gateway never tells of that server."""
    async with make_discord() as discord:
        scene = make_scene(discord)
        guild = discord.world.add_guild("no bot here", owner=scene.ada, with_bot=False)
        channel = discord.world.add_channel(guild, "general")
        discord.world.installed_by.add(scene.ada.id)
        async with running(discord, bot):
            sight = await discord.people.command(scene.ada, channel, "llmread", query="rennet")

    assert "Rennet" in sight.text
    assert sight.is_private
