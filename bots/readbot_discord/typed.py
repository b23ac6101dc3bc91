"""How a command of readbot's own language is typed on Discord."""

from readbot.conversation.commands import (
    Digest,
    ListSections,
    Search,
    Share,
    ShowHelp,
    ShowLink,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    format_command,
    parse_command,
)


def name_command(text: str) -> str:
    """Return the slash command behind *text*, without what is filled in: "/readbot section"."""
    return " ".join(word for word in as_typed(text).split() if ":" not in word)


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
        case Digest(words):
            return f"/readbot digest {words}".rstrip()
        case Search(query):
            return f"/llmread query:{query}"
        case Share(inner):
            typed = as_typed(format_command(inner))
            return f"{typed} share:True" if isinstance(inner, Search) else typed
        case ShowLink() as command:
            return f"/llmread query:{format_command(command)}"
