"""``/readbot-curate``: what only those who look after the list and the server need.

It is a command of its own because Discord hides by permission only whole commands: everybody may use
``/readbot``. By default it shows to people with Manage Server; a server's admins can give it to
others under Server Settings, Integrations. Who may do what is decided by the core each time: a
command or a button can be on somebody's screen for long.
"""

import discord
from discord import app_commands
from discord.app_commands import locale_str

from readbot.conversation.commands import Gaps, Lists, Suggestions, format_command
from readbot_discord.answering import Responder
from readbot_discord.callbacks import AnyInteraction


def make_curate_group(responder: Responder) -> app_commands.Group:
    """Return the group, which there is in servers only: a direct message has nothing to look after."""
    group = app_commands.Group(
        name="readbot-curate",
        description=locale_str("Look after the reading list of this server"),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @group.command(
        name=locale_str("suggestions"), description=locale_str("Links that people suggested, to decide on")
    )
    async def show_suggestions(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(Suggestions()))

    @group.command(
        name=locale_str("gaps"), description=locale_str("What people asked for and the list did not have")
    )
    async def show_gaps(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(Gaps()))

    @group.command(
        name=locale_str("lists"), description=locale_str("Which list this server reads, and the others")
    )
    async def show_lists(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(Lists()))

    return group
