"""Slack as a platform of readbot's: which settings it needs, and what they make of it."""

from contextlib import AbstractAsyncContextManager

from slack_sdk.web.async_client import AsyncWebClient

from readbot.exceptions import SettingsError
from readbot.ports import Connection, Conversation, Messenger
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_slack.app import make_app
from readbot_slack.authorize import SingleInstallation
from readbot_slack.connections import HttpConnection, SocketConnection
from readbot_slack.logs import make_sdk_logger
from readbot_slack.manifest import make_manifest
from readbot_slack.messenger import PACE, open_messenger
from readbot_slack.service import Service

#: For one call of the Web API. The SDK's own default of 30 s is longer than anybody waits.
CALL_TIMEOUT_S = 10


class SlackPlatform:
    """Implements ``readbot.ports.Platform``, ``HasManifest`` and ``PostsDigests``."""

    name = "slack"
    needs = "SLACK_BOT_TOKEN and either SLACK_APP_TOKEN or SLACK_SIGNING_SECRET"
    pace = PACE

    def is_configured(self, settings: Settings) -> bool:
        return any((settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret))

    def make_manifest(self, url: str | None) -> str:
        return make_manifest(url)

    def open_messenger(
        self, settings: Settings, store: Store
    ) -> AbstractAsyncContextManager[Messenger] | None:
        if settings.slack_bot_token is None:
            return None
        complaint = _bot_token_complaint(settings.slack_bot_token)
        if complaint:
            raise SettingsError(complaint)
        return open_messenger(SingleInstallation(settings.slack_bot_token), settings.slack_api_url)

    def connect(self, conversation: Conversation, settings: Settings, store: Store) -> Connection | None:
        complaints = _complaints(settings)
        if complaints:
            raise SettingsError("\n".join(complaints))
        bot_token = settings.slack_bot_token
        if bot_token is None:
            return None
        logger = make_sdk_logger()
        client = AsyncWebClient(
            base_url=settings.slack_api_url,
            timeout=CALL_TIMEOUT_S,
            logger=logger,
            # The SDK would repeat a post whose answer was lost, and people would read it twice.
            retry_handlers=[],
        )
        service = Service(conversation)
        app = make_app(service, SingleInstallation(bot_token), client, logger)
        if settings.slack_app_token is not None:
            return SocketConnection(
                app=app,
                service=service,
                client=client,
                bot_token=bot_token,
                app_token=settings.slack_app_token,
            )
        assert settings.slack_signing_secret is not None  # noqa: S101 - _complaints has seen to it
        return HttpConnection(
            app=app,
            service=service,
            client=client,
            bot_token=bot_token,
            signing_secret=settings.slack_signing_secret,
        )


def _complaints(settings: Settings) -> list[str]:
    """Return what is missing or mixed up among Slack's settings, a sentence each."""
    bot, app, secret = settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret
    found = []
    if bot is None and (app or secret):
        found.append("SLACK_BOT_TOKEN: is missing; find it under OAuth & Permissions (xoxb-...)")
    if bot is not None and (complaint := _bot_token_complaint(bot)):
        found.append(complaint)
    if app is not None and not app.reveal().startswith("xapp-"):
        found.append("SLACK_APP_TOKEN: an app token starts with xapp-; make one under Basic Information")
    if bot is not None and app is None and secret is None:
        found.append(
            "SLACK_APP_TOKEN: set it for Socket Mode (xapp-...), or SLACK_SIGNING_SECRET for HTTP; "
            "both are under Basic Information"
        )
    return found


def _bot_token_complaint(token: Secret) -> str:
    """Return what is wrong with a bot token at first sight; empty when nothing is."""
    if token.reveal().startswith("xapp-"):
        return "SLACK_BOT_TOKEN: that is an app token; the bot token starts with xoxb-"
    return ""
