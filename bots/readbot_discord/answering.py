"""From an interaction to an answer: one road for commands, buttons and selects."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import aiohttp
import discord
from discord import app_commands

from readbot.conversation.form import Lookup
from readbot.conversation.reply import Paragraph, Reply, Span, text
from readbot.conversation.request import Reader, Request, Workspace
from readbot.ports import Conversation, Manner
from readbot.search.results import Completion
from readbot_discord.callbacks import ALREADY_ACKNOWLEDGED, AnyInteraction, make_body, respond
from readbot_discord.rendering import render

logger = logging.getLogger(__name__)

#: Discord's code for "too late".
_UNKNOWN_INTERACTION = 10062

_NEW = discord.InteractionResponseType.channel_message
_UPDATE = discord.InteractionResponseType.message_update

#: Replies whose JSON is kept, by language and what was asked; when there are more, the keeping starts anew.
_KEPT_ANSWERS = 512


@dataclass(frozen=True)
class Looks:
    """A reply as Discord takes it in a first answer. Shared between interactions: nobody changes it."""

    reply: Reply
    #: Id of the channel that its buttons act on; empty for the one that they are in.
    about: str = ""

    @cached_property
    def new(self) -> bytes:
        """The callback that shows it as a message of its own, to the person alone unless it is public."""
        return make_body(_NEW, self._make_data(ephemeral=not self.reply.public))

    @cached_property
    def update(self) -> bytes:
        """The callback that puts it in the place of a private message."""
        return make_body(_UPDATE, self._make_data(ephemeral=False))

    def _make_data(self, *, ephemeral: bool) -> dict[str, Any]:
        flags = discord.MessageFlags(components_v2=True, suppress_embeds=True, ephemeral=ephemeral)
        components: list[dict[str, Any]] = render(self.reply, self.about).to_components()  # type: ignore[no-untyped-call]
        return {"components": components, "flags": flags.value, "allowed_mentions": {"parse": []}}


def to_request(interaction: AnyInteraction, wanted: str, about: str = "") -> Request:
    """Return the command *wanted* as the person behind the interaction asks it.

    Args:
        interaction: A command, or a click.
        wanted: In readbot's command language.
        about: Id of the channel that it is about; empty for the one that it comes from.
    """
    person = interaction.user
    return Request(
        text=wanted,
        platform="discord",
        workspace_id=str(interaction.guild_id or person.id),
        channel_id=about or str(interaction.channel_id or person.id),
        reader=Reader(
            id=str(person.id),
            name=person.display_name,
            locale=str(interaction.locale),
            is_manager=interaction.guild_id is not None and interaction.permissions.manage_guild,
        ),
        is_private=interaction.guild_id is None,
    )


class Responder:
    """Answers interactions from a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._kept: dict[tuple[str, str], Looks] = {}

    def complete(
        self, interaction: AnyInteraction, typed: str, *, what: Lookup = Lookup.QUERY, limit: int
    ) -> Sequence[Completion]:
        workspace = Workspace(platform="discord", id=str(interaction.guild_id or interaction.user.id))
        return self._conversation.complete(typed, what=what, limit=limit, workspace=workspace)

    async def answer(self, interaction: AnyInteraction, wanted: str, *, about: str = "") -> None:
        """Answer the command *wanted*; whatever goes wrong, the person is told. Never raises.

        Args:
            interaction: A command, or a click.
            wanted: In readbot's command language.
            about: Id of the channel that it is about; empty for the one that it comes from.
        """
        try:
            if self._conversation.manner(wanted) is Manner.WAITS:
                await _defer(interaction)
            reply = await self._conversation.answer(to_request(interaction, wanted, about))
            assert isinstance(reply, Reply)  # noqa: S101 - no form is asked for on Discord so far
            key = str(interaction.locale), wanted
            await _show(interaction, self._keep(key, reply, about))
        except Exception as error:
            await self.explain(interaction, error)

    def _keep(self, key: tuple[str, str], reply: Reply, about: str) -> Looks:
        """Return the looks of *reply*, from memory where the core gave the very same one before."""
        looks = self._kept.get(key)
        if looks is None or looks.reply is not reply or looks.about != about:
            looks = Looks(reply, about)
            if len(self._kept) >= _KEPT_ANSWERS:
                self._kept.clear()
            self._kept[key] = looks
        return looks

    async def decline(self, interaction: AnyInteraction, *words: str | Span) -> None:
        """Say *words* to the person alone, in place of what they asked for. Never raises."""
        try:
            await _show_apart(interaction, Looks(Reply(parts=(Paragraph(text=text(*words)),))))
        except Exception as error:
            await self.explain(interaction, error)

    async def explain(self, interaction: AnyInteraction, error: Exception) -> None:
        """Deal with what went wrong, by an ordered list.

        1. Discord no longer takes an answer (3 s have passed, or another process answered):
           a line in the log; there is nobody left to tell.
        2. The command is not, or no longer, what Discord shows: the person reloads Discord.
        3. Anything else is a fault of ours, or a refusal by Discord: the person gets a sentence
           with an id, the log gets the traceback under the same id.
        """
        if isinstance(error, app_commands.CommandInvokeError):
            error = error.original
        if _is_too_late(error):
            logger.warning("an answer came too late: %s", error)
            return
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            logger.warning("an outdated command was used: %s", error)
            sentence = "This command has changed. Reload Discord (Ctrl+R) and use it again."
        else:
            incident = secrets.token_hex(3)
            logger.error("could not answer an interaction (id %s)", incident, exc_info=error)
            sentence = (
                "Something went wrong here, and it has been noted. Try again; if it happens again, "
                f"tell whoever runs readbot the id {incident}."
            )
        try:
            await _show_apart(interaction, Looks(Reply(parts=(Paragraph(text=text(sentence)),))))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as refused:
            logger.warning("could not tell the person about it: %s", refused)


async def _defer(interaction: AnyInteraction) -> None:
    """Tell Discord that a private answer is on its way; "thinking", unless it will take a message's place."""
    if _is_on_private_message(interaction):
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def _show(interaction: AnyInteraction, looks: Looks) -> None:
    """Show a reply: in place of a private message whose component was used, else as a new one.

    After a deferral, the first message to come takes the place of "thinking" and is as private as that:
    for a public one "thinking" has to go first.
    """
    reply = looks.reply
    if interaction.response.is_done() and reply.public:
        if not _is_on_private_message(interaction):
            await interaction.delete_original_response()
        await _show_apart(interaction, looks)
    elif interaction.response.is_done():
        await interaction.edit_original_response(view=render(reply, looks.about))
    elif _is_on_private_message(interaction) and not reply.public:
        await respond(interaction, _UPDATE, looks.update)
    else:
        await _show_apart(interaction, looks)


async def _show_apart(interaction: AnyInteraction, looks: Looks) -> None:
    reply = looks.reply
    if interaction.response.is_done():
        await interaction.followup.send(
            view=render(reply, looks.about), ephemeral=not reply.public, suppress_embeds=True
        )
    else:
        await respond(interaction, _NEW, looks.new)


def _is_on_private_message(interaction: AnyInteraction) -> bool:
    """Tell whether a component of a message was used that only the person who used it can see."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _is_too_late(error: Exception) -> bool:
    return isinstance(error, discord.InteractionResponded) or (
        isinstance(error, discord.HTTPException)
        and error.code in {_UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED}
    )
