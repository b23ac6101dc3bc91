"""The Web API methods of a loopback Slack: each takes a workspace and arguments, and gives the answer.

Source: https://docs.slack.dev/reference/methods
"""

import secrets
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from readbot.playground.loopback_slack.checks import check_message, check_view
from readbot.playground.loopback_slack.state import (
    ChangeKind,
    Channel,
    ChannelKind,
    Json,
    Message,
    SlackError,
    View,
    Workspace,
)

Method: TypeAlias = Callable[[Workspace, Json, float], Json]

#: Root and two more.
MAX_VIEW_STACK = 3


def auth_test(workspace: Workspace, _arguments: Json, _lag_s: float) -> Json:
    return {
        "url": f"https://{workspace.id.lower()}.slack.test/",
        "team": workspace.name,
        "team_id": workspace.id,
        "user": "readbot",
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def chat_post_message(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    channel = _writable(workspace, arguments)
    check_message(arguments)
    message = workspace.add_message(_make_message(workspace, channel, arguments))
    return {"channel": channel.id, "ts": message.ts, "message": to_json(workspace, message)}


def chat_post_ephemeral(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    channel = _writable(workspace, arguments)
    user = workspace.find_user(_text(arguments, "user"))
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    check_message(arguments)
    message = _make_message(workspace, channel, arguments)
    message.only_for = user.id
    workspace.add_message(message)
    return {"message_ts": message.ts}


def chat_update(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    message = _own_message(workspace, arguments, "cant_update_message")
    check_message({"text": message.text, "blocks": message.blocks, **arguments})
    change_message(workspace, message, arguments)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": to_json(workspace, message),
    }


def chat_delete(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    message = _own_message(workspace, arguments, "cant_delete_message")
    workspace.remove_message(message)
    return {"channel": message.channel, "ts": message.ts}


def users_info(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    user = workspace.find_user(_text(arguments, "user"))
    return {
        "user": {
            "id": user.id,
            "team_id": workspace.id,
            "name": user.name,
            "real_name": user.real_name or user.name,
            "tz": user.tz,
            "deleted": False,
            "is_admin": user.is_admin,
            "is_owner": user.is_owner,
            "is_bot": user.is_bot,
            "profile": {
                "display_name": user.display_name or user.name,
                "real_name": user.real_name or user.name,
            },
        }
    }


def conversations_info(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    return {"channel": _channel_json(workspace, _seen_by_bot(workspace, arguments))}


def conversations_list(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    wanted = str(arguments.get("types") or "public_channel").split(",")
    shown = [
        _channel_json(workspace, channel)
        for channel in workspace.channels.values()
        if _TYPE_NAMES[channel.kind] in wanted and _bot_sees(workspace, channel)
    ]
    return {"channels": shown, "response_metadata": {"next_cursor": ""}}


def conversations_join(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    channel = _seen_by_bot(workspace, arguments)
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    channel.members.add(workspace.bot_user_id)
    return {"channel": _channel_json(workspace, channel)}


def conversations_history(workspace: Workspace, arguments: Json, lag_s: float) -> Json:
    """Return the latest messages first; one that is younger than *lag_s* is not there yet."""
    channel = _seen_by_bot(workspace, arguments)
    if workspace.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    is_inclusive = str(arguments.get("inclusive")).lower() in {"true", "1"}
    limit = int(arguments.get("limit") or 100)
    found = [
        message
        for message in reversed(workspace.messages)
        if message.channel == channel.id
        and message.only_for is None
        and time.monotonic() - message.arrived >= lag_s
        and (oldest <= float(message.ts) <= latest if is_inclusive else oldest < float(message.ts) < latest)
    ]
    with_metadata = str(arguments.get("include_all_metadata")).lower() in {"true", "1"}
    return {
        "messages": [to_json(workspace, message, with_metadata=with_metadata) for message in found[:limit]],
        "has_more": len(found) > limit,
    }


def views_open(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    user = _spend_trigger(workspace, arguments)
    return _open_view(workspace, user, arguments, previous=None)


def views_push(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    user = _spend_trigger(workspace, arguments)
    stack = [view for view in workspace.views.values() if view.user == user]
    if not stack:
        raise SlackError("invalid_arguments", "there is no open view to push onto")
    if len(stack) >= MAX_VIEW_STACK:
        raise SlackError("push_limit_reached")
    return _open_view(workspace, user, arguments, previous=stack[-1])


def views_update(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    wanted_id, external_id = arguments.get("view_id"), arguments.get("external_id")
    for view in workspace.views.values():
        if view.id == wanted_id or (external_id and view.body.get("external_id") == external_id):
            break
    else:
        raise SlackError("not_found")
    if arguments.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
    check_view(arguments.get("view"))
    view.body, view.hash = arguments["view"], secrets.token_hex(4)
    workspace.tell(ChangeKind.VIEW_UPDATED, view)
    return {"view": view_json(workspace, view)}


def views_publish(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    user = workspace.find_user(_text(arguments, "user_id"))
    check_view(arguments.get("view"))
    if arguments["view"]["type"] != "home":
        raise SlackError("invalid_arguments", "only a home can be published")
    view_id = f"V{secrets.token_hex(4).upper()}"
    home = View(
        id=view_id, user=user.id, body=arguments["view"], hash=secrets.token_hex(4), root_view_id=view_id
    )
    workspace.homes[user.id] = home
    workspace.tell(ChangeKind.HOME_PUBLISHED, home)
    return {"view": view_json(workspace, home)}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.delete": chat_delete,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.postMessage": chat_post_message,
    "chat.update": chat_update,
    "conversations.history": conversations_history,
    "conversations.info": conversations_info,
    "conversations.join": conversations_join,
    "conversations.list": conversations_list,
    "users.info": users_info,
    "views.open": views_open,
    "views.publish": views_publish,
    "views.push": views_push,
    "views.update": views_update,
}


def to_json(workspace: Workspace, message: Message, *, with_metadata: bool = True) -> Json:
    """Return a message as Slack tells it."""
    is_bot = message.user == workspace.bot_user_id
    return {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "team": workspace.id,
        **({"bot_id": workspace.bot_id, "app_id": "A1"} if is_bot else {}),
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        **({"metadata": message.metadata} if with_metadata and message.metadata else {}),
    }


def view_json(workspace: Workspace, view: View) -> Json:
    """Return a view as Slack tells it."""
    return {
        "private_metadata": "",
        "callback_id": "",
        **view.body,
        "id": view.id,
        "team_id": workspace.id,
        "app_id": "A1",
        "bot_id": workspace.bot_id,
        "hash": view.hash,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
    }


def change_message(workspace: Workspace, message: Message, body: Json) -> None:
    """Replace what a message says by what *body* says."""
    message.text = body.get("text") or ""
    message.blocks = body.get("blocks") or []
    message.metadata = body.get("metadata", message.metadata)
    message.sent = body
    message.is_edited = True
    workspace.tell(ChangeKind.UPDATED, message)


def _make_message(workspace: Workspace, channel: Channel, body: Json) -> Message:
    return Message(
        ts=workspace.make_ts(),
        channel=channel.id,
        user=workspace.bot_user_id,
        text=body.get("text") or "",
        blocks=body.get("blocks") or [],
        metadata=body.get("metadata"),
        thread_ts=body.get("thread_ts"),
        sent=body,
    )


def _writable(workspace: Workspace, arguments: Json) -> Channel:
    channel = _seen_by_bot(workspace, arguments)
    if channel.is_archived:
        raise SlackError("is_archived")
    if workspace.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _seen_by_bot(workspace: Workspace, arguments: Json) -> Channel:
    wanted = _text(arguments, "channel")
    if wanted in workspace.users:
        # Slack takes a person for the direct channel with them.
        return workspace.direct_channel(wanted)
    channel = workspace.find_channel(wanted)
    if not _bot_sees(workspace, channel):
        raise SlackError("channel_not_found")
    return channel


def _bot_sees(workspace: Workspace, channel: Channel) -> bool:
    return channel.kind is ChannelKind.PUBLIC or workspace.bot_user_id in channel.members


def _own_message(workspace: Workspace, arguments: Json, refusal: str) -> Message:
    channel = _seen_by_bot(workspace, arguments)
    message = workspace.find_message(channel.id, _text(arguments, "ts"))
    if message.only_for is not None:
        raise SlackError("message_not_found")
    if message.user != workspace.bot_user_id:
        raise SlackError(refusal)
    return message


def _open_view(workspace: Workspace, user: str, arguments: Json, previous: View | None) -> Json:
    check_view(arguments.get("view"))
    view_id = f"V{secrets.token_hex(4).upper()}"
    view = View(
        id=view_id,
        user=user,
        body=arguments["view"],
        hash=secrets.token_hex(4),
        root_view_id=previous.root_view_id if previous else view_id,
        previous_view_id=previous.id if previous else None,
    )
    workspace.views[view_id] = view
    workspace.tell(ChangeKind.VIEW_OPENED, view)
    return {"view": view_json(workspace, view)}


def _spend_trigger(workspace: Workspace, arguments: Json) -> str:
    trigger = _text(arguments, "trigger_id")
    if trigger not in workspace.triggers:
        raise SlackError("invalid_trigger_id")
    return workspace.triggers.pop(trigger)


_TYPE_NAMES = {
    ChannelKind.PUBLIC: "public_channel",
    ChannelKind.PRIVATE: "private_channel",
    ChannelKind.DIRECT: "im",
}


def _channel_json(workspace: Workspace, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_im": channel.kind is ChannelKind.DIRECT,
        "is_archived": channel.is_archived,
        "is_member": workspace.bot_user_id in channel.members,
        "num_members": len(channel.members),
    }


def _text(arguments: Json, name: str) -> str:
    value: Any = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise SlackError("invalid_arguments", f"missing required field: {name}")
    return value
