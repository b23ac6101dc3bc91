"""``readbot run``, and ``readbot manifest`` for the app that it is at a platform."""

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Mapping

import click

from readbot import process
from readbot.bootstrap import load_platforms
from readbot.cli import load_command
from readbot.exceptions import SettingsError
from readbot.logs import set_up_logging
from readbot.ports import HasManifest, Platform
from readbot.settings import Settings

logger = logging.getLogger(__name__)


@click.command()
@click.argument("part", default="all")
@click.pass_context
def run(ctx: click.Context, part: str) -> None:
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
        return _try_out(ctx)
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


def _try_out(ctx: click.Context) -> None:
    """Open the playground; answer in text where something is piped in, which no page could show."""
    # Neither is loaded where there are tokens.
    if _is_piped():
        ctx.invoke(load_command("chat"))
        return
    click.echo(
        "No token is set, so this is the playground. docs/slack.md and docs/discord.md tell of tokens.\n"
    )
    ctx.invoke(load_command("playground"))


def _is_piped() -> bool:
    kind = os.fstat(sys.stdin.fileno()).st_mode
    return stat.S_ISFIFO(kind) or stat.S_ISREG(kind)


@click.command()
@click.argument("platform")
@click.option("--url", help="The public https address of the HTTP server; without it: Socket Mode.")
def manifest(platform: str, url: str | None) -> None:
    """Print the manifest from which an app is made: readbot manifest slack."""
    makers = {name: value for name, value in load_platforms().items() if isinstance(value, HasManifest)}
    if platform not in makers:
        raise click.UsageError(f"{platform!r} has no manifest; use {', '.join(sorted(makers))}.")
    click.echo(makers[platform].make_manifest(url), nl=False)
