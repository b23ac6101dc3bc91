"""The world's things as Discord's JSON.

Shapes follow the response schemas of Discord's OpenAPI document; where the gateway says more
(GUILD_CREATE, INTERACTION_CREATE), its event documentation.
"""

from datetime import UTC, datetime
from typing import Any

from readbot.playground.loopback_discord.world import (
    Channel,
    ChannelType,
    Guild,
    Interaction,
    InteractionType,
    Member,
    Message,
    Role,
    User,
    World,
)

Json = dict[str, Any]


def timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user(person: User) -> Json:
    payload: Json = {
        "id": str(person.id),
        "username": person.name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if person.bot else person.name.title(),
        "primary_guild": None,
    }
    if person.bot:
        payload["bot"] = True
    return payload


def own_user(person: User) -> Json:
    return {**user(person), "mfa_enabled": True, "locale": person.locale, "verified": True, "email": None}


def application(world: World) -> Json:
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(next((p for p in world.users.values() if not p.bot), world.bot)),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "rpc_origins": [],
        "integration_types_config": {"0": {}, "1": {}},
    }


def role(item: Role) -> Json:
    return {
        "id": str(item.id),
        "name": item.name,
        "permissions": str(int(item.permissions)),
        "position": item.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def member(item: Member, *, with_user: bool = True) -> Json:
    payload: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": timestamp(1_700_000_000),
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": [str(role.id) for role in item.roles],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        payload["user"] = user(item.user)
    return payload


def channel(item: Channel) -> Json:
    last = str(item.messages[-1].id) if item.messages else None
    if item.guild is None:
        return {
            "id": str(item.id),
            "type": int(ChannelType.DM),
            "flags": 0,
            "last_message_id": last,
            "recipients": [user(person) for person in item.recipients],
        }
    return {
        "id": str(item.id),
        "type": int(item.type),
        "flags": 0,
        "last_message_id": last,
        "guild_id": str(item.guild.id),
        "name": item.name,
        "position": item.guild.channels.index(item) if item in item.guild.channels else 0,
        "permission_overwrites": [
            {
                "id": str(overwrite.target_id),
                "type": int(overwrite.is_member),
                "allow": str(int(overwrite.allow)),
                "deny": str(int(overwrite.deny)),
            }
            for overwrite in item.overwrites
        ],
        "nsfw": False,
        "topic": None,
        "parent_id": None,
        "rate_limit_per_user": 0,
    }


def guild(item: Guild) -> Json:
    return {
        "id": str(item.id),
        "name": item.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(item.owner.id),
        "application_id": None,
        "region": "us-east",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(each) for each in item.roles],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 250_000,
        "max_stage_video_channel_users": 0,
        "max_video_channel_users": 0,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": item.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(item: Guild, bot: User) -> Json:
    return {
        **guild(item),
        "joined_at": timestamp(1_700_000_000),
        "large": False,
        "unavailable": False,
        "member_count": len(item.members),
        "members": [member(item.members[bot.id])],
        "channels": [channel(each) for each in item.channels],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def interaction_metadata(item: Interaction) -> Json:
    payload: Json = {
        "id": str(item.id),
        "type": int(item.type),
        "user": user(item.user),
        "authorizing_integration_owners": _integration_owners(item),
    }
    if item.type is InteractionType.COMPONENT and item.message is not None:
        payload["interacted_message_id"] = str(item.message.id)
    return payload


def message(item: Message) -> Json:
    payload: Json = {
        "id": str(item.id),
        "type": _message_type(item),
        "channel_id": str(item.channel.id),
        "author": user(item.author),
        "content": item.content,
        "mentions": [],
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
    if item.reference is not None:
        payload["message_reference"] = {
            "type": 0,
            "channel_id": str(item.channel.id),
            "message_id": str(item.reference),
        }
    if item.author.bot:
        payload["application_id"] = str(item.author.id)
    if item.interaction is not None:
        payload["interaction_metadata"] = interaction_metadata(item.interaction)
        payload["webhook_id"] = str(item.author.id)
    return payload


def _message_type(item: Message) -> int:
    if item.interaction is not None and item.interaction.type is InteractionType.COMMAND:
        return 23 if item.interaction.data.get("type") in {2, 3} else 20
    return 0 if item.reference is None else 19


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
        "channel": {**channel(where), "permissions": str(permissions)},
        "locale": item.user.locale,
        "app_permissions": str(int(world.permissions(world.bot, where))),
        "entitlements": [],
        "authorizing_integration_owners": _integration_owners(item),
        "context": 1 if where.guild is None else 0,
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
            "permissions": str(permissions),
        }
    if item.message is not None:
        payload["message"] = message(item.message)
    return payload


def _integration_owners(item: Interaction) -> Json:
    return {"1": str(item.user.id)} if item.channel.guild is None else {"0": str(item.channel.guild.id)}
