"""The commands that run readbot, apart from those that only read a list: they load ten times as much."""

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console

from readbot import process
from readbot.bootstrap import load_platforms, make_bot
from readbot.chat import chat as talk
from readbot.conversation.bot import Bot
from readbot.exceptions import SettingsError
from readbot.logs import set_up_logging
from readbot.playground.run import DEFAULT_PORT, run_playground
from readbot.ports import HasManifest, Platform
from readbot.settings import Settings

logger = logging.getLogger(__name__)


@click.command()
@click.argument("part", default="all")
def run(part: str) -> None:
    """Run readbot for the platforms whose tokens are set; with none set, try it here.

    PART is all, or what one of several processes does: one platform's name (slack, discord), web for
    the platforms that need the HTTP server, worker for posting digests and nothing else.
    Settings come from environment variables: readbot settings lists them.
    """
    settings = Settings.from_environ(os.environ)
    platforms = load_platforms()
    configured = [name for name, platform in platforms.items() if platform.is_configured(settings)]
    parts = {"all": configured, "web": configured, "worker": []} | {name: [name] for name in platforms}
    if part not in parts:
        raise click.UsageError(f"There is no part {part!r}; use one of {', '.join(sorted(parts))}.")
    if part == "all" and not configured:
        return _try_out(settings)
    lacking = parts[part] if part in platforms else list(platforms)
    if not set(lacking) & set(configured):
        wanted = ", or ".join(platforms[name].needs for name in lacking)
        raise SettingsError(f"{part} needs {wanted} in the environment; docs/ tells where to find them.")
    set_up_logging(settings.log_level, settings.log_format)
    asyncio.run(_run(settings, platforms, part, parts[part]))
    return None


async def _run(settings: Settings, platforms: Mapping[str, Platform], part: str, listens: list[str]) -> None:
    # A SQLite file belongs to one process, so whichever runs on it posts as well.
    posts = part in {"all", "worker"} or settings.database_url is None
    async with process.open_process(
        settings, platforms=platforms, listens=listens, posts=posts, only_http=part == "web"
    ) as opened:
        logger.info("serving %s", opened.shelves.default.summary, extra={"action": "start", "part": part})
        for name in set(listens) - set(opened.connections):
            logger.info("%s is left to another process: readbot run %s", name, name)
        await process.serve(opened)


def _try_out(settings: Settings) -> None:
    """Open the playground; answer in text where something is piped in, which no page could show."""
    if _is_piped():
        return _chat(make_bot(settings))
    click.echo(
        "No token is set, so this is the playground. docs/slack.md and docs/discord.md tell of tokens.\n"
    )
    run_playground()
    return None


def _is_piped() -> bool:
    kind = os.fstat(sys.stdin.fileno()).st_mode
    return stat.S_ISFIFO(kind) or stat.S_ISREG(kind)


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where the page is; a busy one picks the next.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep the state in this folder; without it nothing stays."
)
@click.option("--once", metavar="TEXT", help="Print the answer to one command, with its payloads, and end.")
def playground(*, port: int, open_browser: bool, keep: Path | None, once: str | None) -> None:
    """Try readbot in a page that looks like Slack and Discord, with no account.

    With --once "/llmread fine-tuning" it exits with 0 when every platform answered, else with 1.
    """
    if not run_playground(port=port, open_browser=open_browser, keep=keep, once=once):
        sys.exit(1)


@click.command()
def chat() -> None:
    """Talk to readbot here in the terminal, or through a pipe."""
    _chat(make_bot(Settings.from_environ(os.environ)))


def _chat(bot: Bot) -> None:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    talk(bot, console=Console(highlight=False), history_path=state / "readbot" / "history")


@click.command()
@click.argument("platform")
@click.option("--url", help="The public https address of the HTTP server; without it: Socket Mode.")
def manifest(platform: str, url: str | None) -> None:
    """Print the manifest from which an app is made: readbot manifest slack."""
    makers = {name: value for name, value in load_platforms().items() if isinstance(value, HasManifest)}
    if platform not in makers:
        raise click.UsageError(f"{platform!r} has no manifest; use {', '.join(sorted(makers))}.")
    click.echo(makers[platform].make_manifest(url), nl=False)
