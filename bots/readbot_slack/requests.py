"""Slack's payloads as requests of the core. Pure functions."""

from typing import Any

from readbot.conversation.request import Reader, Request
from readbot_slack.mrkdwn import unescape

PLATFORM = "slack"


def from_command(payload: dict[str, Any]) -> Request:
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


def from_action(payload: dict[str, Any], action: dict[str, Any]) -> Request:
    """Return what a click on a button or a pick from a menu asks.

    Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    picked = action.get("selected_option") or action
    user = payload.get("user") or {}
    # Slack names the team None where the app is installed for a whole organisation.
    team = payload.get("team") or {}
    return Request(
        text=unescape(picked.get("value", "")),
        platform=PLATFORM,
        workspace_id=team.get("id") or user.get("team_id", ""),
        channel_id=(payload.get("channel") or {}).get("id", ""),
        reader=Reader(id=user.get("id", ""), name=user.get("username") or user.get("name", "")),
        is_private=_is_direct((payload.get("channel") or {}).get("id", "")),
    )


def is_private(payload: dict[str, Any]) -> bool:
    """Tell whether the clicked message is one that only the person who clicked can see."""
    return bool((payload.get("container") or {}).get("is_ephemeral"))


def _is_direct(channel_id: str) -> bool:
    """Tell whether a channel is a direct message: its id begins with D."""
    return channel_id.startswith("D")
