"""What Slack knows of the app itself, as somebody set it up: its credentials and its manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

APP_ID = "A1"
CLIENT_ID = "1.1"
CLIENT_SECRET = "loopback-client-secret"  # noqa: S105 - opens nothing but this loopback
SIGNING_SECRET = "loopback-signing-secret"  # noqa: S105
#: Of whoever set the app up, to look at its manifest.
CONFIG_TOKEN = "xoxe.xoxp-loopback"  # noqa: S105


@dataclass(kw_only=True)
class Registration:
    """The app's page under https://api.slack.com/apps."""

    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    signing_secret: str = SIGNING_SECRET
    #: Where people may be sent after an installation; an address below one of them will do.
    redirect_urls: Sequence[str] = ()
    #: As https://docs.slack.dev/reference/app-manifest has it; see :meth:`take_manifest`.
    manifest: Mapping[str, Any] = field(default_factory=dict)
    #: What its manifest asks for.
    scopes: tuple[str, ...] = ()
    #: Scopes that whoever installs the app may leave out.
    optional_scopes: frozenset[str] = frozenset()
    #: Which events it is told of; None for all.
    events: frozenset[str] | None = None
    rotates_tokens: bool = False
    #: Whether it can be installed for a whole organisation.
    allows_organisations: bool = False

    def take_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Be set up as a manifest says."""
        self.manifest = manifest
        oauth = manifest.get("oauth_config") or {}
        settings = manifest.get("settings") or {}
        subscriptions = settings.get("event_subscriptions") or {}
        scopes = oauth.get("scopes") or {}
        self.redirect_urls = tuple(oauth.get("redirect_urls") or ())
        self.scopes = tuple(scopes.get("bot") or ())
        self.optional_scopes = frozenset(scopes.get("bot_optional") or ())
        self.events = frozenset(subscriptions.get("bot_events") or ())
        self.rotates_tokens = bool(settings.get("token_rotation_enabled"))
        self.allows_organisations = bool(settings.get("org_deploy_enabled"))

    def hears(self, event: str) -> bool:
        """Tell whether the app is subscribed to an event, by its name in the manifest."""
        return self.events is None or event in self.events
