"""Messages, views, channels and people as Slack tells them, in answers and in payloads."""

import datetime
from zoneinfo import ZoneInfo

from readbot.playground.loopback_slack.registration import APP_ID
from readbot.playground.loopback_slack.state import Channel, ChannelKind, User, Workspace
from readbot.playground.loopback_slack.surfaces import Json, Message, View
from readbot.playground.loopback_slack.texts import to_rich_text


def to_json(workspace: Workspace, message: Message, *, with_metadata: bool = True) -> Json:
    """Return a message as Slack tells it."""
    is_bot = message.user == workspace.bot_user_id
    told: Json = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.shown_blocks if is_bot or not message.text else [to_rich_text(message.text)],
        "team": workspace.id,
    }
    if is_bot:
        told |= {"bot_id": workspace.bot_id, "app_id": APP_ID}
    if message.is_broadcast:
        told["subtype"] = "thread_broadcast"
    if with_metadata and message.metadata:
        told["metadata"] = message.metadata
    return told | _thread_fields(workspace, message)


def _thread_fields(workspace: Workspace, message: Message) -> Json:
    """Return what a message says of its thread: whose it is, or how many replies hang from it."""
    if message.thread_ts and message.thread_ts != message.ts:
        parents = [each for each in workspace.messages if each.ts == message.thread_ts]
        return {
            "thread_ts": message.thread_ts,
            **({"parent_user_id": parents[0].user} if parents else {}),
        }
    replies = workspace.replies(message)
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": sorted({reply.user for reply in replies}),
        "latest_reply": replies[-1].ts,
    }


def view_json(workspace: Workspace, view: View) -> Json:
    """Return a view as Slack tells it, with what its fields hold."""
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "submit": None,
        "close": None,
        **view.body,
        "blocks": view.shown_blocks,
        "state": {"values": view.state(view.user)},
        "id": view.id,
        "team_id": workspace.id,
        "app_id": APP_ID,
        "app_installed_team_id": workspace.id,
        "bot_id": workspace.bot_id,
        "hash": view.hash,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
    }


def channel_json(workspace: Workspace, channel: Channel) -> Json:
    """Return a channel as Slack tells it to the app."""
    is_direct = channel.kind is ChannelKind.DIRECT
    other = next((user for user in sorted(channel.members) if user != workspace.bot_user_id), "")
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_im": is_direct,
        "is_archived": channel.is_archived,
        "is_member": workspace.bot_user_id in channel.members,
        "num_members": len(channel.members),
        **({"user": other} if is_direct else {}),
    }


def user_json(workspace: Workspace, user: User, *, with_locale: bool = False) -> Json:
    """Return a person as Slack tells it."""
    real_name = user.real_name or user.name
    now = datetime.datetime.now(ZoneInfo(user.tz))
    return {
        "id": user.id,
        "team_id": workspace.id,
        "name": user.name,
        "real_name": real_name,
        "tz": user.tz,
        "tz_label": now.tzname() or user.tz,
        "tz_offset": int((now.utcoffset() or datetime.timedelta()).total_seconds()),
        **({"locale": user.locale} if with_locale else {}),
        "deleted": False,
        "is_admin": user.is_admin or user.is_owner,
        "is_owner": user.is_owner,
        "is_bot": user.is_bot,
        "profile": {"display_name": user.display_name or user.name, "real_name": real_name},
    }
