"""People in the loopback can do what Discord's client lets them, and see what it shows."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket

from readbot.playground.capture import Capture
from readbot.playground.loopback_discord import NO_ANSWER, CannotDoThatError, LoopbackDiscord, Permission
from readbot.playground.loopback_discord.model import Change, Overwrite
from readbot.playground.loopback_discord.permissions import ALL_PERMISSIONS
from readbot.playground.loopback_discord.registry import register_commands
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot_discord.client import use_api

from .scenes import Scene, make_scene

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "ask",
        "description": "x",
        "contexts": [0],
        "options": [
            {"type": 3, "name": "query", "description": "x", "required": True, "max_length": 5},
            {"type": 3, "name": "kind", "description": "x", "choices": [{"name": "a", "value": "a"}]},
        ],
    },
    {
        "name": "group",
        "description": "x",
        "options": [{"type": 1, "name": "one", "description": "x", "options": []}],
    },
]


@pytest.fixture
async def bare() -> AsyncIterator[Scene]:
    """A scene with commands that nobody answers."""
    async with LoopbackDiscord(capture=Capture("discord", None)) as discord:
        discord.people.patience_s = 0.01
        register_commands(discord.world, None, COMMANDS)
        yield make_scene(discord)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("nothing", {}),
        ("group", {}),
        ("group two", {}),
        ("ask", {}),
        ("ask", {"query": "123456"}),
        ("ask", {"query": "a", "kind": "b"}),
        ("ask", {"query": "a", "unknown": "b"}),
    ],
)
async def test_the_client_does_not_send_what_is_not_offered(bare: Scene, name: str, options: Any) -> None:
    with pytest.raises(CannotDoThatError):
        await bare.command(name, **options)


async def test_a_command_is_offered_only_where_its_contexts_say(bare: Scene) -> None:
    dm = bare.discord.world.open_dm(bare.ada)

    with pytest.raises(CannotDoThatError):
        await bare.discord.people.command(bare.ada, dm, "ask", query="a")


async def test_without_an_answer_the_person_is_told_so(bare: Scene) -> None:
    assert (await bare.command("ask", query="a")).text == NO_ANSWER


async def test_an_outsider_cannot_act_in_a_server(bare: Scene) -> None:
    with pytest.raises(CannotDoThatError):
        await bare.command("ask", query="a", by=bare.discord.world.add_user("eve"))


class Modalist(discord.Client):
    """A bot with a context menu that opens a form, and says what was filled in."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(app_commands.ContextMenu(name="Ask about this", callback=self._ask))

    async def _ask(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        modal = ui.Modal(title="Ask", custom_id="ask")
        field: ui.TextInput[ui.Modal] = ui.TextInput(custom_id="words", default=message.content)
        modal.add_item(ui.Label(text="What about it?", component=field))

        async def answer(submitted: discord.Interaction[Any]) -> None:
            await submitted.response.send_message(f"asked: {field.value}", ephemeral=True)

        modal.on_submit = answer  # type: ignore[method-assign]
        await interaction.response.send_modal(modal)


async def test_a_context_menu_opens_a_form_that_can_be_sent(bare: Scene) -> None:
    server = bare.discord
    server.people.patience_s = LAST_RESORT_S
    use_api(server.api_url)
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    async with Modalist() as client:
        running = asyncio.create_task(client.start(server.token))
        await server.until(lambda: bool(server.gateway.connected))
        await client.tree.sync()
        written = server.people.write(bare.grace, bare.channel, "how does attention work?")

        opened = await server.people.menu_command(bare.ada, written, "Ask about this")
        assert opened.modal is not None
        assert opened.modal["title"] == "Ask"
        sent = await server.people.submit(bare.ada, opened, words="attention")

        assert sent.text == "asked: attention"
        assert sent.is_private
        await client.close()
        await running


async def test_observers_hear_of_changes_until_they_stop(bare: Scene) -> None:
    heard: list[Change] = []
    forget = bare.discord.world.observe(heard.append)
    bare.discord.people.write(bare.ada, bare.channel, "hello")
    forget()
    bare.discord.people.write(bare.ada, bare.channel, "again")

    assert [change.what for change in heard] == ["message"]


async def test_permissions_come_from_roles_and_overwrites(bare: Scene) -> None:
    world, guild, channel = bare.discord.world, bare.guild, bare.channel
    grace = guild.members[bare.grace.id]
    role = world.add_role(guild, "curators", Permission.MANAGE_GUILD)

    def may(permission: Permission) -> bool:
        return bool(world.permissions(bare.grace, channel) & permission)

    assert world.permissions(bare.ada, channel) == ALL_PERMISSIONS
    assert not may(Permission.MANAGE_GUILD)
    grace.roles.append(role)
    assert may(Permission.MANAGE_GUILD)
    channel.overwrites.append(Overwrite(target_id=guild.id, deny=Permission.SEND_MESSAGES))
    assert not may(Permission.SEND_MESSAGES)
    channel.overwrites.append(Overwrite(target_id=role.id, allow=Permission.SEND_MESSAGES))
    assert may(Permission.SEND_MESSAGES)
    channel.overwrites.append(
        Overwrite(target_id=bare.grace.id, is_member=True, deny=Permission.SEND_MESSAGES)
    )
    assert not may(Permission.SEND_MESSAGES)
