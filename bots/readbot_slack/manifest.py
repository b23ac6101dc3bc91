"""The manifest from which a Slack app is made.

Source: https://docs.slack.dev/reference/app-manifest
"""

from importlib.resources import files
from urllib.parse import urlsplit

import yaml

from readbot.exceptions import SettingsError
from readbot_slack.paths import EVENTS_PATH, REDIRECT_PATH


def make_manifest(url: str | None = None) -> str:
    """Return the manifest as YAML.

    Args:
        url: Public address of readbot's HTTP server, with or without ``/slack/events``; None for
            Socket Mode, which needs none.

    Raises:
        SettingsError: *url* is no https address. Slack calls nothing else.
    """
    template = files(__package__).joinpath("manifest.yaml").read_text(encoding="utf-8")
    if url is None:
        return template
    request_url = _request_url(url)
    manifest = yaml.safe_load(template)
    for command in manifest["features"]["slash_commands"]:
        command["url"] = request_url
    manifest["settings"]["interactivity"]["request_url"] = request_url
    events = manifest["settings"]["event_subscriptions"]
    manifest["settings"]["event_subscriptions"] = {"request_url": request_url, **events}
    # Where people come back to who install the app in a workspace of their own.
    redirect_url = request_url.removesuffix(EVENTS_PATH) + REDIRECT_PATH
    manifest["oauth_config"] = {"redirect_urls": [redirect_url], **manifest["oauth_config"]}
    manifest["settings"]["socket_mode_enabled"] = False
    written: str = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)
    return written


def _request_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        is_usable = parts.scheme == "https" and parts.hostname and not parts.query and not parts.fragment
    except ValueError:
        is_usable = False
    if not is_usable:
        raise SettingsError(
            f"{url!r} is no address that Slack can call; it starts with https, "
            "as in https://readbot.example.com"
        )
    return url.strip().rstrip("/").removesuffix(EVENTS_PATH) + EVENTS_PATH
