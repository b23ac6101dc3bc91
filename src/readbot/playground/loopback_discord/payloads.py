"""People, servers, channels and the application as Discord's JSON.

Shapes follow the response schemas of Discord's OpenAPI document; where the gateway says more
(GUILD_CREATE), its event documentation.
"""

from datetime import UTC, datetime
from typing import Any

from readbot.playground.loopback_discord.model import (
    Application,
    Channel,
    ForumTag,
    Guild,
    Install,
    Member,
    Role,
    Thread,
    User,
)
from readbot.playground.loopback_discord.permissions import Permission, resolve
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

#: When everybody has joined everything.
_JOINED_AT = 1_700_000_000


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
    app = world.application
    flags = application_flags(app)
    described: Json = {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": app.interactions_url,
        "role_connections_verification_url": None,
        "owner": user(next((p for p in world.users.values() if not p.bot), world.bot)),
        "approximate_guild_count": sum(world.bot.id in each.members for each in world.guilds.values()),
        "approximate_user_install_count": len(world.installed_by),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "bot": user(world.bot),
        "bot_public": app.is_public,
        "bot_require_code_grant": False,
        "rpc_origins": [],
        "integration_types_config": {
            kind: {"oauth2_install_params": _install(install)}
            for kind, install in (("0", app.server_install), ("1", app.user_install))
            if install is not None
        },
    }
    if app.server_install is not None:
        described["install_params"] = _install(app.server_install)
    return described


def _install(install: Install) -> Json:
    return {"scopes": list(install.scopes), "permissions": str(int(install.permissions))}


def application_flags(app: Application) -> int:
    """Return the app's flags: which privileged intents a small app has switched on.

    Source: https://docs.discord.com/developers/resources/application#application-object-application-flags
    """
    limited = {1 << 8: 1 << 13, 1 << 1: 1 << 15, 1 << 15: 1 << 19}
    return sum(flag for intent, flag in limited.items() if app.allowed_intents & intent)


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
        "joined_at": timestamp(_JOINED_AT),
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


def channel(item: Channel, *, viewer: User | None = None) -> Json:
    """Return a channel or thread; with *viewer* also whether that user is in the thread."""
    last = str(item.messages[-1].id) if item.messages else None
    described: Json = {"id": str(item.id), "type": int(item.type), "flags": int(item.flags)}
    if item.guild is None:
        described["recipients"] = [user(person) for person in item.recipients]
        return described | {"last_message_id": last}
    described |= {"guild_id": str(item.guild.id), "name": item.name, "rate_limit_per_user": 0}
    if item.thread is not None:
        return described | {"last_message_id": last} | _thread(item, item.thread, viewer)
    if item.type.holds_posts:
        posts = [each for each in item.guild.threads if each.holder is item]
        last = str(posts[-1].id) if posts else None
        described |= {
            "available_tags": [_tag(tag) for tag in item.tags],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return described | {
        "last_message_id": last,
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
    }


def _thread(item: Channel, thread: Thread, viewer: User | None) -> Json:
    # The message that a thread or post begins with does not count.
    later = [message for message in item.messages if message.id != item.id]
    described: Json = {
        "parent_id": str(thread.parent.id),
        "owner_id": str(thread.owner.id),
        "message_count": sum(not message.deleted for message in later),
        "total_message_sent": len(later),
        "member_count": min(len(thread.member_ids), 50),
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": timestamp(thread.archived_at),
            "auto_archive_duration": thread.archive_after,
            "locked": thread.locked,
            "create_timestamp": timestamp(thread.created_at),
        },
    }
    if thread.is_private:
        described["thread_metadata"]["invitable"] = True
    if thread.parent.type.holds_posts:
        described["applied_tags"] = [str(tag) for tag in thread.applied_tags]
    if viewer is not None and viewer.id in thread.member_ids:
        described["member"] = thread_member(item, viewer)
    return described


def thread_member(item: Channel, person: User) -> Json:
    return {
        "id": str(item.id),
        "user_id": str(person.id),
        "join_timestamp": timestamp(_JOINED_AT),
        "flags": 0,
    }


def _tag(tag: ForumTag) -> Json:
    return {
        "id": str(tag.id),
        "name": tag.name,
        "moderated": tag.moderated,
        "emoji_id": None,
        "emoji_name": None,
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
    """Return the data of GUILD_CREATE: the server with its channels, and the active threads that *bot* sees."""
    return {
        **guild(item),
        "joined_at": timestamp(_JOINED_AT),
        "large": False,
        "unavailable": False,
        "member_count": len(item.members),
        "members": [member(item.members[bot.id])],
        "channels": [channel(each) for each in item.channels],
        "threads": [
            channel(each, viewer=bot)
            for each in item.threads
            if each.thread and not each.thread.archived and resolve(bot, each) & Permission.VIEW_CHANNEL
        ],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
