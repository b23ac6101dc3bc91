"""A chat in the terminal with the very bot that answers in Slack and Discord."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from rich.console import Console
from rich.markup import escape

from readbot.conversation.bot import Bot
from readbot.conversation.request import Reader, Request
from readbot.terminal import print_reply

_COMMANDS = {
    "help": "how to ask",
    "sections": "all sections",
    "section": "the links of one section",
    "random": "one link by chance",
    "new": "the latest links",
}
_SLASHES = ("/llmread", "/readbot")
_FAREWELLS = {"exit", "quit", "bye", "/exit", "/quit"}
_READER = Reader(id="you", name="you", is_manager=True)


def chat(bot: Bot, *, console: Console, history_path: Path | None = None) -> None:
    """Answer line by line until the input ends: typed at a prompt, or piped in."""
    lines = _typed_lines(bot, history_path) if sys.stdin.isatty() else _piped_lines()
    if sys.stdin.isatty():
        console.print(
            f"[bold]readbot[/bold] · {escape(bot.libraries.default.summary)}\n"
            "Type [cyan]/llmread fine-tuning[/cyan], a number to press a button, Tab to complete, "
            "Ctrl-D to leave. [cyan]/llmread help[/cyan] tells the rest.",
            highlight=False,
        )
    buttons: list[str] = []
    for line in lines:
        if line.lower() in _FAREWELLS:
            break
        buttons = _answer(bot, console, line, buttons)


def _answer(bot: Bot, console: Console, line: str, buttons: list[str]) -> list[str]:
    """Print the answer to *line* and return the commands of its buttons."""
    if line.isdecimal() and buttons:
        if not 1 <= int(line) <= len(buttons):
            console.print(f"There are buttons 1 to {len(buttons)}.", highlight=False)
            return buttons
        text = buttons[int(line) - 1]
    else:
        text = _strip_slash(line)
    reply = bot.handle(
        Request(
            text=text, platform="terminal", workspace_id="terminal", channel_id="terminal", reader=_READER
        )
    )
    if reply.public:
        console.print("(in Slack or Discord, the whole channel sees this)", style="dim", highlight=False)
    commands = print_reply(console, reply)
    console.print()
    return commands


def _strip_slash(line: str) -> str:
    word, _, rest = line.partition(" ")
    return rest.strip() if word.lower() in _SLASHES else line


def _piped_lines() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _typed_lines(bot: Bot, history_path: Path | None) -> Iterator[str]:
    history: History = InMemoryHistory()
    if history_path is not None:
        history_path.parent.mkdir(parents=True, exist_ok=True)
        history = FileHistory(str(history_path))
    session: PromptSession[str] = PromptSession(
        history=history, completer=_ChatCompleter(bot), complete_while_typing=False
    )
    while True:
        try:
            line = session.prompt("> ").strip()
        except KeyboardInterrupt:
            continue  # Ctrl-C drops the line, as in every shell.
        except EOFError:
            return
        if line:
            yield line


class _ChatCompleter(Completer):
    """Completes the slash command, then its verbs, then what is on the list."""

    def __init__(self, bot: Bot) -> None:
        self._index = bot.libraries.default.index

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        line = document.text_before_cursor
        if line.startswith("/") and " " not in line:
            yield from (Completion(f"{name} ", -len(line)) for name in _SLASHES if name.startswith(line))
            return
        text = _strip_slash(line) if line.startswith("/") else line
        verb, _, rest = text.partition(" ")
        if verb in {"section", "random"} and " " in text:
            for found in self._index.complete_section(rest, limit=20):
                yield Completion(found.text, -len(rest), display_meta=found.detail)
            return
        for name, meaning in _COMMANDS.items():
            if name.startswith(text):
                yield Completion(name, -len(text), display_meta=meaning)
        for found in self._index.complete(text, limit=20):
            yield Completion(found.text, -len(text), display_meta=found.detail)
