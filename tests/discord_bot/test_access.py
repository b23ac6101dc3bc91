"""What the bot may do where, worked out from what REST tells."""

from typing import Any

import pytest
from discord import Permissions
from hypothesis import given
from hypothesis import strategies as st

from readbot.playground.loopback_discord import Permission, World, payloads
from readbot.playground.loopback_discord.model import Overwrite
from readbot_discord.access import describe_obstacle, resolve_permissions

_BITS = (
    Permission.VIEW_CHANNEL,
    Permission.SEND_MESSAGES,
    Permission.READ_MESSAGE_HISTORY,
    Permission.SEND_MESSAGES_IN_THREADS,
)
_masks = st.sets(st.sampled_from(_BITS)).map(sum)
_role_masks = st.one_of(_masks, st.just(int(Permission.ADMINISTRATOR)))


@given(data=st.data())
def test_it_agrees_with_the_loopback_about_any_roles_and_overwrites(data: st.DataObject) -> None:
    """Two implementations of Discord's rules, written apart from each other."""
    world = World()
    owner = world.add_user("owner")
    guild = world.add_guild("readers", owner=owner)
    guild.everyone.permissions = data.draw(_masks)
    roles = [world.add_role(guild, f"role {n}", data.draw(_role_masks)) for n in range(3)]
    member = world.add_member(guild, world.bot, *(role for role in roles if data.draw(st.booleans())))
    channel = world.add_channel(guild, "papers")
    targets = [(guild.id, False), *((role.id, False) for role in roles), (world.bot.id, True)]
    for target_id, is_member in targets:
        allow, deny = data.draw(_masks), data.draw(_masks)
        channel.overwrites.append(Overwrite(target_id=target_id, is_member=is_member, allow=allow, deny=deny))

    found = resolve_permissions(payloads.guild(guild), payloads.member(member), payloads.channel(channel))

    expected = world.permissions(world.bot, channel)
    assert [bool(found.value & bit) for bit in _BITS] == [bool(expected & bit) for bit in _BITS]


_ALL = Permissions(view_channel=True, send_messages=True, send_messages_in_threads=True)


@pytest.mark.parametrize(
    ("channel", "permissions", "said"),
    [
        ({"type": 0}, _ALL, ""),
        ({"type": 5}, _ALL, ""),
        # The chat of a voice channel.
        ({"type": 2}, _ALL, ""),
        ({"type": 15}, _ALL, ""),
        ({"type": 16}, _ALL, ""),
        ({"type": 15}, Permissions(view_channel=True), "I lack Create Posts."),
        ({"type": 15, "flags": 16, "available_tags": []}, _ALL, "call it Reading"),
        ({"type": 15, "flags": 16, "available_tags": [{"id": "1", "name": "Papers"}]}, _ALL, ""),
        ({"type": 15, "flags": 16, "available_tags": [{"id": "1", "name": "Cats"}]}, _ALL, "call it Reading"),
        ({"type": 4}, _ALL, "no channel for messages"),
        ({"type": 0}, Permissions(view_channel=True), "I lack Send Messages."),
        ({"type": 0}, Permissions(), "I lack View Channel and Send Messages."),
        # A thread has a permission of its own.
        ({"type": 11}, Permissions(view_channel=True, send_messages_in_threads=True), ""),
        ({"type": 11}, Permissions(view_channel=True, send_messages=True), "Send Messages in Threads"),
        ({"type": 11, "thread_metadata": {"locked": True}}, _ALL, "thread is locked"),
        # Moderators write there all the same.
        (
            {"type": 11, "thread_metadata": {"locked": True}},
            _ALL | Permissions(manage_threads=True),
            "",
        ),
        # An archived one opens by itself when something is posted.
        ({"type": 11, "thread_metadata": {"archived": True, "locked": False}}, _ALL, ""),
    ],
)
def test_an_obstacle_is_named_with_its_mending(
    channel: dict[str, Any], permissions: Permissions, said: str
) -> None:
    obstacle = describe_obstacle(channel, permissions, {"roles": []})

    assert said in obstacle
    assert bool(said) == bool(obstacle)
