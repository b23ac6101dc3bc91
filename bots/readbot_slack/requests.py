"""Slack's payloads as requests of the core. Pure functions."""

from dataclasses import replace
from typing import Any

from readbot.conversation.commands import Search, format_command
from readbot.conversation.request import Reader, Request, Workspace
from readbot_slack.message_text import message_words, to_words
from readbot_slack.modals import read_values
from readbot_slack.mrkdwn import unescape
from readbot_slack.origin import Origin
from readbot_slack.rendering import OWN_PREFIX

PLATFORM = "slack"

Json = dict[str, Any]

#: Commands that message shortcuts ask, by ``callback_id``; each takes the message's words.
SHORTCUTS = {"find_reading": "reading-for", "on_list": "on-list"}


def from_command(payload: Json) -> Request:
    """Return what a slash command asks.

    Source: https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    return Request(
        text=unescape(payload.get("text", "")),
        platform=PLATFORM,
        workspace_id=payload.get("team_id", ""),
        channel_id=payload.get("channel_id", ""),
        reader=Reader(id=payload.get("user_id", ""), name=payload.get("user_name", "")),
        is_private=_is_direct(payload.get("channel_id", "")),
    )


def from_action(payload: Json, action: Json) -> Request:
    """Return what a click, a pick or a text typed into a search box asks, in a message or a view.

    Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    is_own = action.get("action_id", "").startswith(OWN_PREFIX)
    return replace(_from_interaction(payload), text=_asked(action), is_open=is_own)


def from_shortcut(payload: Json) -> Request:
    """Return what a message shortcut asks about its message.

    Source: https://docs.slack.dev/interactivity/implementing-shortcuts
    """
    command = SHORTCUTS[payload["callback_id"]]
    return replace(_from_interaction(payload), text=f"{command} {message_words(payload['message'])}".rstrip())


def from_submission(payload: Json) -> Request:
    """Return what a filled form asks.

    Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    view = payload["view"]
    return replace(_from_interaction(payload), text=Origin.from_view(view).command, values=read_values(view))


def from_message(payload: Json) -> Request:
    """Return what a message asks that names readbot or is sent to it alone.

    Source: https://docs.slack.dev/reference/events/app_mention
    """
    event = payload["event"]
    channel_id = event.get("channel", "")
    return Request(
        text=to_words(event.get("text", "")),
        platform=PLATFORM,
        workspace_id=payload.get("team_id") or event.get("team", ""),
        channel_id=channel_id,
        reader=Reader(id=event["user"]),
        is_private=_is_direct(channel_id),
        is_open=True,
    )


def from_home(payload: Json) -> Request:
    """Return what somebody asks who opens the app, or does something on its Home tab.

    Source: https://docs.slack.dev/reference/events/app_home_opened
    """
    event = payload.get("event")
    reader = Reader(id=event["user"]) if event else _reader(payload)
    return Request(
        text="home",
        platform=PLATFORM,
        workspace_id=payload.get("team_id") or _team_id(payload),
        channel_id="",
        reader=reader,
    )


def workspace_of(payload: Json) -> Workspace:
    """Return whose list is meant by an interaction."""
    return Workspace(platform=PLATFORM, id=_team_id(payload))


def find_origin(payload: Json) -> Origin:
    """Return where an interaction comes from: a message, or the place from where a view was opened."""
    if payload.get("view"):
        return Origin.from_view(payload["view"])
    message = payload.get("message") or {}
    thread = message.get("thread_ts", "")
    if payload.get("type") == "message_action":
        # An answer to the message itself begins a thread.
        thread = thread or message.get("ts", "")
    else:
        container = payload.get("container") or {}
        thread = container.get("thread_ts") or thread
        # A message with replies is not itself within the thread.
        thread = "" if thread == container.get("message_ts") else thread
    return Origin(
        channel=(payload.get("channel") or {}).get("id", "") or payload.get("channel_id", ""),
        thread=thread,
        response_url=payload.get("response_url", ""),
    )


def is_ephemeral(payload: Json) -> bool:
    """Tell whether the clicked message is one that only the person who clicked can see."""
    return bool((payload.get("container") or {}).get("is_ephemeral"))


def _from_interaction(payload: Json) -> Request:
    """Return who asks, and where; what is asked differs."""
    origin = find_origin(payload)
    return Request(
        text="",
        platform=PLATFORM,
        workspace_id=_team_id(payload),
        channel_id=origin.channel,
        reader=_reader(payload),
        is_private=_is_direct(origin.channel),
        has_thread=bool(origin.thread),
    )


def _reader(payload: Json) -> Reader:
    user = payload.get("user") or {}
    return Reader(id=user.get("id", ""), name=user.get("username") or user.get("name", ""))


def _asked(action: Json) -> str:
    if action.get("type") == "plain_text_input":
        typed = " ".join((action.get("value") or "").split())
        return format_command(Search(typed)) if typed else ""
    picked = action.get("selected_option") or action
    return unescape(picked.get("value", ""))


def _team_id(payload: Json) -> str:
    # Slack names the team None where the app is installed for a whole organisation.
    team_id: str = (payload.get("team") or {}).get("id") or (payload.get("user") or {}).get("team_id", "")
    return team_id


def _is_direct(channel_id: str) -> bool:
    """Tell whether a channel is a direct message: its id begins with D."""
    return channel_id.startswith("D")
