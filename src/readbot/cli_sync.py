"""``readbot sync``: telling a platform which commands there are."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from readbot.bootstrap import load_platforms
from readbot.exceptions import PlatformError, SettingsError, StoreError
from readbot.ports import RegistersCommands
from readbot.settings import Settings
from readbot.storage import open_store
from readbot.store import Store

#: Exit code of a dry run that found differences; 0 is none, 2 is a wrong call or a refusal.
DIFFERS = 1


@click.command()
@click.argument("platform")
@click.option("--guild", help="Only in this server, by its id: there they show at once. For trying out.")
@click.option("--remove", is_flag=True, help="With --guild: take away what was tried out there.")
@click.option("--dry-run", is_flag=True, help="Say what differs and change nothing.")
def sync(*, platform: str, guild: str | None, remove: bool, dry_run: bool) -> None:
    """Bring the commands at a platform in step with this readbot: readbot sync discord.

    A running readbot does that by itself when its commands change. This looks at what is really
    registered, for instance after somebody else has changed it; no readbot needs to run.

    Exits with 0 when the platform is in step, with 1 when a dry run finds differences, with 2 when the
    platform refuses or the call is wrong.
    """
    able = {name: value for name, value in load_platforms().items() if isinstance(value, RegistersCommands)}
    if platform not in able:
        raise click.UsageError(f"{platform!r} registers no commands; use {', '.join(sorted(able))}.")
    if guild is not None and not guild.isdecimal():
        raise click.UsageError(
            "--guild takes the server's id, a number: right-click on the server, Copy Server ID."
        )
    if remove and guild is None:
        raise click.UsageError("--remove takes commands away from one server: name it with --guild.")
    settings = Settings.from_environ(os.environ)
    registering = able[platform]
    if not registering.is_configured(settings):
        raise SettingsError(f"{platform} needs {registering.needs} in the environment.")
    with _open_store(settings) as store:
        drift = _reach(registering, settings, store, guild, remove=remove, dry_run=dry_run)
    for line in drift:
        click.echo(line)
    click.echo(_summarise(len(drift), remove=remove, dry_run=dry_run))
    if drift and dry_run:
        sys.exit(DIFFERS)


def _reach(
    platform: RegistersCommands,
    settings: Settings,
    store: Store | None,
    guild: str | None,
    *,
    remove: bool,
    dry_run: bool,
) -> list[str]:
    try:
        return asyncio.run(
            platform.sync_commands(
                settings, store, workspace_id=guild, takes_away=remove, changes_nothing=dry_run
            )
        )
    except PlatformError as error:
        raise PlatformError(f"The commands are as they were. {error}") from error


@contextmanager
def _open_store(settings: Settings) -> Iterator[Store | None]:
    """Give the database, which only remembers: without it, a running readbot asks the platform once more."""
    try:
        # Not exclusive: a readbot that runs on the same file goes on.
        store = open_store(settings, exclusive=False)
    except StoreError as error:
        click.echo(f"readbot: going on without the database: {error}", err=True)
        yield None
        return
    try:
        yield store
    finally:
        store.database.close()


def _summarise(count: int, *, remove: bool, dry_run: bool) -> str:
    if not count:
        said = "There are no commands for that server alone" if remove else "The commands are in step"
        return f"{said}; nothing was changed."
    differences = f"{count} {'difference' if count == 1 else 'differences'}"
    if dry_run:
        return f"{differences}; nothing was changed, as this was a dry run."
    done = "the commands for that server alone are gone" if remove else "all commands were registered anew"
    return f"{differences}; {done}."
