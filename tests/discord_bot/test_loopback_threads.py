"""Threads and forums in the loopback behave as Discord's."""

from typing import Any

import pytest

from readbot.playground.loopback_discord import Channel, ChannelType, Permission
from readbot.playground.loopback_discord.model import Message, Overwrite
from readbot.playground.loopback_discord.threads import set_archived, set_locked, start_thread_from

from .loopback import Api, Clock, Json, complaints, messages
from .openapi import SPEC
from .scenes import Scene

needs_schema = pytest.mark.skipif(
    not SPEC.exists(), reason="Discord's OpenAPI document is not beside the checkout"
)


@pytest.fixture
def thread(bare: Scene) -> Channel:
    """A public thread that Ada has started from a message of hers."""
    message = bare.discord.people.write(bare.ada, bare.channel, "bread?")
    return start_thread_from(bare.discord.world, message, bare.ada, {"name": "bread"})


@pytest.fixture
def forum(bare: Scene) -> Channel:
    world = bare.discord.world
    return world.add_channel(bare.guild, "books", kind=ChannelType.FORUM, tags=["bread", "cheese"])


def deny(scene: Scene, channel: Channel, permission: Permission) -> None:
    channel.overwrites.append(Overwrite(target_id=scene.guild.id, deny=permission))


async def post(api: Api, channel: Channel, words: str = "x") -> tuple[int, Any]:
    return await api("POST", f"/channels/{channel.id}/messages", {"content": words})


async def begin(api: Api, forum: Channel, **more: Any) -> tuple[int, Any]:
    body = {"name": "This week", "message": {"content": "three links"}, **more}
    return await api("POST", f"/channels/{forum.id}/threads", body)


async def test_a_post_in_a_forum_has_the_id_of_its_first_message(api: Api, forum: Channel) -> None:
    status, made = await begin(api, forum, applied_tags=[str(forum.tags[0].id)])

    assert status == 201
    assert made["id"] == made["message"]["id"] == made["message"]["channel_id"]
    assert (made["type"], made["parent_id"]) == (11, str(forum.id))
    assert made["applied_tags"] == [str(forum.tags[0].id)]
    assert made["message"]["content"] == "three links"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": ""}, 50035),
        ({"name": "n" * 101}, 50035),
        ({"applied_tags": ["1"]}, 50035),
        ({"auto_archive_duration": 61}, 50035),
        ({"message": None}, 50035),
        ({"message": {"content": "x" * 2001}}, 50035),
        ({"message": {}}, 50006),
    ],
)
async def test_a_post_that_does_not_fit_begins_nothing(
    bare: Scene, api: Api, forum: Channel, more: Json, code: int
) -> None:
    status, refused = await begin(api, forum, **more)

    assert (status, refused["code"]) == (400, code)
    assert bare.guild.threads == []


async def test_a_post_has_five_tags_at_most(bare: Scene, api: Api) -> None:
    forum = bare.discord.world.add_channel(
        bare.guild, "books", kind=ChannelType.FORUM, tags=[str(n) for n in range(6)]
    )
    ids = [str(tag.id) for tag in forum.tags]

    assert (await begin(api, forum, applied_tags=ids))[1]["code"] == 50035
    assert (await begin(api, forum, applied_tags=ids[:5]))[0] == 201


async def test_a_forum_can_demand_a_tag(bare: Scene, api: Api) -> None:
    forum = bare.discord.world.add_channel(
        bare.guild, "books", kind=ChannelType.MEDIA, tags=["bread"], needs_tag=True
    )

    assert (await begin(api, forum))[1]["code"] == 40067
    assert (await begin(api, forum, applied_tags=[str(forum.tags[0].id)]))[0] == 201


async def test_a_moderated_tag_needs_the_permission_to_manage_threads(api: Api, forum: Channel) -> None:
    forum.tags[0].moderated = True

    assert (await begin(api, forum, applied_tags=[str(forum.tags[0].id)]))[1]["code"] == 50013


async def test_to_begin_a_post_takes_the_permission_to_send_messages(
    bare: Scene, api: Api, forum: Channel
) -> None:
    deny(bare, forum, Permission.CREATE_PUBLIC_THREADS)
    assert (await begin(api, forum))[0] == 201

    deny(bare, forum, Permission.SEND_MESSAGES)
    status, refused = await begin(api, forum)

    assert (status, refused["code"]) == (403, 50013)


async def test_a_repeated_nonce_begins_another_post(api: Api, forum: Channel) -> None:
    message = {"content": "x", "nonce": "delivery-1", "enforce_nonce": True}

    made = [(await begin(api, forum, message=message))[1]["id"] for _ in range(2)]

    assert len(set(made)) == 2


@pytest.mark.parametrize(
    ("kind", "code"),
    [(ChannelType.FORUM, 40058), (ChannelType.MEDIA, 40058), (ChannelType.CATEGORY, 50008)],
)
async def test_some_channels_take_no_messages(bare: Scene, api: Api, kind: ChannelType, code: int) -> None:
    channel = bare.discord.world.add_channel(bare.guild, "x", kind=kind)

    assert (await post(api, channel))[1]["code"] == code


@pytest.mark.parametrize(
    ("parent", "body", "status"),
    [
        (ChannelType.TEXT, {"name": "x", "type": 11}, 201),
        (ChannelType.TEXT, {"name": "x"}, 201),
        (ChannelType.NEWS, {"name": "x", "type": 10}, 201),
        (ChannelType.NEWS, {"name": "x", "type": 12}, 400),
        (ChannelType.TEXT, {"name": "x", "type": 10}, 400),
        (ChannelType.VOICE, {"name": "x", "type": 11}, 400),
    ],
)
async def test_each_channel_has_its_own_kinds_of_thread(
    bare: Scene, api: Api, parent: ChannelType, body: Json, status: int
) -> None:
    channel = bare.discord.world.add_channel(bare.guild, "x", kind=parent)

    got, made = await api("POST", f"/channels/{channel.id}/threads", body)

    assert got == status
    assert made.get("code", 50024) == 50024


async def test_a_message_has_one_thread_of_its_own_id(bare: Scene, api: Api) -> None:
    _, posted = await api("POST", messages(bare), {"content": "x"})
    path = f"{messages(bare)}/{posted['id']}/threads"

    _, made = await api("POST", path, {"name": "more"})
    _, again = await api("POST", path, {"name": "more"})
    _, read = await api("GET", f"{messages(bare)}/{posted['id']}")

    assert made["id"] == posted["id"]
    assert again["code"] == 160004
    assert read["thread"]["id"] == made["id"]
    assert read["flags"] & 1 << 5


async def test_there_are_no_threads_in_a_direct_message(bare: Scene, api: Api) -> None:
    dm = bare.discord.world.open_dm(bare.ada)

    assert (await api("POST", f"/channels/{dm.id}/threads", {"name": "x"}))[1]["code"] == 50003


async def test_a_post_wakes_an_archived_thread_up(bare: Scene, api: Api, thread: Channel) -> None:
    set_archived(bare.discord.world, thread, True)

    assert (await post(api, thread))[0] == 200
    assert thread.thread
    assert not thread.thread.archived


async def test_a_locked_thread_takes_messages_from_moderators_only(
    bare: Scene, api: Api, thread: Channel
) -> None:
    set_locked(bare.discord.world, thread, True)
    assert (await post(api, thread))[1]["code"] == 160005

    make_moderator(bare)
    assert (await post(api, thread))[0] == 200


async def test_in_an_archived_thread_messages_can_only_be_deleted(
    bare: Scene, api: Api, thread: Channel
) -> None:
    _, posted = await post(api, thread)
    set_archived(bare.discord.world, thread, True)
    path = f"/channels/{thread.id}/messages/{posted['id']}"

    assert (await api("PATCH", path, {"content": "y"}))[1]["code"] == 50083
    assert (await api("DELETE", path))[0] == 204


async def test_a_thread_falls_asleep_when_nothing_happens(
    bare: Scene, api: Api, thread: Channel, clock: Clock
) -> None:
    await post(api, thread)
    clock.now += 23 * 3600
    assert not (await api("GET", f"/channels/{thread.id}"))[1]["thread_metadata"]["archived"]

    clock.now += 3600
    assert (await api("GET", f"/channels/{thread.id}"))[1]["thread_metadata"]["archived"]


async def test_a_thread_has_the_permissions_of_its_channel(bare: Scene, api: Api, thread: Channel) -> None:
    deny(bare, bare.channel, Permission.SEND_MESSAGES)
    assert (await post(api, thread))[0] == 200

    deny(bare, bare.channel, Permission.SEND_MESSAGES_IN_THREADS)
    assert (await post(api, thread))[1]["code"] == 50013

    deny(bare, bare.channel, Permission.VIEW_CHANNEL)
    assert (await post(api, thread))[1]["code"] == 50001


async def test_a_private_thread_is_seen_by_its_members_and_moderators(
    bare: Scene, api: Api, thread: Channel
) -> None:
    assert thread.thread is not None
    thread.thread.is_private = True
    assert (await post(api, thread))[1]["code"] == 50001

    make_moderator(bare)
    assert (await post(api, thread))[0] == 200


async def test_active_threads_are_listed_with_what_the_bot_is_in(
    bare: Scene, api: Api, thread: Channel, forum: Channel
) -> None:
    _, made = await begin(api, forum)
    path = f"/guilds/{bare.guild.id}/threads/active"

    _, listed = await api("GET", path)
    set_archived(bare.discord.world, thread, True)
    _, later = await api("GET", path)
    _, archived = await api("GET", f"/channels/{bare.channel.id}/threads/archived/public")

    assert [each["id"] for each in listed["threads"]] == [made["id"], str(thread.id)]
    assert [each["id"] for each in listed["members"]] == [made["id"]]
    assert [each["id"] for each in later["threads"]] == [made["id"]]
    assert [each["id"] for each in archived["threads"]] == [str(thread.id)]


async def test_whoever_writes_in_a_thread_is_in_it(bare: Scene, api: Api, thread: Channel) -> None:
    await post(api, thread)
    bare.discord.people.write(bare.grace, thread, "here")

    assert thread.thread
    assert thread.thread.member_ids == {bare.ada.id, bare.grace.id, bare.discord.world.bot.id}


async def test_the_starter_of_a_thread_may_archive_it_and_not_lock_it(
    bare: Scene, api: Api, forum: Channel, thread: Channel
) -> None:
    _, made = await begin(api, forum)

    _, archived = await api("PATCH", f"/channels/{made['id']}", {"archived": True})

    assert archived["thread_metadata"]["archived"]
    assert (await api("PATCH", f"/channels/{made['id']}", {"locked": True}))[1]["code"] == 50013
    assert (await api("PATCH", f"/channels/{thread.id}", {"archived": True}))[1]["code"] == 50013


async def test_a_deleted_channel_takes_its_threads_along(bare: Scene, api: Api, thread: Channel) -> None:
    bare.discord.world.delete_channel(bare.channel)

    assert (await post(api, thread))[1]["code"] == 10003


@needs_schema
async def test_every_answer_about_threads_fits_discords_own_schema(
    bare: Scene, api: Api, thread: Channel, forum: Channel
) -> None:
    first: Message = bare.channel.messages[0]
    _, made = await begin(api, forum, applied_tags=[str(forum.tags[0].id)])
    await post(api, thread)
    await api("POST", f"/channels/{bare.channel.id}/threads", {"name": "private"})
    await api("PUT", f"/channels/{thread.id}/thread-members/@me")
    await api("PATCH", f"/channels/{made['id']}", {"archived": True})
    for path in (
        f"/channels/{forum.id}",
        f"/channels/{thread.id}",
        f"/channels/{bare.channel.id}/messages/{first.id}",
        f"/channels/{forum.id}/threads/archived/public",
        f"/guilds/{bare.guild.id}/threads/active",
        f"/guilds/{bare.guild.id}/channels",
    ):
        assert (await api("GET", path))[0] == 200
    await api("DELETE", f"/channels/{made['id']}")

    assert complaints(bare) == []


def make_moderator(scene: Scene) -> None:
    world = scene.discord.world
    role = world.add_role(scene.guild, "moderators", Permission.MANAGE_THREADS)
    scene.guild.members[world.bot.id].roles.append(role)
