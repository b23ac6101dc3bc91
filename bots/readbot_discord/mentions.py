"""Messages that name readbot, and direct messages to it: questions without a slash.

A message cannot be answered to one person alone, and opens no form. So what is nobody else's
business comes as a button, whose answer is private.
"""

import logging
import re

import aiohttp
import discord

from readbot.conversation.commands import AtDesk, Digest, parse_command
from readbot.conversation.form import Form
from readbot.conversation.language import say
from readbot.conversation.reply import (
    MAX_COMMAND_LENGTH,
    Action,
    ActionStyle,
    Paragraph,
    Reply,
    command,
)
from readbot.conversation.request import Reader, Request
from readbot.language import speaking, tr
from readbot.ports import Conversation
from readbot_discord.answering import describe_fault
from readbot_discord.message_words import to_words
from readbot_discord.modals import offer
from readbot_discord.references import Reference
from readbot_discord.rendering import render

logger = logging.getLogger(__name__)

_SAID_BY_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})
#: "Cannot reply without permission to read message history"
_NO_HISTORY = 160002


def find_words(message: discord.Message, own_id: int) -> str | None:
    """Return what *message* says to readbot; None where it says nothing to it.

    It is spoken to in direct messages, and where its own name stands in the text: not by an answer
    to one of its messages, not by @everyone or a role, and never by another bot.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _SAID_BY_PEOPLE:
        return None
    is_named = re.search(rf"<@!?{own_id}>", message.content) is not None
    return to_words(message.content) if is_named or message.guild is None else None


class Correspondent:
    """Answers messages from a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def answer(self, message: discord.Message, words: str) -> None:
        """Answer *words*, which *message* says to readbot, by a reply to it. Never raises."""
        request = to_request(message, words)
        with speaking(request.reader.locale):
            try:
                await _reply(message, await self._ask(request))
            except discord.Forbidden as error:
                logger.info("a message could not be answered where it stands: %s", error)
            except Exception as error:
                await _apologise(message, error)

    async def _ask(self, request: Request) -> Reply:
        if not request.is_private and isinstance(parse_command(request.text), AtDesk):
            return _point_to(request.text)
        answer = await self._conversation.answer(request)
        return offer(answer) if isinstance(answer, Form) else answer


def to_request(message: discord.Message, words: str) -> Request:
    """Return what somebody asks by a message. Discord tells no language of theirs, only a server's."""
    author, guild = message.author, message.guild
    is_manager = isinstance(author, discord.Member) and author.guild_permissions.manage_guild
    return Request(
        text=words,
        platform="discord",
        workspace_id=str(guild.id if guild else author.id),
        channel_id=str(message.channel.id),
        reader=Reader(
            id=str(author.id),
            name=author.display_name,
            locale=str(guild.preferred_locale) if guild else "",
            is_manager=is_manager,
        ),
        is_private=guild is None,
        is_open=True,
    )


def _point_to(wanted: str) -> Reply:
    """Return a button for what only its asker is to see, or how it is typed where it fits none."""
    if len(wanted) > MAX_COMMAND_LENGTH:
        # A verb of the digest says what was meant: all of them are commands of their own.
        shown = " ".join(wanted.split()[: 2 if isinstance(parse_command(wanted), Digest) else 1])
        return Reply(parts=(Paragraph(text=say("Use {command} for that.", command=command(shown))),))
    return Reply(
        parts=(Paragraph(text=say("That is for you alone.")),),
        actions=(Action(label=tr("Open it"), command=wanted, style=ActionStyle.PRIMARY),),
    )


async def _reply(message: discord.Message, reply: Reply) -> None:
    view = render(reply)
    if message.guild is not None:
        target = Reference(message.id, message.channel.id, message.guild.id)
        try:
            await message.channel.send(
                view=view, suppress_embeds=True, reference=target, mention_author=False
            )
        except discord.HTTPException as error:
            if error.code != _NO_HISTORY:
                raise
        else:
            return
    await message.channel.send(view=view, suppress_embeds=True)


async def _apologise(message: discord.Message, error: Exception) -> None:
    sentence = describe_fault(error)
    try:
        await _reply(message, Reply(parts=(Paragraph(text=sentence),)))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as refused:
        logger.warning("could not tell the person about it: %s", refused)
