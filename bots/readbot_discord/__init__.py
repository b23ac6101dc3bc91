"""readbot on Discord."""

from readbot_discord.platform import DiscordPlatform

__all__ = ["DiscordPlatform"]
