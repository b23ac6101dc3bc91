"""The settings: read once from the environment by an entry point, then passed on as one value."""

import math
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from readbot.curation.curators import Curators
from readbot.exceptions import SettingsError
from readbot.reading_list.yaml_file import default_list_path


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


class ShardIds(tuple[int, ...]):
    """Numbers of shards, rising: "0,1" or "0-3" or both, "0-3,8"."""

    def __new__(cls, words: str) -> "ShardIds":
        """Read what a setting says.

        Raises:
            ValueError: It names no shards.
        """
        found: set[int] = set()
        for piece in words.split(","):
            first, dash, last = (part.strip() for part in piece.partition("-"))
            if not first.isdecimal() or (dash and not last.isdecimal()):
                raise ValueError(f"{piece.strip()!r} names no shards; use numbers, as in 0,1 or 0-3")
            begin, end = int(first), int(last) if dash else int(first)
            if end < begin or end >= MAX_SHARDS:
                raise ValueError(f"{piece.strip()!r} names no shards; they count from 0 up, as in 0-3")
            found.update(range(begin, end + 1))
        return super().__new__(cls, sorted(found))

    def __str__(self) -> str:
        return ",".join(map(str, self))


#: More than Discord's largest bots have; a typing error is rather the reason.
MAX_SHARDS = 10_000


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class Managers(StrEnum):
    """Who may change a channel's digest."""

    EVERYONE = "everyone"
    ADMINS = "admins"


class OnUnknown(StrEnum):
    """What becomes of a post that got no answer where the platform does not let us look for it."""

    #: Left out and listed as unconfirmed: never twice, in rare cases not at all.
    SKIP = "skip"
    #: Posted again: never lost, in rare cases twice.
    REPOST = "repost"


class LinkChecks(StrEnum):
    """Whether a running readbot looks after the links of its list."""

    OFF = "off"
    WEEKLY = "weekly"


class Queue(StrEnum):
    """What wakes workers up, where there are several."""

    PROCRASTINATE = "procrastinate"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting with its default. ``SETTINGS`` lists them for people."""

    list_paths: tuple[Path, ...] = _setting(
        "READBOT_LIST",
        (),
        "Reading list to serve, YAML or an awesome-list's Markdown; several, with a comma between, are offered "
        "to choose from, the first to begin with; without it the list that ships",
    )
    aliases_path: Path | None = _setting(
        "READBOT_ALIASES", None, "The field's other words, a YAML file; without it the table that ships"
    )
    port: int | None = _setting("PORT", None, "Port of the HTTP server: 3000 when Slack needs one")
    host: str = _setting("READBOT_HOST", "0.0.0.0", "Address the HTTP server listens on")  # noqa: S104 - a container's server must be reachable
    feeds: Switch = _setting(
        "READBOT_FEEDS",
        Switch.ON,
        "on or off: /feed.xml, /feed.json and /llms.txt, for everybody who reaches the HTTP server",
    )
    log_level: str = _setting("READBOT_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR")
    log_format: LogFormat = _setting(
        "READBOT_LOG_FORMAT", LogFormat.TEXT, "text for people, json for machines"
    )
    slack_bot_token: Secret | None = _setting("SLACK_BOT_TOKEN", None, "Slack bot token, xoxb-...")
    slack_app_token: Secret | None = _setting(
        "SLACK_APP_TOKEN", None, "Slack app token, xapp-...: selects Socket Mode"
    )
    slack_signing_secret: Secret | None = _setting(
        "SLACK_SIGNING_SECRET", None, "Slack signing secret: needed over HTTP"
    )
    slack_client_id: str | None = _setting(
        "SLACK_CLIENT_ID", None, "Slack client id: lets any workspace install the app at /slack/install"
    )
    slack_client_secret: Secret | None = _setting(
        "SLACK_CLIENT_SECRET", None, "Slack client secret: goes with SLACK_CLIENT_ID"
    )
    slack_config_token: Secret | None = _setting(
        "SLACK_CONFIG_TOKEN", None, "For readbot doctor: compares the app with its manifest, xoxe.xoxp-..."
    )
    slack_api_url: str = _setting(
        "SLACK_API_URL", "https://slack.com/api/", "Slack Web API (GovSlack, a proxy); ends in /api/"
    )
    slack_url: str | None = _setting(
        "SLACK_URL", None, "Where browsers find Slack, for SLACK_API_URL that is a proxy's: https://slack.com"
    )
    discord_token: Secret | None = _setting("DISCORD_TOKEN", None, "Discord bot token")
    discord_api_url: str = _setting(
        "DISCORD_API_URL",
        "https://discord.com/api/v10",
        "Discord API (a rate-limit proxy); ends in /api/v10, its /gateway/bot names the gateway",
    )
    discord_shard_count: int | None = _setting(
        "DISCORD_SHARD_COUNT", None, "Shards over all processes; without it as many as Discord recommends"
    )
    discord_shard_ids: ShardIds | None = _setting(
        "DISCORD_SHARD_IDS", None, "Those of this process, 0,1 or 0-3; goes with DISCORD_SHARD_COUNT"
    )
    public_url: str | None = _setting(
        "READBOT_URL", None, "Public https address of the HTTP server, https://readbot.example.com"
    )
    secret_keys: Secret | None = _setting(
        "READBOT_SECRET_KEYS",
        None,
        "Keys for the tokens in the database, commas between; the first encrypts: readbot db new-key",
    )
    database_url: Secret | None = _setting(
        "DATABASE_URL", None, "PostgreSQL, postgresql://...; without it a SQLite file, readbot.db"
    )
    data_dir: Path | None = _setting(
        "READBOT_DATA_DIR", None, "Folder of readbot.db; without it the current one"
    )
    queue: Queue | None = _setting(
        "READBOT_QUEUE", None, "procrastinate: workers on several machines wake each other (PostgreSQL only)"
    )
    digest_managers: Managers | None = _setting(
        "READBOT_DIGEST_MANAGERS",
        None,
        "Who may change a channel's digest: everyone or admins; without it everyone on Slack, "
        "Manage Server on Discord",
    )
    curators: Curators = _setting(
        "READBOT_CURATORS",
        Curators(),
        "Who decides on suggestions, beside each workspace's admins: slack:U123,discord:456",
    )
    link_checks: LinkChecks = _setting(
        "READBOT_LINK_CHECKS",
        LinkChecks.OFF,
        "weekly or off: ask every link whether it still answers, and tell the curators; off unless you want "
        "it, as your machine then calls every site on the list",
    )
    contact: str = _setting(
        "READBOT_CONTACT", "", "A page or mail address of yours, told to the sites whose links are checked"
    )
    gaps_days: int = _setting(
        "READBOT_GAPS_DAYS",
        90,
        "Days for which searches without an answer are counted, without by whom; 0 counts none",
    )
    recent_answers: int = _setting(
        "READBOT_RECENT_ANSWERS",
        10,
        "What each person asked last, kept for themselves alone; 0 keeps nothing",
    )
    commands_per_minute: float = _setting(
        "READBOT_COMMANDS_PER_MINUTE", 60.0, "How often one person may ask; 0 for as often as they like"
    )
    on_unknown: OnUnknown = _setting(
        "READBOT_ON_UNKNOWN",
        OnUnknown.SKIP,
        "skip or repost: a post without an answer, where the platform does not let readbot look for it",
    )
    catch_up_h: float = _setting(
        "READBOT_CATCH_UP_H", 24.0, "Hours for which a digest is still posted late, after downtime"
    )
    jitter_s: float = _setting(
        "READBOT_JITTER_S", 300.0, "Digests of one minute spread over this many seconds, each always alike"
    )
    tick_s: float = _setting("READBOT_TICK_S", 1.0, "Seconds between two looks for what is due")
    post_timeout_s: float = _setting(
        "READBOT_POST_TIMEOUT_S", 10.0, "Seconds to wait for an answer to a post"
    )
    lease_s: float = _setting(
        "READBOT_LEASE_S", 90.0, "Seconds after which a worker that says nothing counts as dead"
    )
    settle_s: float = _setting(
        "READBOT_SETTLE_S",
        60.0,
        "Seconds that a post without an answer gets to show up before it is looked for",
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

    @property
    def served_paths(self) -> tuple[Path, ...]:
        """Return the files of the lists that are served, at least one; the first is the default.

        Raises:
            ListError: None is set, and this installation has no list of its own.
        """
        return self.list_paths or (default_list_path(),)

    def _complaints(self) -> list[str]:
        found = []
        if self.commands_per_minute < 0:
            found.append("READBOT_COMMANDS_PER_MINUTE: cannot be less than 0")
        for env, number in (
            ("READBOT_GAPS_DAYS", self.gaps_days),
            ("READBOT_RECENT_ANSWERS", self.recent_answers),
        ):
            if not 0 <= number <= 1000:
                found.append(f"{env}: a number from 0 to 1000; 0 turns it off")
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
        if not re.fullmatch(r"[!-'*-~]{0,200}", self.contact):
            found.append("READBOT_CONTACT: use one address, for instance https://example.org/about")
        found += self._shard_complaints()
        if self.public_url is not None and not is_public_url(self.public_url):
            found.append(
                f"READBOT_URL: {self.public_url!r} is no https address without ? and #; "
                "use one like https://readbot.example.com"
            )
        return found + self._digest_complaints()

    def _shard_complaints(self) -> list[str]:
        count, ids = self.discord_shard_count, self.discord_shard_ids
        if count is not None and not 1 <= count <= MAX_SHARDS:
            return [
                f"DISCORD_SHARD_COUNT: a number from 1 to {MAX_SHARDS:,}; leave it out for Discord's choice"
            ]
        if ids is not None and count is None:
            return [
                "DISCORD_SHARD_IDS: needs DISCORD_SHARD_COUNT, the number of all shards, alike in every process"
            ]
        if ids is not None and count is not None and ids[-1] >= count:
            return [f"DISCORD_SHARD_IDS: with DISCORD_SHARD_COUNT={count} they go from 0 to {count - 1}"]
        return []

    def _digest_complaints(self) -> list[str]:
        found = []
        for env, value in (
            ("READBOT_TICK_S", self.tick_s),
            ("READBOT_POST_TIMEOUT_S", self.post_timeout_s),
            ("READBOT_LEASE_S", self.lease_s),
            ("READBOT_CATCH_UP_H", self.catch_up_h),
        ):
            if value <= 0:
                found.append(f"{env}: has to be more than 0")
        for env, value in (("READBOT_SETTLE_S", self.settle_s), ("READBOT_JITTER_S", self.jitter_s)):
            if value < 0:
                found.append(f"{env}: cannot be less than 0")
        if self.lease_s <= self.post_timeout_s:
            found.append(
                "READBOT_LEASE_S: has to be longer than READBOT_POST_TIMEOUT_S "
                f"({self.post_timeout_s:g}), or a slow post would count as a dead worker's"
            )
        if self.queue and (self.database_url is None or "postgres" not in self.database_url.reveal()):
            found.append("READBOT_QUEUE: procrastinate needs PostgreSQL; set DATABASE_URL=postgresql://...")
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
        default="" if setting.default in (None, ()) else str(setting.default),
        meaning=setting.metadata["meaning"],
    )
    for setting in fields(Settings)
)


def is_public_url(url: str) -> bool:
    """Tell whether a platform can be told *url* as readbot's address; plain http is for this machine alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or parts.query or parts.fragment or parts.username is not None:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    )


def _parse_paths(raw: str) -> tuple[Path, ...]:
    # A name may have a comma in it.
    if Path(raw).exists():
        return (Path(raw),)
    paths = tuple(Path(part.strip()) for part in raw.split(",") if part.strip())
    if not paths:
        raise ValueError(f"{raw!r} names no file; write one, or several with commas between")
    return paths


def _parse(raw: str, wanted: Any) -> Any:
    """Return *raw* as the field's type; ``X | None`` counts as ``X``."""
    if wanted == tuple[Path, ...]:
        return _parse_paths(raw)
    if isinstance(wanted, types.UnionType):
        wanted = next(option for option in typing.get_args(wanted) if option is not type(None))
    if issubclass(wanted, StrEnum):
        if raw.lower() not in set(wanted):
            raise ValueError(f"{raw!r} is not among: {', '.join(wanted)}")
        return wanted(raw.lower())
    if wanted in {int, float}:
        try:
            number = wanted(raw)
        except ValueError:
            raise ValueError(f"{raw!r} is not a {'whole ' if wanted is int else ''}number") from None
        if not math.isfinite(number):
            raise ValueError(f"{raw!r} is not a number to count with")
        return number
    return wanted(raw)
