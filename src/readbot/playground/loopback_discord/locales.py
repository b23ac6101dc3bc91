"""Languages that Discord's client can be set to, and which of a command's names it then shows.

Source: https://docs.discord.com/developers/reference#locales
"""

from typing import Any

Json = dict[str, Any]

#: Each locale with its name in its own words.
LOCALES = {
    "en-US": "English, US",
    "en-GB": "English, UK",
    "bg": "български",
    "zh-CN": "中文",
    "zh-TW": "繁體中文",
    "hr": "Hrvatski",
    "cs": "Čeština",
    "da": "Dansk",
    "nl": "Nederlands",
    "fi": "Suomi",
    "fr": "Français",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuviškai",
    "no": "Norsk",
    "pl": "Polski",
    "pt-BR": "Português do Brasil",
    "ro": "Română",
    "ru": "Pусский",
    "es-ES": "Español",
    "es-419": "Español, LATAM",
    "sv-SE": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
}

#: What is shown where a command says nothing in somebody's own language.
_FALLBACKS = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}


def localise(item: Json, key: str, locale: str) -> str:
    """Return the name or description of a command, option or choice as somebody with *locale* sees it."""
    translations = item.get(f"{key}_localizations") or {}
    for each in (locale, _FALLBACKS.get(locale)):
        if each in translations:
            return str(translations[each])
    return str(item.get(key) or "")


def without_translations(item: Any) -> Any:
    """Return commands as Discord lists them unless ``with_localizations`` is asked for.

    Source: https://docs.discord.com/developers/interactions/application-commands#retrieving-localized-commands
    """
    if isinstance(item, list):
        return [without_translations(each) for each in item]
    if not isinstance(item, dict):
        return item
    return {
        key: without_translations(value) if key in {"options", "choices"} else value
        for key, value in item.items()
        if not key.endswith("_localizations")
    }
