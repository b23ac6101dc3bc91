"""readbot in Slack."""

from readbot_slack.platform import SlackPlatform

__all__ = ["SlackPlatform"]
