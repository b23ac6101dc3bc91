"""The Web API methods of a loopback Slack: each takes a workspace and arguments, and gives the answer.

Source: https://docs.slack.dev/reference/methods
"""

from collections.abc import Callable
from typing import TypeAlias

from readbot.playground.loopback_slack.arguments import is_true, joined_channel, seen_channel, text
from readbot.playground.loopback_slack.checks import check_message
from readbot.playground.loopback_slack.conversations import (
    conversations_history,
    conversations_info,
    conversations_join,
    conversations_list,
    conversations_members,
    conversations_open,
    conversations_replies,
    users_conversations,
)
from readbot.playground.loopback_slack.registration import APP_ID
from readbot.playground.loopback_slack.shapes import to_json, user_json
from readbot.playground.loopback_slack.state import ChangeKind, Channel, SlackError, Workspace
from readbot.playground.loopback_slack.surfaces import Json, Message
from readbot.playground.loopback_slack.views import views_open, views_publish, views_push, views_update

Method: TypeAlias = Callable[[Workspace, Json, float], Json]


def auth_test(workspace: Workspace, _arguments: Json, _lag_s: float) -> Json:
    enterprise = workspace.enterprise
    return {
        "url": f"https://{workspace.id.lower()}.slack.test/",
        "team": workspace.name,
        "team_id": workspace.id,
        "user": "readbot",
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        **({"enterprise_id": enterprise.id} if enterprise else {}),
        "is_enterprise_install": workspace.installed.enterprise is not None,
    }


def chat_post_message(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    channel = joined_channel(workspace, arguments)
    check_message(arguments)
    message = workspace.add_message(_make_message(workspace, channel, arguments))
    return {"channel": channel.id, "ts": message.ts, "message": to_json(workspace, message)}


def chat_post_ephemeral(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    channel = joined_channel(workspace, arguments)
    user = workspace.find_user(text(arguments, "user"))
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
    user = workspace.find_user(text(arguments, "user"))
    return {"user": user_json(workspace, user, with_locale=is_true(arguments, "include_locale"))}


def bots_info(workspace: Workspace, arguments: Json, _lag_s: float) -> Json:
    if text(arguments, "bot") != workspace.bot_id:
        raise SlackError("bot_not_found")
    about = {"id": workspace.bot_id, "app_id": APP_ID, "user_id": workspace.bot_user_id, "name": "readbot"}
    return {"bot": {**about, "deleted": False}}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "bots.info": bots_info,
    "chat.delete": chat_delete,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.postMessage": chat_post_message,
    "chat.update": chat_update,
    "conversations.history": conversations_history,
    "conversations.info": conversations_info,
    "conversations.join": conversations_join,
    "conversations.list": conversations_list,
    "conversations.members": conversations_members,
    "conversations.open": conversations_open,
    "conversations.replies": conversations_replies,
    "users.conversations": users_conversations,
    "users.info": users_info,
    "views.open": views_open,
    "views.publish": views_publish,
    "views.push": views_push,
    "views.update": views_update,
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
        is_broadcast=is_true(body, "reply_broadcast") and bool(body.get("thread_ts")),
        sent=body,
    )


def _own_message(workspace: Workspace, arguments: Json, refusal: str) -> Message:
    channel = seen_channel(workspace, arguments)
    message = workspace.find_message(channel.id, text(arguments, "ts"))
    if message.only_for is not None:
        raise SlackError("message_not_found")
    if message.user != workspace.bot_user_id:
        raise SlackError(refusal)
    return message
