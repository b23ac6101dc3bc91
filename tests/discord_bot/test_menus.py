"""Commands in a message's own menu, and their answers posted as a reply to it."""

from collections.abc import AsyncIterator

import pytest

from readbot.conversation.bot import Bot
from readbot.front_desk import FrontDesk
from readbot.playground.loopback_discord import Message, Permission, Sight, read
from readbot.playground.loopback_discord.modals import list_fields
from readbot.playground.loopback_discord.model import Overwrite

from .scenes import Scene, running
from .towns import Town

FIND, LOOK_UP = "Find reading for this", "Is this on the list?"
ASKED = "Morning <@1>! We wonder whether **fine-tuning** pays, has anybody read up on it?"


@pytest.fixture
async def scene(quiet_scene: Scene, shipped_bot: Bot) -> AsyncIterator[Scene]:
    """A scene with the list that ships: in one of twelve links, no word of a message tells much."""
    async with running(quiet_scene.discord, FrontDesk(shipped_bot)):
        yield quiet_scene


def write(scene: Scene, words: str = ASKED) -> Message:
    return scene.discord.people.write(scene.grace, scene.channel, words)


async def find(scene: Scene) -> tuple[Message, Sight]:
    message = write(scene)
    return message, await scene.menu(message, FIND)


def replies(scene: Scene, message: Message) -> list[Message]:
    return [m for m in scene.channel.messages if m.replies_to is message]


async def test_reading_for_a_message_is_found_for_its_asker_alone(scene: Scene) -> None:
    _, found = await find(scene)

    assert found.is_private
    assert found.text.startswith("### Reading for this message")
    assert "I went by: fine tuning" in found.text


async def test_post_as_reply_answers_the_message_and_pings_nobody(scene: Scene) -> None:
    message, found = await find(scene)

    seen = await scene.click(found.message, "Post as reply")

    (reply,) = replies(scene, message)
    assert f"Shared by <@{scene.ada.id}>" in read(reply)
    assert reply.pings == ()
    assert seen.text == "Posted."
    assert seen.is_private


async def test_who_posted_it_can_delete_the_reply(scene: Scene) -> None:
    message, found = await find(scene)
    await scene.click(found.message, "Post as reply")
    (reply,) = replies(scene, message)

    refused = await scene.click(reply, "Delete", by=scene.grace)
    assert refused.is_private
    assert not reply.deleted

    await scene.click(reply, "Delete")
    assert reply.deleted


async def test_where_readbot_may_not_write_the_answer_comes_by_the_interaction(scene: Scene) -> None:
    scene.channel.overwrites.append(
        Overwrite(target_id=scene.discord.world.bot.id, is_member=True, deny=Permission.SEND_MESSAGES)
    )
    message, found = await find(scene)

    await scene.click(found.message, "Post as reply")

    assert replies(scene, message) == []
    assert f"Shared by <@{scene.ada.id}>" in read(scene.channel.messages[-1])
    assert not scene.channel.messages[-1].is_ephemeral


async def test_a_reply_to_a_message_that_was_deleted_meanwhile_stands_by_itself(scene: Scene) -> None:
    message, found = await find(scene)
    scene.discord.people.delete(scene.grace, message)

    seen = await scene.click(found.message, "Post as reply")

    assert seen.text == "Posted."
    assert any(f"Shared by <@{scene.ada.id}>" in read(m) for m in scene.channel.messages)


async def test_more_keeps_the_message_in_mind_and_share_asks_where(scene: Scene) -> None:
    message, found = await find(scene)
    more = await scene.click(found.message, "More")

    where = await scene.click(more.message, "Share")
    await scene.click(where.message, where.buttons[0])

    assert len(replies(scene, message)) == 1


async def test_a_message_without_words_is_declined(scene: Scene) -> None:
    seen = await scene.menu(write(scene, "<@1> <:tada:2>"), FIND)

    assert seen.text == "That message has no words that I could go by."
    assert seen.is_private


async def test_a_link_that_is_on_the_list_is_told_with_its_section(town: Town) -> None:
    link = town.process.shelves.get(town.process.shelves.names[0]).reading_list.entries[0]

    seen = await town.menu(write(town, f"look: <{link.link.url}>"), LOOK_UP)

    assert seen.is_private
    assert link.path[-1] in seen.text


async def test_a_link_that_is_not_on_the_list_opens_the_form_with_its_address(town: Town) -> None:
    opened = await town.menu(write(town, "[read this](https://example.org/new-loaf)!"), LOOK_UP)

    assert opened.modal is not None
    fields = {field["custom_id"]: field for field in list_fields(opened.modal)}
    assert fields["url"]["value"] == "https://example.org/new-loaf"
    thanks = await town.discord.people.submit(town.ada, opened, title="A new loaf")
    assert "Thank you!" in thanks.text
    assert thanks.is_private


async def test_a_message_without_links_says_so(town: Town) -> None:
    seen = await town.menu(write(town, "no links here"), LOOK_UP)

    assert seen.is_private
    assert "no web address" in seen.text


async def test_reading_is_found_for_a_long_message_within_every_limit(scene: Scene) -> None:
    words = ("fine-tuning " + "x" * 90 + " ") * 19

    seen = await scene.menu(write(scene, words), FIND)

    assert seen.text.startswith("### Reading for this message")


async def test_who_brings_readbot_along_posts_by_the_interaction_where_it_is_no_member(scene: Scene) -> None:
    world = scene.discord.world
    world.installed_by.add(scene.ada.id)
    elsewhere = world.add_guild("elsewhere", owner=scene.grace, with_bot=False)
    world.add_member(elsewhere, scene.ada)
    channel = world.add_channel(elsewhere, "talk")
    message = scene.discord.people.write(scene.grace, channel, ASKED)
    found = await scene.menu(message, FIND)

    await scene.click(found.message, "Post as reply")

    assert any(f"Shared by <@{scene.ada.id}>" in read(m) for m in channel.messages)
