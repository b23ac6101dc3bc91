"""Names and descriptions of commands in people's own languages, from the catalogue of all answers."""

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation, TranslationContextTypes, locale_str

from readbot.language import speaking, tr

#: The languages that readbot speaks, as Discord calls them. Latin America's Spanish is shown from Spain's.
_LOCALES = frozenset(
    {discord.Locale.german, discord.Locale.spain_spanish, discord.Locale.french, discord.Locale.japanese}
)
#: Known by these names everywhere: they are what people tell each other to type.
_KEPT = frozenset({"llmread", "readbot", "readbot-curate"})


def translate_name(name: str) -> str:
    """Return what a command or an option is called in the current language; Discord wants it in lower case."""
    return name if name in _KEPT else tr(name).lower()


class CatalogueTranslator(app_commands.Translator):
    """Translates what is marked by ``locale_str``, and nothing that was typed or made."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        message = string.message
        if locale not in _LOCALES:
            return None
        with speaking(locale.value):
            said = translate_name(message) if _is_typed(context) else tr(message)
        return None if said == message else said


def _is_typed(context: TranslationContextTypes) -> bool:
    """Tell whether it is a name that people type; a message's menu is clicked."""
    if isinstance(context.data, app_commands.ContextMenu):
        return False
    return context.location in {
        TranslationContextLocation.command_name,
        TranslationContextLocation.group_name,
        TranslationContextLocation.parameter_name,
    }
