"""What commands Discord's client offers to whom, in whose language, and what the bot is told of the place."""

from typing import Any

import discord
import pytest
from discord import app_commands
from discord.app_commands import locale_str

from readbot.playground.loopback_discord import CannotDoThatError, Permission, Sight
from readbot.playground.loopback_discord.locales import localise
from readbot.playground.loopback_discord.registry import register_commands
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.playground.loopback_discord.threads import set_archived, start_thread_from

from .clients import PlainClient, living_in
from .loopback import Api, Json, ask
from .scenes import Scene

EVERYWHERE = {"contexts": [0, 1, 2], "integration_types": [0, 1]}


def register(scene: Scene, *commands: Json) -> None:
    """Register commands that nobody answers."""
    scene.discord.people.patience_s = 0.01
    register_commands(scene.discord.world, None, [{"description": "x", **each} for each in commands])


async def test_an_administrators_command_is_offered_to_those_with_its_permission(bare: Scene) -> None:
    register(bare, {"name": "setup", "default_member_permissions": str(Permission.MANAGE_GUILD.value)})
    with pytest.raises(CannotDoThatError):
        await bare.command("setup", by=bare.grace)

    role = bare.discord.world.add_role(bare.guild, "curators", Permission.MANAGE_GUILD)
    bare.guild.members[bare.grace.id].roles.append(role)

    assert await bare.command("setup", by=bare.grace)
    assert await bare.command("setup", by=bare.ada)


async def test_a_command_of_no_permission_is_left_to_administrators(bare: Scene) -> None:
    register(bare, {"name": "setup", "default_member_permissions": "0"})

    assert await bare.command("setup", by=bare.ada)
    with pytest.raises(CannotDoThatError):
        await bare.command("setup", by=bare.grace)


async def test_commands_need_the_permission_to_use_them(bare: Scene) -> None:
    register(bare, {"name": "ask"})
    bare.guild.everyone.permissions &= ~Permission.USE_APPLICATION_COMMANDS

    with pytest.raises(CannotDoThatError):
        await bare.command("ask", by=bare.grace)


async def test_no_command_is_used_in_an_archived_thread(bare: Scene) -> None:
    register(bare, {"name": "ask"})
    written = bare.discord.people.write(bare.ada, bare.channel, "x")
    thread = start_thread_from(bare.discord.world, written, bare.ada, {"name": "x"})
    assert await bare.discord.people.command(bare.ada, thread, "ask")

    set_archived(bare.discord.world, thread, True)

    with pytest.raises(CannotDoThatError):
        await bare.discord.people.command(bare.ada, thread, "ask")


async def describe(scene: Scene, channel: Any) -> tuple[Json, Sight]:
    """Let Ada use a command; return what the bot is told."""
    told: list[Json] = []

    async def answer(interaction: discord.Interaction[Any]) -> None:
        told.append(
            {
                "context": interaction.context.to_array(),
                "guild": interaction.is_guild_integration(),
                "user": interaction.is_user_integration(),
                "may_send": interaction.app_permissions.send_messages,
                "locale": str(interaction.locale),
            }
        )
        await interaction.response.send_message("hello")

    client = PlainClient()
    client.tree.add_command(app_commands.Command(name="ask", description="x", callback=answer))
    async with living_in(scene.discord, client):
        scene.discord.people.patience_s = LAST_RESORT_S
        sight = await scene.discord.people.command(scene.ada, channel, "ask")
    return told[0], sight


async def test_the_bot_is_told_where_it_is_and_who_brought_it(bare: Scene) -> None:
    register(bare, {"name": "ask", **EVERYWHERE})
    world = bare.discord.world
    with pytest.raises(CannotDoThatError):
        await bare.discord.people.command(bare.ada, world.open_private(bare.ada, bare.grace), "ask")
    world.installed_by.add(bare.ada.id)
    elsewhere = world.add_channel(world.add_guild("strangers", owner=bare.ada, with_bot=False), "talk")

    here, _ = await describe(bare, bare.channel)
    direct, _ = await describe(bare, world.open_dm(bare.ada))
    private, _ = await describe(bare, world.open_private(bare.ada, bare.grace))
    outside, _ = await describe(bare, elsewhere)

    assert here == {"context": [0], "guild": True, "user": True, "may_send": True, "locale": "en-GB"}
    assert direct == {**here, "context": [1], "guild": False, "may_send": False}
    assert private == {**here, "context": [2], "guild": False, "may_send": False}
    assert outside == {**here, "guild": False, "may_send": False}


async def test_where_apps_of_ones_own_are_not_allowed_their_answers_are_private(bare: Scene) -> None:
    register(bare, {"name": "ask", **EVERYWHERE})
    world = bare.discord.world
    world.installed_by.add(bare.ada.id)
    guild = world.add_guild("strangers", owner=bare.grace, with_bot=False)
    world.add_member(guild, bare.ada)
    channel = world.add_channel(guild, "talk")
    _, open_answer = await describe(bare, channel)

    guild.everyone.permissions &= ~Permission.USE_EXTERNAL_APPS
    _, hidden_answer = await describe(bare, channel)

    assert not open_answer.is_private
    assert hidden_answer.is_private


async def test_an_app_that_only_a_person_installed_follows_up_five_times(bare: Scene, api: Api) -> None:
    world = bare.discord.world
    world.installed_by.add(bare.ada.id)
    bare.channel = world.open_private(bare.ada, bare.grace)
    callback, webhook = ask(bare)
    await api("POST", callback, {"type": 4, "data": {"content": "x"}})

    answers = [await api("POST", webhook, {"content": "x"}) for _ in range(6)]

    assert [status for status, _ in answers] == [200] * 5 + [400]
    assert answers[-1][1]["code"] == 40094


class German(app_commands.Translator):
    async def translate(
        self, string: locale_str, locale: discord.Locale, _context: app_commands.TranslationContextTypes
    ) -> str | None:
        return (
            {"section": "abschnitt", "Find a section": "Einen Abschnitt finden"}.get(string.message)
            if (locale is discord.Locale.german)
            else None
        )


async def test_people_see_commands_in_their_own_language_and_the_bot_its_own(bare: Scene, api: Api) -> None:
    bare.grace.locale = "de"
    async with living_in(bare.discord, PlainClient()) as client:
        await client.tree.set_translator(German())

        async def find(interaction: discord.Interaction[Any], who: discord.Member) -> None:
            await interaction.response.send_message(f"{who.display_name} {interaction.locale}")

        command = app_commands.Command[Any, Any, Any](
            name=locale_str("section"), description=locale_str("Find a section"), callback=find
        )
        client.tree.add_command(command)
        await client.tree.sync()
        sight = await bare.command("section", by=bare.grace, who=bare.ada)

    (registered,) = bare.discord.world.commands[None]
    path = f"/applications/{bare.discord.world.application_id}/commands"
    (bare_listed,) = (await api("GET", path))[1]
    (listed,) = (await api("GET", path + "?with_localizations=true"))[1]
    assert localise(registered, "name", "de") == "abschnitt"
    assert localise(registered, "description", "de") == "Einen Abschnitt finden"
    assert localise(registered, "name", "fr") == "section"
    assert sight.text == "Ada de"
    assert "name_localizations" not in bare_listed
    assert listed["name_localizations"] == {"de": "abschnitt"}


def test_a_language_has_another_to_fall_back_on() -> None:
    command = {"name": "color", "name_localizations": {"en-GB": "colour", "es-ES": "color-es"}}

    shown = {locale: localise(command, "name", locale) for locale in ("en-US", "en-GB", "es-419", "de")}

    assert shown == {"en-US": "colour", "en-GB": "colour", "es-419": "color-es", "de": "color"}


@pytest.mark.parametrize(
    "translations",
    [
        {"name_localizations": {"xx": "a"}},
        {"name_localizations": {"de": "Groß"}},
        {"name_localizations": {"de": "a" * 33}},
        {"description_localizations": {"de": ""}},
        {"description_localizations": {"de": "a" * 101}},
    ],
)
async def test_a_translation_keeps_the_rules_of_what_it_stands_for(
    bare: Scene, api: Api, translations: Json
) -> None:
    path = f"/applications/{bare.discord.world.application_id}/commands"

    status, refused = await api("PUT", path, [{"name": "a", "description": "x", **translations}])

    assert (status, refused["code"]) == (400, 50035)


async def test_an_option_names_somebody_who_is_there(bare: Scene) -> None:
    register(bare, {"name": "ping", "options": [{"type": 6, "name": "who", "description": "x"}]})

    sight = await bare.command("ping", who=bare.grace)

    resolved = sight.interaction.data["resolved"]
    assert resolved["users"][str(bare.grace.id)]["username"] == "grace"
    assert "permissions" in resolved["members"][str(bare.grace.id)]
    with pytest.raises(CannotDoThatError):
        await bare.command("ping", who="1")
