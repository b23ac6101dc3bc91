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

#: Where the first option begins, with its name and a colon.
_OPTION = re.compile(r" [a-z_]+:")


def name_command(text: str) -> str:
    """Return the slash command behind *text*, without what is filled in: "/readbot section"."""
    return _OPTION.split(as_typed(text), maxsplit=1)[0]


def as_typed(text: str) -> str:
    """Return what a person types for *text*: "help" is ``/readbot help``.

    A Discord command with sub-commands cannot be called by itself, so ``/llmread`` asks, and the
    rest stands under ``/readbot``.
    """
    match parse_command(text):
        case ShowMenu():
            return "/llmread"
        case ShowHelp():
            return "/readbot help"
        case ListSections():
            return "/readbot sections"
        case ShowSection(name):
            return f"/readbot section name:{name}"
        case ShowRandom(section):
            return f"/readbot random section:{section}" if section else "/readbot random"
        case ShowNew():
            return "/readbot new"
        case Search(query):
            return f"/llmread query:{query}"
        case Share(inner):
            typed = as_typed(format_command(inner))
            return f"{typed} share:True" if isinstance(inner, Search) else typed
        case AtDesk() as command:
            return _desk_as_typed(command)
        case command:
            return f"/llmread query:{format_command(command)}"


def _desk_as_typed(command: AtDesk) -> str:
    match command:
        case Digest(words):
            return f"/readbot digest {_digest_as_typed(words)}"
        case Suggest(words):
            url, _, title = words.partition(" ")
            filled = (f"{name}:{value}" for name, value in (("address", url), ("title", title)) if value)
            return " ".join(["/readbot suggest", *filled])
        case Suggestions() | Gaps() | Lists():
            # The command shows what there is; what stands behind the word is done by clicks from there.
            return f"/readbot-curate {DESK_WORDS[type(command)]}"
        case Privacy():
            return "/readbot privacy"
        case _:
            return f"/readbot {format_command(command)}"


def _digest_as_typed(words: str) -> str:
    """Return what stands behind ``/readbot digest``: on Discord, a schedule is filled into options."""
    verb, _, rest = words.partition(" ")
    if verb.lower() != "on" or not rest:
        # A sub-command group cannot be called by itself.
        return words or "status"
    try:
        options = _to_options(parse_wish(rest))
    except DigestError:
        return words
    return " ".join(["on", *(f"{name}:{value}" for name, value in options.items() if value)])


def _to_options(wish: DigestWish) -> dict[str, str]:
    """Return a wish as the options of ``/readbot digest on``, by name; empty where nothing was said."""
    day = wish.day if wish.day is not None else wish.nth
    return {
        "cadence": wish.cadence or "",
        "weekday": "" if wish.weekday is None else wish.weekday.label,
        "day_of_month": str(day) if day is not None and day > 0 else "",
        "time": "" if wish.at is None else f"{wish.at:%H:%M}",
        "zone": wish.timezone or "",
        "section": wish.section or "",
        "kind": wish.kind or "",
        "links": str(wish.links or ""),
        "changes": "" if wish.tells_changes is None else str(wish.tells_changes),
        "silent": "" if wish.is_silent is None else str(wish.is_silent),
    }
