"""Which scope a call needs.

Source: https://docs.slack.dev/reference/methods, the table on each method's page.
"""

from collections.abc import Sequence

from readbot.playground.loopback_slack.arguments import TYPE_NAMES, bot_sees, types
from readbot.playground.loopback_slack.state import ChannelKind, SlackError, Workspace
from readbot.playground.loopback_slack.surfaces import Json

_SCOPES = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "users.info": "users:read",
}

#: Of methods whose scope depends on what kind of channel is meant.
_ENDINGS = {
    "conversations.history": "history",
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.replies": "history",
}

#: Of methods that are asked for kinds of channels.
_LISTS = ("conversations.list", "users.conversations")

_FAMILIES = {ChannelKind.PUBLIC: "channels", ChannelKind.PRIVATE: "groups", ChannelKind.DIRECT: "im"}


class MissingScopeError(SlackError):
    """A call that the token's scopes do not cover."""

    def __init__(self, *needed: str, provided: Sequence[str]) -> None:
        self.needed = needed
        self.provided = tuple(provided)
        super().__init__("missing_scope", f"needed: {','.join(needed)}")


def check_scope(workspace: Workspace, method: str, arguments: Json) -> None:
    """Pass a call that the workspace's installation may make.

    Raises:
        MissingScopeError: It may not.
    """
    scopes = workspace.scopes
    if method in _SCOPES and _SCOPES[method] not in scopes:
        raise MissingScopeError(_SCOPES[method], provided=scopes)
    if method in _LISTS:
        kinds = [kind for kind, name in TYPE_NAMES.items() if name in types(arguments)]
        missing = [f"{_FAMILIES[kind]}:read" for kind in kinds if f"{_FAMILIES[kind]}:read" not in scopes]
        if missing:
            raise MissingScopeError(*missing, provided=scopes)
    ending = _ENDINGS.get(method)
    if ending is None:
        return
    channel = workspace.channels.get(str(arguments.get("channel")))
    is_seen = channel is not None and bot_sees(workspace, channel)
    families = [_FAMILIES[channel.kind]] if channel and is_seen else _FAMILIES.values()
    needed = [f"{family}:{ending}" for family in families]
    # Of a channel that it does not see, Slack says only that; but not to an app without any such scope.
    if not set(needed) & set(scopes):
        raise MissingScopeError(*needed, provided=scopes)
