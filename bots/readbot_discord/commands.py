"""The slash commands: ``/llmread`` asks, ``/readbot`` does the rest.

They only put what a person filled in into a text of readbot's command language.
"""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from readbot.conversation.commands import (
    Command,
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
    format_command,
    parse_command,
)
from readbot.conversation.language import say
from readbot.conversation.reply import Text, bold
from readbot.conversation.wording import MAX_QUERY_LENGTH
from readbot.language import speaking
from readbot_discord.answering import Responder
from readbot_discord.callbacks import AnyInteraction
from readbot_discord.completing import (
    KINDS,
    MAX_CHOICES,
    SECTION_ID,
    Offer,
    make_section_completer,
    to_choices,
)
from readbot_discord.curation_commands import make_curate_group
from readbot_discord.digest_commands import make_digest_group
from readbot_discord.menu_commands import make_menu_commands
from readbot_discord.translating import translate_name

_Query = app_commands.Range[str, 1, MAX_QUERY_LENGTH]
_SectionName = app_commands.Range[str, 1, MAX_QUERY_LENGTH]
_Url = app_commands.Range[str, 1, 2000]
_Title = app_commands.Range[str, 1, 200]


def make_ask_command(query: str, section: str | None, kind: str | None) -> Command:
    """Return what ``/llmread`` with these options means; with none of them, the menu."""
    if not query and not kind:
        return ShowSection(section) if section else ShowMenu()
    filters = [f"section:{_as_filter(section)}"] if section else []
    filters += [f"kind:{kind}"] if kind else []
    words = " ".join([query, *filters] if query else filters)
    # What is too long for a button loses its end: then rather words of the query than a filter.
    return Search(words if len(words) <= MAX_QUERY_LENGTH else " ".join([*filters, query]))


def make_suggest_command(url: str, title: str) -> str:
    """Return what ``/readbot suggest`` with these options says; a title alone is for the form to ask again."""
    if not url.strip():
        return format_command(Suggest())
    url = "".join(url.split())
    wanted = format_command(Suggest(f"{url} {title}".rstrip()))
    # What could be a word is searched when it is typed; here it was meant as an address.
    return wanted if isinstance(parse_command(wanted), Suggest) else wanted.replace(url, f"https://{url}", 1)


def _as_filter(section: str) -> str:
    """Return a section for a query's filter: its id, or its name in quotes."""
    if SECTION_ID.fullmatch(section):
        return section
    return '"' + section.replace('"', " ").strip() + '"'


def make_commands(
    responder: Responder,
) -> list[app_commands.Command[Any, ..., None] | app_commands.Group | app_commands.ContextMenu]:
    """Return every command there is, answered by *responder*."""
    return [
        _make_llmread(responder),
        _make_readbot(responder),
        make_curate_group(responder),
        *make_menu_commands(responder),
    ]


def _make_llmread(responder: Responder) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(
        name="llmread", description=locale_str("Find something to read, on any topic of the list")
    )
    @app_commands.rename(
        query=locale_str("query"),
        section=locale_str("section"),
        kind=locale_str("kind"),
        share=locale_str("share"),
        mention=locale_str("mention"),
    )
    @app_commands.describe(
        query=locale_str("What about? Typos and other words for the same thing are fine"),
        section=locale_str("Only in this section"),
        kind=locale_str("Only this kind"),
        share=locale_str("Show the answer to everybody here"),
        mention=locale_str("Show it to everybody here, and ping this person"),
    )
    @app_commands.choices(kind=KINDS)
    async def llmread(
        interaction: AnyInteraction,
        query: _Query | None = None,
        section: _SectionName | None = None,
        kind: app_commands.Choice[str] | None = None,
        *,
        share: bool = False,
        mention: discord.User | None = None,
    ) -> None:
        wanted = make_ask_command(query or "", section, kind.value if kind else None)
        is_public = share or mention is not None
        if is_public and isinstance(wanted, ShowMenu):
            await responder.decline(interaction, _ask_what_to_share(interaction))
            return
        await responder.answer(
            interaction,
            format_command(Share(wanted) if is_public else wanted),
            addressee=str(mention.id) if mention else "",
        )

    @llmread.autocomplete("query")
    async def complete_query(interaction: AnyInteraction, typed: str) -> Offer:
        with speaking(str(interaction.locale)):
            return to_choices(responder.complete(interaction, typed, limit=MAX_CHOICES))

    llmread.autocomplete("section")(make_section_completer(responder, by_id=False))
    return llmread


def _ask_what_to_share(interaction: AnyInteraction) -> Text:
    with speaking(str(interaction.locale)):
        return say(
            "There is nothing to share yet: fill in {option}, too.", option=bold(translate_name("query"))
        )


def _make_readbot(responder: Responder) -> app_commands.Group:
    group = app_commands.Group(
        name="readbot",
        description=locale_str("Browse the reading list, set up a digest, suggest a link, get help"),
    )
    complete_section = make_section_completer(responder, by_id=True)

    @group.command(name=locale_str("help"), description=locale_str("How to ask"))
    async def show_help(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(ShowHelp()))

    @group.command(name=locale_str("sections"), description=locale_str("All sections of the list"))
    async def list_sections(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(ListSections()))

    @group.command(name=locale_str("section"), description=locale_str("The links of one section"))
    @app_commands.rename(name=locale_str("name"))
    @app_commands.describe(name=locale_str("Which section? Pick one, or type a part of its name"))
    @app_commands.autocomplete(name=complete_section)
    async def show_section(interaction: AnyInteraction, name: _SectionName) -> None:
        await responder.answer(interaction, format_command(ShowSection(name)))

    @group.command(name=locale_str("random"), description=locale_str("A link picked by chance"))
    @app_commands.rename(section=locale_str("section"))
    @app_commands.describe(section=locale_str("Only from this section"))
    @app_commands.autocomplete(section=complete_section)
    async def show_random(interaction: AnyInteraction, section: _SectionName | None = None) -> None:
        await responder.answer(interaction, format_command(ShowRandom(section or "")))

    @group.command(name=locale_str("new"), description=locale_str("What came onto the list last"))
    async def show_new(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(ShowNew()))

    @group.command(
        name=locale_str("suggest"), description=locale_str("Bring a link to the curators of the list")
    )
    @app_commands.rename(url=locale_str("address"), title=locale_str("title"))
    @app_commands.describe(
        url=locale_str("Its address; a form opens if you leave it out"),
        title=locale_str("What it is called, as it stands above it"),
    )
    async def suggest(
        interaction: AnyInteraction, url: _Url | None = None, title: _Title | None = None
    ) -> None:
        await responder.answer(interaction, make_suggest_command(url or "", title or ""))

    @group.command(
        name=locale_str("privacy"), description=locale_str("What is kept about you, and how to have it gone")
    )
    async def show_privacy(interaction: AnyInteraction) -> None:
        await responder.answer(interaction, format_command(Privacy()))

    make_digest_group(responder, group, complete_section)
    return group
