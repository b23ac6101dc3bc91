"""Which scope a call needs.

Source: https://docs.slack.dev/reference/methods, the table on each method's page.
"""

from readbot.playground.loopback_slack.state import Channel, ChannelKind, Json, SlackError, Workspace

_SCOPES = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.join": "channels:join",
    "users.info": "users:read",
}

#: Of methods whose scope depends on what kind of channel is meant.
_ENDINGS = {"conversations.history": "history", "conversations.info": "read", "conversations.list": "read"}

_FAMILIES = {ChannelKind.PUBLIC: "channels", ChannelKind.PRIVATE: "groups", ChannelKind.DIRECT: "im"}


class MissingScopeError(SlackError):
    """A call that the token's scopes do not cover."""

    def __init__(self, *needed: str) -> None:
        self.needed = needed
        super().__init__("missing_scope", f"needed: {','.join(needed)}")


def check_scope(workspace: Workspace, method: str, arguments: Json) -> None:
    """Pass a call that the workspace's installation may make.

    Raises:
        MissingScopeError: It may not.
    """
    if method in _SCOPES and _SCOPES[method] not in workspace.scopes:
        raise MissingScopeError(_SCOPES[method])
    ending = _ENDINGS.get(method)
    if ending is None:
        return
    channel = workspace.channels.get(str(arguments.get("channel")))
    families = [_FAMILIES[channel.kind]] if channel and _is_seen(workspace, channel) else _FAMILIES.values()
    needed = [f"{family}:{ending}" for family in families]
    # Of a channel that it does not see, Slack says only that; but not to an app without any such scope.
    if not set(needed) & set(workspace.scopes):
        raise MissingScopeError(*needed)


def _is_seen(workspace: Workspace, channel: Channel) -> bool:
    return channel.kind is ChannelKind.PUBLIC or workspace.bot_user_id in channel.members
