"""readbot in Slack."""

from readbot_slack.manifest import make_manifest
from readbot_slack.platform import SlackPlatform

__all__ = ["SlackPlatform", "make_manifest"]
