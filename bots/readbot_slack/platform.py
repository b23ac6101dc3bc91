"""Slack as a platform of readbot's: which settings it needs, and what they make of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from readbot.findings import Finding
from readbot.ports import Connection, Conversation, Messenger
from readbot.settings import Settings
from readbot.store import Store
from readbot_slack.app import make_app
from readbot_slack.authorize import CachedAuthorize, Installations, SingleInstallation
from readbot_slack.connections import HttpConnection, SocketConnection
from readbot_slack.doctor import examine
from readbot_slack.install import Installing
from readbot_slack.installations import StoredInstallations
from readbot_slack.logs import make_sdk_logger
from readbot_slack.manifest import make_manifest
from readbot_slack.messenger import PACE, open_messenger
from readbot_slack.once import ActOnce
from readbot_slack.paths import INSTALL_PATH
from readbot_slack.removal import Removal
from readbot_slack.service import Service
from readbot_slack.setup import Setup, read_setup
from readbot_slack.web_api import make_client
from readbot_slack.webhook import SlackWebhooks


class SlackPlatform:
    """Implements ``readbot.ports.Platform``, ``HasManifest``, ``HasDoctor`` and ``PostsDigests``."""

    name = "slack"
    needs = (
        "SLACK_BOT_TOKEN (or, for many workspaces, SLACK_CLIENT_ID and what goes with it) and either "
        "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET"
    )
    pace = PACE
    webhooks = SlackWebhooks()

    def is_configured(self, settings: Settings) -> bool:
        return any(
            (
                settings.slack_bot_token,
                settings.slack_app_token,
                settings.slack_signing_secret,
                settings.slack_client_id,
                settings.slack_client_secret,
            )
        )

    def check(self, settings: Settings, *, listens: bool) -> None:
        read_setup(settings, listens=listens)

    def make_manifest(self, url: str | None) -> str:
        return make_manifest(url)

    def examine(
        self, settings: Settings, store: Store | None, *, url: str | None = None
    ) -> AsyncIterator[Finding]:
        return examine(settings, store, url=url)

    def open_messenger(
        self, settings: Settings, store: Store
    ) -> AbstractAsyncContextManager[Messenger] | None:
        setup = read_setup(settings, listens=False)
        if setup is None:
            return None
        installations = _find_installations(setup, store, make_client(setup.api_url))
        return open_messenger(installations, setup.api_url)

    def connect(self, conversation: Conversation, settings: Settings, store: Store) -> Connection | None:
        setup = read_setup(settings, listens=True)
        if setup is None:
            return None
        client = make_client(setup.api_url)
        service = Service(conversation)
        installations = _find_installations(setup, store, client)
        authorize = CachedAuthorize(installations)
        removal = Removal(store, installations=installations, authorize=authorize, client=client)
        app = make_app(
            service,
            authorize=authorize,
            act_once=ActOnce(store, service),
            removal=removal,
            client=client,
            logger=make_sdk_logger(),
            not_installed=_explain_not_installed(setup),
        )
        pages = _make_pages(setup, store, authorize, client)
        if setup.app_token is not None:
            return SocketConnection(
                app=app,
                service=service,
                removal=removal,
                client=client,
                bot_token=setup.bot_token,
                app_token=setup.app_token,
                pages=pages,
            )
        assert setup.signing_secret is not None  # noqa: S101 - read_setup has seen to it
        return HttpConnection(
            app=app,
            service=service,
            removal=removal,
            client=client,
            bot_token=setup.bot_token,
            signing_secret=setup.signing_secret,
            pages=pages,
        )


def _find_installations(setup: Setup, store: Store, client: AsyncWebClient) -> Installations:
    if setup.oauth is not None:
        return StoredInstallations(store, setup.oauth, client)
    assert setup.bot_token is not None  # noqa: S101 - read_setup has seen to it
    return SingleInstallation(setup.bot_token)


def _explain_not_installed(setup: Setup) -> str:
    if setup.oauth is None:
        return "readbot has no token for this workspace: whoever runs it has to install the app again."
    return f"readbot is not installed in this workspace (any more). To install it: {setup.oauth.url}{INSTALL_PATH}"


def _make_pages(
    setup: Setup, store: Store, authorize: CachedAuthorize, client: AsyncWebClient
) -> Sequence[web.RouteDef]:
    """Return the pages by which workspaces install the app, where they do so themselves."""
    if setup.oauth is None:
        return ()
    installing = Installing(
        oauth=setup.oauth,
        store=store,
        installations=StoredInstallations(store, setup.oauth, client),
        client=client,
        on_change=authorize.forget,
    )
    return installing.routes()
