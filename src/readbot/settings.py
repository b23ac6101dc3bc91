"""The settings: read once from the environment by an entry point, then passed on as one value."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from readbot.exceptions import SettingsError


class Secret:
    """A value that shows in no repr, log line or error message."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself, for the one call that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__


def _setting(env: str, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"env": env, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting with its default. ``SETTINGS`` lists them for people."""

    list_path: Path | None = _setting(
        "READBOT_LIST", None, "Reading list to serve, a YAML file; without it the list that ships"
    )
    aliases_path: Path | None = _setting(
        "READBOT_ALIASES", None, "The field's other words, a YAML file; without it the table that ships"
    )
    port: int | None = _setting("PORT", None, "Port of the HTTP server: 3000 when Slack needs one")
    host: str = _setting("READBOT_HOST", "0.0.0.0", "Address the HTTP server listens on")  # noqa: S104 - a container's server must be reachable
    log_level: str = _setting("READBOT_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR")
    slack_bot_token: Secret | None = _setting("SLACK_BOT_TOKEN", None, "Slack bot token, xoxb-...")
    slack_app_token: Secret | None = _setting(
        "SLACK_APP_TOKEN", None, "Slack app token, xapp-...: selects Socket Mode"
    )
    slack_signing_secret: Secret | None = _setting(
        "SLACK_SIGNING_SECRET", None, "Slack signing secret: needed over HTTP"
    )
    slack_api_url: str = _setting(
        "SLACK_API_URL", "https://slack.com/api/", "Slack Web API (GovSlack, a proxy); ends in /api/"
    )
    discord_token: Secret | None = _setting("DISCORD_TOKEN", None, "Discord bot token")
    discord_api_url: str = _setting(
        "DISCORD_API_URL",
        "https://discord.com/api/v10",
        "Discord API (a rate-limit proxy); ends in /api/v10, its /gateway/bot names the gateway",
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings that *environ* holds; an empty variable counts as not set.

        Raises:
            SettingsError: A value does not fit; the message names every such variable.
        """
        types_by_name = typing.get_type_hints(cls)
        values: dict[str, Any] = {}
        complaints: list[str] = []
        for setting in fields(cls):
            env = setting.metadata["env"]
            raw = environ.get(env, "").strip()
            if raw:
                try:
                    values[setting.name] = _parse(raw, types_by_name[setting.name])
                except ValueError as error:
                    complaints.append(f"{env}: {error}")
        settings = cls(**values)
        complaints += settings._complaints()
        if complaints:
            raise SettingsError("\n".join(complaints))
        return settings

    def _complaints(self) -> list[str]:
        found = []
        if self.port is not None and not 0 <= self.port <= 65535:
            found.append("PORT: a port is a number from 0 to 65535, for instance PORT=3000")
        if self.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            found.append("READBOT_LOG_LEVEL: use DEBUG, INFO, WARNING or ERROR")
        if not self.slack_api_url.endswith("/api/"):
            found.append("SLACK_API_URL: the address has to end in /api/, as in https://slack.com/api/")
        if not self.discord_api_url.endswith("/api/v10"):
            found.append(
                "DISCORD_API_URL: the address has to end in /api/v10, as in https://discord.com/api/v10"
            )
        return found


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One row of the table of settings."""

    env: str
    #: As shown to people; empty where there is none.
    default: str
    meaning: str


#: The table of settings, in the order in which people read it.
SETTINGS: tuple[Setting, ...] = tuple(
    Setting(
        env=setting.metadata["env"],
        default="" if setting.default is None else str(setting.default),
        meaning=setting.metadata["meaning"],
    )
    for setting in fields(Settings)
)


def _parse(raw: str, wanted: Any) -> Any:
    """Return *raw* as the field's type; ``X | None`` counts as ``X``."""
    if isinstance(wanted, types.UnionType):
        wanted = next(option for option in typing.get_args(wanted) if option is not type(None))
    if wanted is int:
        try:
            return int(raw)
        except ValueError:
            raise ValueError(f"{raw!r} is not a whole number") from None
    return wanted(raw)
