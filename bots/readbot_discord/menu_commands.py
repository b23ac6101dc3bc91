"""Commands in a message's own menu (right-click, Apps): what to read about it, and whether it is known."""

import discord
from discord import app_commands
from discord.app_commands import locale_str

from readbot.conversation.commands import OnList, ReadingFor, format_command
from readbot.conversation.language import say
from readbot.language import speaking
from readbot_discord.answering import Responder
from readbot_discord.callbacks import AnyInteraction
from readbot_discord.custom_ids import Aim
from readbot_discord.message_words import message_words


def make_menu_commands(responder: Responder) -> list[app_commands.ContextMenu]:
    """Return the commands on a message; their answers can be posted as a reply to it."""

    async def find_reading(interaction: AnyInteraction, message: discord.Message) -> None:
        words = message_words(message)
        if words:
            await responder.answer(interaction, format_command(ReadingFor(words)), aim=_about(message))
            return
        with speaking(str(interaction.locale)):
            await responder.decline(interaction, say("That message has no words that I could go by."))

    async def look_up(interaction: AnyInteraction, message: discord.Message) -> None:
        wanted = format_command(OnList(message_words(message)))
        await responder.answer(interaction, wanted, aim=_about(message))

    return [
        app_commands.ContextMenu(name=locale_str("Find reading for this"), callback=find_reading),
        app_commands.ContextMenu(name=locale_str("Is this on the list?"), callback=look_up),
    ]


def _about(message: discord.Message) -> Aim:
    return Aim(message_id=str(message.id))
