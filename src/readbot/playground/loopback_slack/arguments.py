"""What calls of the Web API have in common: their arguments, and the channel that they are about."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from readbot.playground.loopback_slack.state import Channel, ChannelKind, SlackError, Workspace
from readbot.playground.loopback_slack.surfaces import Json

TYPE_NAMES = {
    ChannelKind.PUBLIC: "public_channel",
    ChannelKind.PRIVATE: "private_channel",
    ChannelKind.DIRECT: "im",
}


def text(arguments: Json, name: str) -> str:
    """Return an argument that has to be there.

    Raises:
        SlackError: ``invalid_arguments``.
    """
    value: Any = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise SlackError("invalid_arguments", f"missing required field: {name}")
    return value


def is_true(arguments: Json, name: str) -> bool:
    return str(arguments.get(name)).lower() in {"true", "1"}


def types(arguments: Json) -> list[str]:
    """Return which kinds of channels a call asks for, as Slack calls them.

    Raises:
        SlackError: ``invalid_types``.
    """
    asked = [each.strip() for each in str(arguments.get("types") or "public_channel").split(",")]
    if not set(asked) <= {*TYPE_NAMES.values(), "mpim"}:
        raise SlackError("invalid_types")
    return asked


def page(found: Sequence[Any], arguments: Json) -> tuple[Sequence[Any], Json]:
    """Return the part of *found* that a call asks for, and the answer's ``response_metadata``.

    Raises:
        SlackError: ``invalid_limit`` or ``invalid_cursor``.
    """
    try:
        limit = int(arguments.get("limit") or 100)
        cursor = str(arguments.get("cursor") or "")
        start = int(base64.b64decode(cursor, validate=True)) if cursor else 0
    except (ValueError, binascii.Error) as error:
        raise SlackError("invalid_cursor") from error
    if not 0 < limit <= 1000:
        raise SlackError("invalid_limit")
    end = start + limit
    following = base64.b64encode(str(end).encode()).decode() if end < len(found) else ""
    return found[start:end], {"next_cursor": following}


def bot_sees(workspace: Workspace, channel: Channel) -> bool:
    return channel.kind is ChannelKind.PUBLIC or workspace.bot_user_id in channel.members


def seen_channel(workspace: Workspace, arguments: Json) -> Channel:
    """Return the channel that a call is about.

    Raises:
        SlackError: ``channel_not_found``, also for one that the app cannot see.
    """
    wanted = text(arguments, "channel")
    if wanted in workspace.users:
        # Slack takes a person for the direct channel with them.
        return workspace.direct_channel(wanted)
    channel = workspace.find_channel(wanted)
    if not bot_sees(workspace, channel):
        raise SlackError("channel_not_found")
    return channel


def joined_channel(workspace: Workspace, arguments: Json) -> Channel:
    """Return the channel that a call is about, for what only members may do.

    Raises:
        SlackError: ``channel_not_found``, ``is_archived`` or ``not_in_channel``.
    """
    channel = seen_channel(workspace, arguments)
    if channel.is_archived:
        raise SlackError("is_archived")
    if workspace.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel
