"""Why nothing can be posted in a channel, and how people mend it, by Slack's words for it.

Source: https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from readbot.language import tr, translatable

_NOT_A_MEMBER = translatable("I am not in this channel: type /invite @readbot, and try again.")
_READ_ONLY = translatable(
    "Only some people may write here: ask whoever manages the channel to let apps post in it."
)
_APP_GONE = translatable(
    "Slack does not take my token for this workspace any more: whoever runs readbot has to install the app again."
)
_WORKSPACE = translatable("The workspace does not let me in: its admins have to approve the app.")

_OBSTACLES = {
    "channel_not_found": _NOT_A_MEMBER,
    "not_in_channel": _NOT_A_MEMBER,
    "is_archived": translatable("This channel is archived: unarchive it, or have the digest in another one."),
    "restricted_action": _READ_ONLY,
    "restricted_action_non_threadable_channel": _READ_ONLY,
    "restricted_action_read_only_channel": _READ_ONLY,
    "restricted_action_thread_only_channel": translatable(
        "In this channel people write in threads alone: choose another one."
    ),
    "cannot_dm_bot": translatable("A bot has no use for a digest: choose a channel."),
    "messages_tab_disabled": translatable("My direct messages are turned off: choose a channel."),
    "user_disabled": translatable("This person's account is closed."),
    "user_not_found": translatable("I do not see this person."),
    "missing_scope": translatable(
        "My app lacks the scope chat:write: whoever runs readbot has to compare it with the manifest."
    ),
    "account_inactive": _APP_GONE,
    "invalid_auth": _APP_GONE,
    "not_allowed_token_type": _APP_GONE,
    "not_authed": _APP_GONE,
    "not_installed": _APP_GONE,
    "token_expired": _APP_GONE,
    "token_revoked": _APP_GONE,
    "access_denied": _WORKSPACE,
    "accesslimited": _WORKSPACE,
    "ekm_access_denied": _WORKSPACE,
    "enterprise_is_restricted": _WORKSPACE,
    "no_permission": _WORKSPACE,
    "org_login_required": _WORKSPACE,
    "team_access_not_granted": _WORKSPACE,
    "team_not_found": _WORKSPACE,
    "two_factor_setup_required": _WORKSPACE,
}


def explain_obstacle(code: str) -> str:
    """Return what is in the way of posts and how to mend it; empty where *code* tells of no such thing."""
    words = _OBSTACLES.get(code)
    return tr(words) if words else ""
