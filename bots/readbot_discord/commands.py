"""The slash commands: ``/llmread`` asks, ``/readbot`` does the rest.

They only put what a person filled in into a text of readbot's command language.
"""

import re
from collections.abc import Iterable
from typing import Any

from discord import app_commands

from readbot.conversation.commands import (
    Command,
    ListSections,
    Search,
    Share,
    ShowHelp,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    format_command,
)
from readbot.conversation.form import Lookup
from readbot.conversation.wording import MAX_QUERY_LENGTH
from readbot.reading_list import Kind
from readbot.search.results import Completion, CompletionKind
from readbot_discord.answering import Responder
from readbot_discord.callbacks import AnyInteraction
from readbot_discord.digest_commands import MAX_CHOICES, Completer, Offer, make_digest_group

MAX_CHOICE_LENGTH = 100

_SECTION_ID = re.compile(r"~[a-z2-7]{6}")
_KIND_WORDS = {
    CompletionKind.TITLE: "link",
    CompletionKind.SECTION: "section",
    CompletionKind.ALIAS: "also called",
    CompletionKind.AUTHOR: "author of",
    CompletionKind.ZONE: "time zone",
}
_KINDS = [app_commands.Choice(name=kind.value, value=kind.value) for kind in Kind]

_Query = app_commands.Range[str, 1, MAX_QUERY_LENGTH]
_SectionName = app_commands.Range[str, 1, MAX_QUERY_LENGTH]


def make_ask_command(query: str, section: str | None, kind: str | None) -> Command:
    """Return what ``/llmread`` with these options means; with none of them, the menu."""
    if not query and not kind:
        return ShowSection(section) if section else ShowMenu()
    filters = [f"section:{_as_filter(section)}"] if section else []
    filters += [f"kind:{kind}"] if kind else []
    words = " ".join([query, *filters] if query else filters)
    # What is too long for a button loses its end: then rather words of the query than a filter.
    return Search(words if len(words) <= MAX_QUERY_LENGTH else " ".join([*filters, query]))


def _as_filter(section: str) -> str:
    """Return a section for a query's filter: its id, or its name in quotes."""
    if _SECTION_ID.fullmatch(section):
        return section
    return '"' + section.replace('"', " ").strip() + '"'


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
    tail = f" — {_KIND_WORDS[completion.kind]}"
    if completion.detail:
        tail += f": {completion.detail}"
    tail = tail if len(tail) <= MAX_CHOICE_LENGTH // 2 else tail[: MAX_CHOICE_LENGTH // 2 - 1].rstrip() + "…"
    room = MAX_CHOICE_LENGTH - len(tail)
    words = completion.text
    return (words if len(words) <= room else words[: room - 1].rstrip() + "…") + tail


def _cut_value(words: str) -> str:
    """Cut a long title at a word: its beginning still finds it."""
    words = words.strip()
    if len(words) <= MAX_QUERY_LENGTH:
        return words
    return words[: MAX_QUERY_LENGTH + 1].rsplit(" ", 1)[0][:MAX_QUERY_LENGTH].rstrip()


def make_commands(responder: Responder) -> list[app_commands.Command[Any, ..., None] | app_commands.Group]:
    """Return every command there is, answered by *responder*."""
    return [_make_llmread(responder), _make_readbot(responder)]


def _make_llmread(responder: Responder) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="llmread", description="Find something to read, on any topic of the list")
    @app_commands.describe(
        query="What about? Typos and other words for the same thing are fine",
        section="Only in this section",
        kind="Only this kind",
        share="Show the answer to everybody here",
    )
    @app_commands.choices(kind=_KINDS)
    async def llmread(
        interaction: AnyInteraction,
        query: _Query | None = None,
        section: _SectionName | None = None,
        kind: app_commands.Choice[str] | None = None,
        share: bool = False,
    ) -> None:
        wanted = make_ask_command(query or "", section, kind.value if kind else None)
        await responder.answer(interaction, format_command(Share(wanted) if share else wanted))

    @llmread.autocomplete("query")
    async def complete_query(interaction: AnyInteraction, typed: str) -> Offer:
        return to_choices(responder.complete(interaction, typed, limit=MAX_CHOICES))

    llmread.autocomplete("section")(_make_section_completer(responder, by_id=False))
    return llmread


def _make_readbot(responder: Responder) -> app_commands.Group:
    group = app_commands.Group(
        name="readbot", description="Browse the reading list, set up a digest, get help"
    )
    complete_section = _make_section_completer(responder, by_id=True)

    @group.command(name="help", description="How to ask")
    async def show_help(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(ShowHelp()))

    @group.command(name="sections", description="All sections of the list")
    async def list_sections(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(ListSections()))

    @group.command(name="section", description="The links of one section")
    @app_commands.describe(name="Which section? Pick one, or type a part of its name")
    @app_commands.autocomplete(name=complete_section)
    async def show_section(interaction: AnyInteraction, name: _SectionName) -> None:
        await responder.answer(interaction, format_command(ShowSection(name)))

    @group.command(name="random", description="A link picked by chance")
    @app_commands.describe(section="Only from this section")
    @app_commands.autocomplete(section=complete_section)
    async def show_random(interaction: AnyInteraction, section: _SectionName | None = None) -> None:
        await responder.answer(interaction, format_command(ShowRandom(section or "")))

    @group.command(name="new", description="What came onto the list last")
    async def show_new(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(ShowNew()))

    make_digest_group(responder, group, complete_section)
    return group


def _make_section_completer(responder: Responder, *, by_id: bool) -> Completer:
    async def complete(interaction: AnyInteraction, typed: str) -> Offer:
        found = responder.complete(interaction, typed, what=Lookup.SECTION, limit=MAX_CHOICES)
        return to_choices(found, by_id=by_id)

    return complete
