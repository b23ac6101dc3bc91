"""Slack's settings, looked at as a whole: one workspace by its token, or any workspace by OAuth.

1. **One workspace**: SLACK_BOT_TOKEN, and either SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.
2. **Many**: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, READBOT_SECRET_KEYS and READBOT_URL, and either
   SLACK_APP_TOKEN or SLACK_SIGNING_SECRET. Each workspace installs the app at READBOT_URL/slack/install.

Both at once are refused: which of two tokens answers for a workspace must never be a matter of luck.
"""

from dataclasses import dataclass

from readbot.exceptions import SettingsError
from readbot.settings import Secret, Settings, is_public_url
from readbot.vault import Vault


@dataclass(frozen=True, kw_only=True)
class OAuth:
    """What lets any workspace install the app."""

    client_id: str
    client_secret: Secret
    vault: Vault
    #: Public address of the HTTP server, without a slash at its end.
    url: str
    #: Where browsers find Slack, to which people are sent; without a slash at its end.
    slack_url: str


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Settings that go together."""

    api_url: str
    #: Of the one workspace; None where :attr:`oauth` is set.
    bot_token: Secret | None
    oauth: OAuth | None
    #: Selects Socket Mode.
    app_token: Secret | None
    signing_secret: Secret | None


def read_setup(settings: Settings, *, listens: bool) -> Setup | None:
    """Return Slack's part of *settings*, or None where it is not set.

    Args:
        settings: All of them.
        listens: Whether requests are to arrive, which takes a way for them; to post takes none.

    Raises:
        SettingsError: Some of it is set and some missing, malformed or at odds; names everything.
    """
    complaints = _complaints(settings, listens=listens)
    if complaints:
        raise SettingsError("\n".join(complaints))
    if settings.slack_bot_token is None and settings.slack_client_id is None:
        return None
    return Setup(
        api_url=settings.slack_api_url,
        bot_token=settings.slack_bot_token,
        oauth=_make_oauth(settings),
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
    )


def _make_oauth(settings: Settings) -> OAuth | None:
    client_id, secret, keys = settings.slack_client_id, settings.slack_client_secret, settings.secret_keys
    if client_id is None or secret is None or keys is None or settings.public_url is None:
        return None
    return OAuth(
        client_id=client_id,
        client_secret=secret,
        vault=Vault(keys),
        url=settings.public_url.rstrip("/"),
        slack_url=(settings.slack_url or settings.slack_api_url.removesuffix("/api/")).rstrip("/"),
    )


def _complaints(settings: Settings, *, listens: bool) -> list[str]:
    """Return what is missing or mixed up among Slack's settings, a sentence each."""
    bot, app, secret = settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret
    has_oauth = settings.slack_client_id is not None or settings.slack_client_secret is not None
    found = []
    if bot is not None and has_oauth:
        found.append(
            "SLACK_BOT_TOKEN: is of one workspace, and SLACK_CLIENT_ID lets many install the app; take one of "
            "them away. Without SLACK_BOT_TOKEN its workspace installs the app again, at /slack/install"
        )
    elif has_oauth:
        found += _oauth_complaints(settings)
    elif bot is None and (app or secret):
        found.append(
            "SLACK_BOT_TOKEN: is missing; find it under OAuth & Permissions (xoxb-...), or set SLACK_CLIENT_ID "
            "and SLACK_CLIENT_SECRET to let any workspace install the app"
        )
    if bot is not None and bot.reveal().startswith("xapp-"):
        found.append("SLACK_BOT_TOKEN: that is an app token; the bot token starts with xoxb-")
    if app is not None and not app.reveal().startswith("xapp-"):
        found.append("SLACK_APP_TOKEN: an app token starts with xapp-; make one under Basic Information")
    if listens and (bot is not None or has_oauth) and app is None and secret is None:
        found.append(
            "SLACK_APP_TOKEN: set it for Socket Mode (xapp-...), or SLACK_SIGNING_SECRET for HTTP; "
            "both are under Basic Information"
        )
    return found


def _oauth_complaints(settings: Settings) -> list[str]:
    wanted = {
        "SLACK_CLIENT_ID": (settings.slack_client_id, "it is under Basic Information > App Credentials"),
        "SLACK_CLIENT_SECRET": (
            settings.slack_client_secret,
            "it is under Basic Information > App Credentials",
        ),
        "READBOT_SECRET_KEYS": (
            settings.secret_keys,
            "the tokens of other people's workspaces are kept encrypted; make a key with: readbot db new-key",
        ),
        "READBOT_URL": (
            settings.public_url,
            "Slack sends people back there after installing; the public https address of the HTTP server",
        ),
    }
    missing = [
        f"{env}: is missing, and workspaces cannot install the app without it; {advice}"
        for env, (value, advice) in wanted.items()
        if value is None
    ]
    if settings.slack_url is None or is_public_url(settings.slack_url):
        return missing
    return [*missing, "SLACK_URL: is no https address; use https://slack.com or https://slack-gov.com"]
