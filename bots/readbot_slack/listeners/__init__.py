"""One file for each of Slack's features, each with ``register(app, service)``."""

from slack_bolt.app.async_app import AsyncApp

from readbot_slack.listeners import (
    actions,
    commands,
    home,
    messages,
    options,
    removals,
    shortcuts,
    submissions,
)
from readbot_slack.removal import Removal
from readbot_slack.service import Service


def register_listeners(app: AsyncApp, service: Service, removal: Removal) -> None:
    """Let *app* answer everything that readbot listens to."""
    commands.register(app, service)
    for feature in (actions, shortcuts, submissions, options, messages, home):
        feature.register(app, service)
    removals.register(app, removal)
