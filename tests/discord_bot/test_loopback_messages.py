"""Messages in the loopback: who reads them, what they answer, whom they ping, who deletes them."""

from collections.abc import AsyncIterator, Callable

import discord
import pytest

from readbot.playground.loopback_discord import CannotDoThatError, ChannelType, Permission
from readbot.playground.loopback_discord.model import MessageFlag, Overwrite

from .clients import PlainClient, living_in
from .loopback import Api, Json, messages
from .scenes import Scene, until


@pytest.fixture
async def client(bare: Scene) -> AsyncIterator[PlainClient]:
    async with living_in(bare.discord, PlainClient()) as client:
        yield client


async def hear(client: PlainClient, *, count: int = 1) -> list[discord.Message]:
    await until(lambda: len(client.heard) >= count)
    return client.heard


async def test_without_the_privileged_intent_only_what_concerns_the_bot_is_read(
    bare: Scene, client: PlainClient
) -> None:
    people, bot = bare.discord.people, bare.discord.world.bot

    people.write(bare.ada, bare.channel, "among us")
    people.write(bare.ada, bare.channel, f"<@{bot.id}> sourdough")
    people.write(bare.grace, bare.discord.world.open_dm(bare.grace), "rennet")

    among, mention, direct = await hear(client, count=3)
    assert among.content == ""
    assert mention.content == f"<@{bot.id}> sourdough"
    assert mention.mentions[0].id == bot.id
    assert (direct.content, direct.guild) == ("rennet", None)


async def test_a_reply_to_the_bot_mentions_it_unless_its_author_says_otherwise(
    bare: Scene, client: PlainClient, api: Api
) -> None:
    await api("POST", messages(bare), {"content": "three links"})
    (posted,) = bare.channel.messages

    bare.discord.people.write(bare.ada, bare.channel, "more", replies_to=posted)
    bare.discord.people.write(bare.ada, bare.channel, "hush", replies_to=posted, pings_author=False)

    _, more, hush = await hear(client, count=3)
    assert more.content == "more"
    assert more.type is discord.MessageType.reply
    assert more.reference
    assert isinstance(more.reference.resolved, discord.Message)
    assert more.reference.resolved.content == "three links"
    assert hush.content == ""


async def test_what_the_bot_must_not_read_is_not_read_by_way_of_an_answer(
    bare: Scene, client: PlainClient
) -> None:
    people, bot = bare.discord.people, bare.discord.world.bot
    secret = people.write(bare.ada, bare.channel, "among us")

    people.write(bare.grace, bare.channel, f"<@{bot.id}> look", replies_to=secret)

    _, mention = await hear(client, count=2)
    assert mention.content
    assert mention.reference
    assert isinstance(mention.reference.resolved, discord.Message)
    assert mention.reference.resolved.content == ""


async def test_the_client_answers_a_message_by_a_silent_reply(bare: Scene, client: PlainClient) -> None:
    bot = bare.discord.world.bot
    asked = bare.discord.people.write(bare.ada, bare.channel, f"<@{bot.id}> sourdough")
    (heard,) = await hear(client)

    await heard.reply("here", mention_author=False, silent=True, suppress_embeds=True)

    answer = bare.channel.messages[-1]
    assert answer.replies_to is asked
    assert answer.pings == ()
    assert answer.flags & MessageFlag.SUPPRESS_NOTIFICATIONS
    assert answer.flags & MessageFlag.SUPPRESS_EMBEDS


async def test_a_channel_that_the_bot_does_not_see_is_not_heard_of(bare: Scene, client: PlainClient) -> None:
    hidden = bare.discord.world.add_channel(bare.guild, "secret")
    hidden.overwrites.append(Overwrite(target_id=bare.guild.id, deny=Permission.VIEW_CHANNEL))

    bare.discord.people.write(bare.ada, hidden, "psst")
    bare.discord.people.write(bare.ada, bare.channel, "hello")

    (heard,) = await hear(client)
    assert heard.channel.id == bare.channel.id


async def test_the_client_begins_a_post_in_a_forum_and_hears_of_it(bare: Scene, client: PlainClient) -> None:
    forum = bare.discord.world.add_channel(bare.guild, "books", kind=ChannelType.FORUM, tags=["bread"])
    await until(lambda: client.get_channel(forum.id) is not None)
    known = client.get_channel(forum.id)
    assert isinstance(known, discord.ForumChannel)

    made = await known.create_thread(
        name="This week", content="three links", applied_tags=known.available_tags
    )

    await until(lambda: ("create", made.thread) in client.threads)
    assert made.thread.id == made.message.id
    assert [tag.name for tag in made.thread.applied_tags] == ["bread"]


async def test_the_client_follows_a_thread_from_its_start_to_its_end(
    bare: Scene, client: PlainClient
) -> None:
    known = client.get_channel(bare.channel.id)
    assert isinstance(known, discord.TextChannel)

    thread = await known.create_thread(name="bread", type=discord.ChannelType.public_thread)
    await thread.send("x")
    await thread.edit(archived=True)
    await until(lambda: any(each.archived for what, each in client.threads if what == "update"))
    bare.discord.world.delete_channel(bare.discord.world.channels[thread.id])

    await until(lambda: client.threads[-1][0] == "delete")


async def test_active_threads_come_with_the_server(bare: Scene) -> None:
    forum = bare.discord.world.add_channel(bare.guild, "books", kind=ChannelType.FORUM)
    post = bare.discord.people.start_post(bare.ada, forum, "Bread", "which one?")

    async with living_in(bare.discord, PlainClient()) as client:
        found = client.get_channel(post.id)

    assert isinstance(found, discord.Thread)
    assert found.name == "Bread"


@pytest.mark.parametrize("where", ["in_dm", "in_channel"])
async def test_anothers_message_is_deleted_with_the_permission_to_manage_messages_only(
    bare: Scene, api: Api, where: str
) -> None:
    world = bare.discord.world
    channel = world.open_dm(bare.ada) if where == "in_dm" else bare.channel
    written = bare.discord.people.write(bare.ada, channel, "x")
    path = f"/channels/{channel.id}/messages/{written.id}"

    refused = (await api("DELETE", path))[1]["code"]
    role = world.add_role(bare.guild, "moderators", Permission.MANAGE_MESSAGES)
    bare.guild.members[world.bot.id].roles.append(role)
    again = (await api("DELETE", path))[0]

    assert (refused, again) == ((50003, 403) if where == "in_dm" else (50013, 204))


async def test_anothers_message_cannot_be_edited(bare: Scene, api: Api) -> None:
    written = bare.discord.people.write(bare.ada, bare.channel, "x")

    assert (await api("PATCH", f"{messages(bare)}/{written.id}", {"content": "y"}))[1]["code"] == 50005


@pytest.mark.parametrize(
    ("reference", "status"),
    [
        ({"message_id": "{id}"}, 200),
        ({"message_id": "{id}", "channel_id": "1"}, 400),
        ({"message_id": "1"}, 400),
        ({"message_id": "1", "fail_if_not_exists": False}, 200),
    ],
)
async def test_an_answered_message_has_to_be_there(
    bare: Scene, api: Api, reference: Json, status: int
) -> None:
    written = bare.discord.people.write(bare.ada, bare.channel, "x")
    filled = {
        key: value.format(id=written.id) if isinstance(value, str) else value
        for key, value in reference.items()
    }

    got, body = await api("POST", messages(bare), {"content": "y", "message_reference": filled})

    assert got == status
    assert status == 200 or body["code"] == 50035


async def test_to_answer_takes_the_permission_to_read_what_was_said(bare: Scene, api: Api) -> None:
    written = bare.discord.people.write(bare.ada, bare.channel, "x")
    bare.channel.overwrites.append(Overwrite(target_id=bare.guild.id, deny=Permission.READ_MESSAGE_HISTORY))

    body = {"content": "y", "message_reference": {"message_id": str(written.id)}}

    assert (await api("POST", messages(bare), body))[1]["code"] == 160002


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (None, ["ada", "grace"]),
        ({"parse": []}, []),
        ({"parse": [], "replied_user": True}, ["ada"]),
        ({"parse": ["users"]}, ["grace"]),
        ({"users": ["{grace}"], "replied_user": True}, ["ada", "grace"]),
    ],
)
async def test_an_answer_pings_those_that_are_allowed(
    bare: Scene, api: Api, allowed: Json | None, pinged: list[str]
) -> None:
    written = bare.discord.people.write(bare.ada, bare.channel, "x")
    body: Json = {
        "content": f"<@{bare.grace.id}>",
        "message_reference": {"message_id": str(written.id)},
    }
    if allowed is not None:
        users = [each.format(grace=bare.grace.id) for each in allowed.get("users", [])]
        body["allowed_mentions"] = {**allowed, "users": users}

    _, posted = await api("POST", messages(bare), body)

    assert sorted(user["username"] for user in posted["mentions"]) == pinged


async def test_people_delete_their_own_messages_and_dismiss_private_ones(bare: Scene) -> None:
    people = bare.discord.people
    mine, hers = (people.write(user, bare.channel, "x") for user in (bare.grace, bare.ada))

    people.delete(bare.grace, mine)
    people.delete(bare.ada, hers)

    assert people.visible(bare.ada, bare.channel) == []
    with pytest.raises(CannotDoThatError):
        people.delete(bare.grace, people.write(bare.ada, bare.channel, "y"))


async def test_a_message_is_written_without_a_notification(bare: Scene) -> None:
    silent = bare.discord.people.write(bare.ada, bare.channel, "@silent good night")

    assert silent.content == "good night"
    assert silent.flags & MessageFlag.SUPPRESS_NOTIFICATIONS


@pytest.mark.parametrize(
    "act",
    [
        lambda scene: scene.discord.people.write(scene.grace, scene.channel, "x"),
        lambda scene: scene.discord.people.write(scene.ada, scene.channel, "x" * 2001),
        lambda scene: scene.discord.people.write(scene.ada, scene.channel, ""),
    ],
)
async def test_people_write_what_discord_lets_them(bare: Scene, act: Callable[[Scene], object]) -> None:
    bare.channel.overwrites.append(Overwrite(target_id=bare.guild.id, deny=Permission.SEND_MESSAGES))

    with pytest.raises(CannotDoThatError):
        act(bare)
