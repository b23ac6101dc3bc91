"""What Discord offers while an option is typed, or to pick from: at most 25 choices, told apart by their kinds."""

import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeAlias

from discord import app_commands

from readbot.conversation.form import Lookup
from readbot.conversation.wording import MAX_QUERY_LENGTH
from readbot.language import speaking, tr
from readbot.reading_list import Kind
from readbot.search.results import Completion, CompletionKind
from readbot_discord.answering import Responder
from readbot_discord.callbacks import AnyInteraction

Offer: TypeAlias = list[app_commands.Choice[str]]
Completer: TypeAlias = Callable[[AnyInteraction, str], Coroutine[Any, Any, Offer]]

#: Discord's limits.
MAX_CHOICES = 25
MAX_CHOICE_LENGTH = 100

#: How a section arrives that was picked, not typed.
SECTION_ID = re.compile(r"~[a-z2-7]{6}")
KINDS = [app_commands.Choice(name=kind.value, value=kind.value) for kind in Kind]


def make_section_completer(responder: Responder, *, by_id: bool) -> Completer:
    """Return what completes sections; with *by_id*, see ``to_choices``."""

    async def complete(interaction: AnyInteraction, typed: str) -> Offer:
        found = responder.complete(interaction, typed, what=Lookup.SECTION, limit=MAX_CHOICES)
        with speaking(str(interaction.locale)):
            return to_choices(found, by_id=by_id)

    return complete


def to_choices(completions: Iterable[Completion], *, by_id: bool = False) -> Offer:
    """Return completions as Discord offers them: each says what kind of match it is.

    With *by_id*, a section that is picked arrives as its id, which no other section shares; else
    by its title, which reads well in an answer.
    """
    choices: dict[str, app_commands.Choice[str]] = {}
    for completion in completions:
        is_named_by_id = by_id and completion.section_id
        value = f"~{completion.section_id}" if is_named_by_id else _cut_value(completion.text)
        if value and value not in choices and len(choices) < MAX_CHOICES:
            choices[value] = app_commands.Choice(name=_make_name(completion), value=value)
    return list(choices.values())


def _make_name(completion: Completion) -> str:
    tail = f" — {_name_kind(completion.kind)}"
    if completion.detail:
        tail += f": {completion.detail}"
    tail = tail if len(tail) <= MAX_CHOICE_LENGTH // 2 else tail[: MAX_CHOICE_LENGTH // 2 - 1].rstrip() + "…"
    room = MAX_CHOICE_LENGTH - len(tail)
    words = completion.text
    return (words if len(words) <= room else words[: room - 1].rstrip() + "…") + tail


def _name_kind(kind: CompletionKind) -> str:
    match kind:
        case CompletionKind.TITLE:
            return tr("link")
        case CompletionKind.SECTION:
            return tr("section")
        case CompletionKind.ALIAS:
            return tr("also called")
        case CompletionKind.AUTHOR:
            return tr("author of")
        case CompletionKind.ZONE:
            return tr("time zone")


def _cut_value(words: str) -> str:
    """Cut a long title at a word: its beginning still finds it."""
    words = words.strip()
    if len(words) <= MAX_QUERY_LENGTH:
        return words
    return words[: MAX_QUERY_LENGTH + 1].rsplit(" ", 1)[0][:MAX_QUERY_LENGTH].rstrip()
