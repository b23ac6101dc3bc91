"""Where an answer goes: in place of a private message, beside it, to all, as a reply, or away with it."""

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import discord

from readbot.conversation.language import say
from readbot.conversation.reply import Paragraph, Reply
from readbot_discord.callbacks import AnyInteraction, make_body, respond
from readbot_discord.custom_ids import HERE, Aim
from readbot_discord.references import Reference
from readbot_discord.rendering import render

logger = logging.getLogger(__name__)

_NEW = discord.InteractionResponseType.channel_message
_UPDATE = discord.InteractionResponseType.message_update

#: Discord's codes for a channel that takes no reply from us: its history is closed to us, it has gone, it is
#: archived. For everything else that is forbidden it has a status.
_NO_REPLY = frozenset({50083, 160002, 160005})


@dataclass(frozen=True)
class Looks:
    """A reply as Discord takes it in a first answer. Shared between interactions: nobody changes it."""

    reply: Reply
    aim: Aim = HERE
    #: Id of the one person that a public answer pings; empty for nobody.
    addressee: str = ""

    @cached_property
    def new(self) -> bytes:
        """The callback that shows it as a message of its own, to the person alone unless it is public."""
        return make_body(_NEW, self._make_data(ephemeral=not self.reply.public))

    @cached_property
    def update(self) -> bytes:
        """The callback that puts it in the place of a private message."""
        return make_body(_UPDATE, self._make_data(ephemeral=False))

    @property
    def view(self) -> discord.ui.LayoutView:
        """The message, whose buttons do not reply to what others are not told it is about."""
        aim = replace(self.aim, message_id="") if self.reply.public else self.aim
        return render(self.reply, aim, addressee=self._pinged)

    @property
    def mentions(self) -> discord.AllowedMentions:
        """Whom it pings; what stands in the text pings nobody by itself."""
        pinged = [discord.Object(int(self._pinged))] if self._pinged else []
        return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=pinged)

    @property
    def _pinged(self) -> str:
        return self.addressee if self.reply.public else ""

    def _make_data(self, *, ephemeral: bool) -> dict[str, Any]:
        flags = discord.MessageFlags(components_v2=True, suppress_embeds=True, ephemeral=ephemeral)
        components: list[dict[str, Any]] = self.view.to_components()  # type: ignore[no-untyped-call]
        mentions: dict[str, Any] = {"parse": []}
        if self._pinged:
            mentions["users"] = [self._pinged]
        return {"components": components, "flags": flags.value, "allowed_mentions": mentions}


async def defer(interaction: AnyInteraction) -> None:
    """Tell Discord that a private answer is on its way; "thinking", unless it will take a message's place."""
    if is_on_private_message(interaction):
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def show(interaction: AnyInteraction, looks: Looks) -> None:
    """Show a reply: in place of a private message whose component was used, else as a new one.

    After a deferral, the first message to come takes the place of "thinking" and is as private as that:
    for a public one "thinking" has to go first.
    """
    reply = looks.reply
    if reply.removes and interaction.message is not None:
        await _remove_message(interaction)
    elif reply.public and reply.to_thread and looks.aim.message_id:
        await _post_as_reply(interaction, looks)
    elif interaction.response.is_done() and reply.public:
        if not is_on_private_message(interaction):
            await interaction.delete_original_response()
        await show_apart(interaction, looks)
    elif interaction.response.is_done():
        await interaction.edit_original_response(view=looks.view)
    elif is_on_private_message(interaction) and not reply.public:
        await respond(interaction, _UPDATE, looks.update)
    else:
        await show_apart(interaction, looks)


async def show_apart(interaction: AnyInteraction, looks: Looks) -> None:
    """Show a reply as a message of its own."""
    if interaction.response.is_done():
        await interaction.followup.send(
            view=looks.view,
            ephemeral=not looks.reply.public,
            suppress_embeds=True,
            allowed_mentions=looks.mentions,
        )
    else:
        await respond(interaction, _NEW, looks.new)


def is_on_private_message(interaction: AnyInteraction) -> bool:
    """Tell whether a component of a message was used that only the person who used it can see."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _remove_message(interaction: AnyInteraction) -> None:
    """Delete the message whose button was pressed, by its interaction: that needs no permission."""
    if not interaction.response.is_done():
        # Without "thinking": then the original response is the message itself.
        await interaction.response.defer()
    try:
        await interaction.delete_original_response()
    except discord.NotFound:
        logger.info("a shared answer had gone already")


async def _post_as_reply(interaction: AnyInteraction, looks: Looks) -> None:
    """Post a public answer as a reply to the message that it is about, and say so in the private one's place.

    Where readbot cannot write by itself, the answer comes as one to the interaction, which anybody's
    server takes; Discord knows no reply in that way.
    """
    if not interaction.response.is_done():
        # First of all: posting may have to wait for a rate limit.
        await defer(interaction)
    if not await _try_reply(interaction, looks):
        await show_apart(interaction, looks)
    posted = Reply(parts=(Paragraph(text=say("Posted.")),))
    await interaction.edit_original_response(view=render(posted))


async def _try_reply(interaction: AnyInteraction, looks: Looks) -> bool:
    """Post as a reply, and return whether it was possible."""
    if not _may_write(interaction) or interaction.channel_id is None:
        return False
    channel = interaction.client.get_partial_messageable(
        interaction.channel_id, guild_id=interaction.guild_id
    )
    target = Reference(int(looks.aim.message_id), interaction.channel_id, interaction.guild_id)
    try:
        await channel.send(
            view=looks.view,
            reference=target,
            mention_author=False,
            suppress_embeds=True,
            allowed_mentions=looks.mentions,
        )
    except (discord.Forbidden, discord.NotFound) as error:
        logger.info("a reply could not be posted: %s", error)
        return False
    except discord.HTTPException as error:
        if error.code not in _NO_REPLY:
            raise
        logger.info("a reply could not be posted: %s", error)
        return False
    return True


def _may_write(interaction: AnyInteraction) -> bool:
    """Tell whether readbot itself is here and may reply; where only the person has it, it is not."""
    if not interaction.is_guild_integration():
        return False
    if interaction.guild_id is None:
        return True
    permissions = interaction.app_permissions
    is_thread = isinstance(interaction.channel, discord.Thread)
    may_send = permissions.send_messages_in_threads if is_thread else permissions.send_messages
    return permissions.view_channel and may_send and permissions.read_message_history
