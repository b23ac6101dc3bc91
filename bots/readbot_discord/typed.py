"""How a command of readbot's own language is typed on Discord."""

import re

from readbot.conversation.commands import (
    DESK_WORDS,
    AtDesk,
    Digest,
    Gaps,
    Lists,
    ListSections,
    Privacy,
    Search,
    Share,
    ShowHelp,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    Suggest,
    Suggestions,
    format_command,
    parse_command,
)
from readbot.digests.wish import DigestWish, parse_wish
from readbot.exceptions import DigestError
from readbot.language import tr
from readbot_discord.translating import translate_name

#: Where the first option begins, with its name and a colon.
_OPTION = re.compile(r" \w+:")


def name_command(text: str) -> str:
    """Return the slash command behind *text*, without what is filled in: "/readbot section"."""
    return _OPTION.split(as_typed(text), maxsplit=1)[0]


def as_typed(text: str) -> str:
    """Return what a person types for *text*: "help" is ``/readbot help``, in German ``/readbot hilfe``.

    A Discord command with sub-commands cannot be called by itself, so ``/llmread`` asks, and the
    rest stands under ``/readbot``. People are offered names in their own language, so these are shown.
    """
    match parse_command(text):
        case ShowMenu():
            return _typed("llmread")
        case ShowHelp():
            return _typed("readbot", "help")
        case ListSections():
            return _typed("readbot", "sections")
        case ShowSection(name):
            return _typed("readbot", "section", name=name)
        case ShowRandom(section):
            return _typed("readbot", "random", section=section or "")
        case ShowNew():
            return _typed("readbot", "new")
        case Search(query):
            return _typed("llmread", query=query)
        case Share(Search(query)):
            return _typed("llmread", query=query, share="True")
        case Share(inner):
            return as_typed(format_command(inner))
        case AtDesk() as command:
            return _desk_as_typed(command)
        case command:
            return _typed("llmread", query=format_command(command))


def _typed(*path: str, **options: str) -> str:
    """Return a command with the options that are filled in, all called as the reader's client calls them."""
    filled = (f"{translate_name(name)}:{value}" for name, value in options.items() if value)
    return " ".join(["/" + " ".join(map(translate_name, path)), *filled])


def _desk_as_typed(command: AtDesk) -> str:
    match command:
        case Digest(words):
            return _digest_as_typed(words)
        case Suggest(words):
            url, _, title = words.partition(" ")
            return _typed("readbot", "suggest", address=url, title=title)
        case Suggestions() | Gaps() | Lists():
            # The command shows what there is; what stands behind the word is done by clicks from there.
            return _typed("readbot-curate", DESK_WORDS[type(command)])
        case Privacy():
            return _typed("readbot", "privacy")
        case _:
            return f"/readbot {format_command(command)}"


def _digest_as_typed(words: str) -> str:
    """Return ``/readbot digest`` with its verb; on Discord, a schedule is filled into options."""
    verb, _, rest = words.partition(" ")
    # A sub-command group cannot be called by itself.
    path = ("readbot", "digest", verb.lower() or "status")
    if verb.lower() == "on" and rest:
        try:
            return _typed(*path, **_to_options(parse_wish(rest)))
        except DigestError:
            pass
    return " ".join([_typed(*path), *rest.split()])


def _to_options(wish: DigestWish) -> dict[str, str]:
    """Return a wish as the options of ``/readbot digest on``, by name; empty where nothing was said."""
    day = wish.day if wish.day is not None else wish.nth
    return {
        "cadence": tr(wish.cadence) if wish.cadence else "",
        "weekday": "" if wish.weekday is None else tr(wish.weekday.label),
        "day_of_month": str(day) if day is not None and day > 0 else "",
        "time": "" if wish.at is None else f"{wish.at:%H:%M}",
        "zone": wish.timezone or "",
        "section": wish.section or "",
        "kind": wish.kind or "",
        "links": str(wish.links or ""),
        "changes": "" if wish.tells_changes is None else str(wish.tells_changes),
        "silent": "" if wish.is_silent is None else str(wish.is_silent),
    }
