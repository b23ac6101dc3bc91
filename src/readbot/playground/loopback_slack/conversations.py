"""The Web API's methods about channels.

Source: https://docs.slack.dev/reference/methods?family=conversations
"""

import time

from readbot.playground.loopback_slack.arguments import (
    TYPE_NAMES,
    bot_sees,
    is_true,
    page,
    seen_channel,
    text,
    types,
)
from readbot.playground.loopback_slack.shapes import channel_json, to_json
from readbot.playground.loopback_slack.state import ChannelKind, SlackError, Workspace
from readbot.playground.loopback_slack.surfaces import Json, Message


def conversations_info(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    return {"channel": channel_json(workspace, seen_channel(workspace, arguments))}


def conversations_list(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    return _list_channels(workspace, arguments, member=None)


def users_conversations(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    """Return the channels of somebody, without one of the bot itself, as far as the bot sees them."""
    member = str(arguments.get("user") or workspace.bot_user_id)
    return _list_channels(workspace, arguments, member=workspace.find_user(member).id)


def _list_channels(workspace: Workspace, arguments: Json, *, member: str | None) -> Json:
    wanted = types(arguments)
    found = [
        channel_json(workspace, channel)
        for channel in workspace.channels.values()
        if TYPE_NAMES[channel.kind] in wanted
        and bot_sees(workspace, channel)
        and (member is None or member in channel.members)
        and not (channel.is_archived and is_true(arguments, "exclude_archived"))
    ]
    channels, metadata = page(found, arguments)
    return {"channels": channels, "response_metadata": metadata}


def conversations_members(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    channel = seen_channel(workspace, arguments)
    members, metadata = page(sorted(channel.members), arguments)
    return {"members": members, "response_metadata": metadata}


def conversations_open(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    """Return the direct messages with one person."""
    user = text(arguments, "users")
    if user not in workspace.users:
        raise SlackError("user_not_found")
    return {"channel": {"id": workspace.direct_channel(user).id}}


def conversations_join(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    channel = seen_channel(workspace, arguments)
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    channel.members.add(workspace.bot_user_id)
    return {"channel": channel_json(workspace, channel)}


def conversations_history(workspace: Workspace, arguments: Json, lag_s: float) -> Json:
    """Return the latest messages first, without replies in threads.

    One that is younger than *lag_s* is not there yet.
    """
    channel = seen_channel(workspace, arguments)
    if workspace.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    found = [
        message
        for message in reversed(workspace.messages)
        if message.channel == channel.id
        and not (message.is_reply and not message.is_broadcast)
        and _is_asked_for(message, arguments, lag_s)
    ]
    return _tell(workspace, found, arguments)


def conversations_replies(workspace: Workspace, arguments: Json, lag_s: float) -> Json:
    """Return a thread, with the message that it hangs from first."""
    channel = seen_channel(workspace, arguments)
    parents = [
        message
        for message in workspace.messages
        if (message.channel, message.ts) == (channel.id, arguments.get("ts")) and message.only_for is None
    ]
    if not parents:
        raise SlackError("thread_not_found")
    replies = [each for each in workspace.replies(parents[0]) if _is_asked_for(each, arguments, lag_s)]
    return _tell(workspace, [*parents, *replies], arguments)


def _is_asked_for(message: Message, arguments: Json, lag_s: float) -> bool:
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    at = float(message.ts)
    is_within = oldest <= at <= latest if is_true(arguments, "inclusive") else oldest < at < latest
    return is_within and message.only_for is None and time.monotonic() - message.arrived >= lag_s


def _tell(workspace: Workspace, found: list[Message], arguments: Json) -> Json:
    limit = int(arguments.get("limit") or 100)
    with_metadata = is_true(arguments, "include_all_metadata")
    return {
        "messages": [to_json(workspace, message, with_metadata=with_metadata) for message in found[:limit]],
        "has_more": len(found) > limit,
    }
