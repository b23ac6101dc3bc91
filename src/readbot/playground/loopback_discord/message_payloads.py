"""Messages and interactions as Discord's JSON."""

from typing import Any

from readbot.playground.loopback_discord.model import Interaction, InteractionType, Message, User
from readbot.playground.loopback_discord.payloads import channel, member, timestamp, user
from readbot.playground.loopback_discord.permissions import resolve_app
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

#: What a bot gets of a message that it must not read.
_BLANK: Json = {"content": "", "embeds": [], "components": [], "attachments": []}


def interaction_metadata(item: Interaction) -> Json:
    payload: Json = {
        "id": str(item.id),
        "type": int(item.type),
        "user": user(item.user),
        "authorizing_integration_owners": item.owners,
    }
    if item.type is InteractionType.COMPONENT and item.message is not None:
        payload["interacted_message_id"] = str(item.message.id)
    return payload


def message(item: Message, *, with_referenced: bool = True) -> Json:
    """Return a message, the one it answers inside it unless told otherwise."""
    payload: Json = {
        "id": str(item.id),
        "type": _message_type(item),
        "channel_id": str(item.channel.id),
        "author": user(item.author),
        "content": item.content,
        "mentions": [user(person) for person in item.mentions],
        "mention_roles": [],
        "mention_everyone": item.pings_everyone,
        "attachments": [],
        "embeds": item.embeds,
        "components": item.components,
        "timestamp": timestamp(item.created_at),
        "edited_timestamp": None if item.edited_at is None else timestamp(item.edited_at),
        "flags": int(item.flags),
        "pinned": False,
        "tts": False,
    }
    if item.nonce is not None:
        payload["nonce"] = item.nonce
    if item.replies_to is not None:
        payload |= _reference(item.replies_to, with_referenced=with_referenced)
    if item.thread is not None:
        payload["thread"] = channel(item.thread)
    if item.author.bot:
        payload["application_id"] = str(item.author.id)
    if item.interaction is not None:
        payload["interaction_metadata"] = interaction_metadata(item.interaction)
        payload["webhook_id"] = str(item.author.id)
    return payload


def message_for(bot: User, item: Message, *, reads_all: bool) -> Json:
    """Return a message as *bot* gets it: unless it *reads_all*, blank where it is none of its business.

    It reads what it wrote itself, what mentions it, and what is said to it in private; so it does of the
    message that is answered.

    Source: https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    data = message(item)
    if not (reads_all or _concerns(bot, item)):
        data |= _BLANK
    answered = item.replies_to
    if data.get("referenced_message") and answered and not (reads_all or _concerns(bot, answered)):
        data["referenced_message"] |= _BLANK
    return data


def _concerns(bot: User, item: Message) -> bool:
    return item.author is bot or item.channel.is_with_bot or bot in item.mentions


def _reference(answered: Message, *, with_referenced: bool) -> Json:
    channel_id, guild = answered.channel.id, answered.channel.guild
    reference = {"type": 0, "channel_id": str(channel_id), "message_id": str(answered.id)}
    if guild is not None:
        reference["guild_id"] = str(guild.id)
    if not with_referenced:
        return {"message_reference": reference}
    referenced = None if answered.deleted else message(answered, with_referenced=False)
    return {"message_reference": reference, "referenced_message": referenced}


def _message_type(item: Message) -> int:
    if item.interaction is not None and item.interaction.type is InteractionType.COMMAND:
        return 23 if item.interaction.data.get("type") in {2, 3} else 20
    return 0 if item.replies_to is None else 19


def interaction(item: Interaction, world: World) -> Json:
    """Return the data of INTERACTION_CREATE."""
    where = item.channel
    permissions = world.permissions(item.user, where)
    payload: Json = {
        "id": str(item.id),
        "application_id": str(world.application_id),
        "type": int(item.type),
        "token": item.token,
        "version": 1,
        "data": item.data,
        "channel_id": str(where.id),
        "channel": {**channel(where), "permissions": str(int(permissions))},
        "locale": item.user.locale,
        "app_permissions": str(int(resolve_app(world.bot, where))),
        "entitlements": [],
        "authorizing_integration_owners": item.owners,
        "context": int(where.context),
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    if where.guild is None:
        payload["user"] = user(item.user)
    else:
        payload["guild_id"] = str(where.guild.id)
        payload["guild"] = {"id": str(where.guild.id), "locale": where.guild.locale, "features": []}
        payload["guild_locale"] = where.guild.locale
        payload["member"] = {
            **member(where.guild.members[item.user.id]),
            "permissions": str(int(permissions)),
        }
    if item.message is not None:
        payload["message"] = message(item.message)
    return payload
