"""Names and descriptions of commands in people's own languages, from the catalogue of all answers."""

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation, TranslationContextTypes, locale_str

from readbot.conversation.language import speaking, tr

#: The languages that readbot speaks, as Discord calls them. Latin America's Spanish is shown from Spain's.
_LOCALES = frozenset(
    {discord.Locale.german, discord.Locale.spain_spanish, discord.Locale.french, discord.Locale.japanese}
)
#: Known by these names everywhere: they are what people tell each other to type.
_KEPT = frozenset({"llmread", "readbot", "readbot-curate"})


class CatalogueTranslator(app_commands.Translator):
    """Translates what is marked by ``locale_str``, and nothing that was typed or made."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        message = string.message
        if locale not in _LOCALES or message in _KEPT:
            return None
        with speaking(locale.value):
            said = tr(message)
        if said == message:
            return None
        is_menu = context.location is TranslationContextLocation.command_name and isinstance(
            context.data, app_commands.ContextMenu
        )
        return said.lower() if _is_name(context) and not is_menu else said


def _is_name(context: TranslationContextTypes) -> bool:
    return context.location in {
        TranslationContextLocation.command_name,
        TranslationContextLocation.group_name,
        TranslationContextLocation.parameter_name,
    }
