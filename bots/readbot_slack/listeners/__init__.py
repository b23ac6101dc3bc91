"""One file for each of Slack's features, each with ``register(app, service)``."""

from slack_bolt.app.async_app import AsyncApp

from readbot_slack.listeners import actions, commands, removals
from readbot_slack.removal import Removal
from readbot_slack.service import Service


def register_listeners(app: AsyncApp, service: Service, removal: Removal) -> None:
    """Let *app* answer everything that readbot listens to."""
    commands.register(app, service)
    actions.register(app, service)
    removals.register(app, removal)
