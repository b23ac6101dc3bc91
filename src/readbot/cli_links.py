"""``readbot links``: whether the links of a list still answer."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from readbot.cli_options import ListFile
from readbot.clock import SystemClock
from readbot.curation.checker import LinkChecker
from readbot.curation.link_patch import LinkPatch, make_patch
from readbot.curation.link_wiring import CheckOptions, open_checker
from readbot.curation.model import LinkHealth, LinkState
from readbot.curation.sweep import Sweep, Swept, is_due, list_addresses
from readbot.reading_list.list_file import is_markdown, load_list_file
from readbot.reading_list.yaml_file import save_text
from readbot.settings import Settings
from readbot.storage import visit_store
from readbot.store import Store

#: Exit codes: 0 all well, 1 something has moved or is dead, 2 the call or the network is wrong.
NOT_WELL = 1
_STOPPED = 130

_list_option = click.option(
    "--list",
    "list_paths",
    type=ListFile(),
    multiple=True,
    help="This list instead of the one that is served; may be given several times.",
)


@click.group()
def links() -> None:
    """See whether the links of the list still answer, and mend those that have moved."""


@links.command()
@_list_option
@click.option("--again", is_flag=True, help="Check all links, also those that were checked lately.")
@click.option("--fix", is_flag=True, help="Write new addresses into the list, and print the patch.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a link.")
@click.pass_context
def check(ctx: click.Context, *, list_paths: tuple[Path, ...], again: bool, fix: bool, as_json: bool) -> None:
    """Ask every link of the list whether it still answers.

    A link that was checked within a week is not asked again; one that may be gone is asked daily.
    What is found is kept, so Ctrl-C loses nothing. Every host is asked one thing at a time.

    Exits with 0 when all is well, with 1 when links have moved or are dead, with 2 when the call is
    wrong or there is no network.
    """
    settings = Settings.from_environ(os.environ)
    paths = list_paths or settings.served_paths
    if fix:
        _require_own_lists(paths, list_paths, settings)
    urls = list(dict.fromkeys(url for path in paths for url in list_addresses(load_list_file(path))))
    with visit_store(settings) as store:
        known = _load(store)
        due = urls if again else [url for url in urls if is_due(known.get(url), store.now())]
        cached = set(urls) - set(due)
        say = _say_json(cached) if as_json else _say_nothing
        for url in urls:
            if url in cached:
                say(known[url])
        checker = partial(open_checker, settings, options=ctx.find_object(CheckOptions))
        swept = _sweep(checker, store, known, due, say)
        known = _load(store)
    found = [known[url] for url in urls if url in known]
    if not as_json:
        _print_found(found, swept)
    open_ends = (
        _fix(paths, known, to_stderr=as_json)
        if fix
        else any(health.state is LinkState.MOVED for health in found)
    )
    if open_ends or any(health.state is LinkState.DEAD for health in found):
        sys.exit(NOT_WELL)


@links.command()
@_list_option
def patch(*, list_paths: tuple[Path, ...]) -> None:
    """Print what --fix would change, from what is known; asks no host.

    The patch goes to stdout, for git apply. Lists in Markdown are named, and left as they are.
    """
    settings = Settings.from_environ(os.environ)
    with visit_store(settings) as store:
        known = _load(store)
    for path in list_paths or settings.served_paths:
        if is_markdown(path):
            click.echo(f"readbot: {_tell_of_markdown(path)}", err=True)
            continue
        made = make_patch(path, known.get)
        click.echo(made.diff, nl=False)
        _print_doubles(made)


def _tell_of_markdown(path: Path) -> str:
    return (
        f"{path} is Markdown, and new addresses are written into YAML alone. Make it a list with: "
        f"readbot import {path} -o list.yaml"
    )


def _require_own_lists(paths: Iterable[Path], given: Sequence[Path], settings: Settings) -> None:
    if not given and not settings.list_paths:
        raise click.UsageError(
            "--fix writes into a list of yours: say which with --list FILE or READBOT_LIST."
        )
    for path in paths:
        if is_markdown(path):
            raise click.UsageError(_tell_of_markdown(path))


def _load(store: Store) -> dict[str, LinkHealth]:
    return {health.url: health for health in store.links.load()}


def _sweep(
    open_checker: Callable[..., AbstractAsyncContextManager[LinkChecker]],
    store: Store,
    known: dict[str, LinkHealth],
    due: Sequence[str],
    say: Callable[[LinkHealth], None],
) -> Swept:
    clock = SystemClock()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("Checking links", total=len(due))

        def tell(health: LinkHealth) -> None:
            progress.advance(task)
            say(health)

        async def run() -> Swept:
            async with open_checker(clock=clock) as checker:
                return await Sweep(checker, save=store.links.save, known=known, clock=clock, tell=tell).run(
                    due
                )

        try:
            return asyncio.run(run())
        except KeyboardInterrupt:
            click.echo("Stopped. What was checked is kept: the same command goes on with the rest.", err=True)
            sys.exit(_STOPPED)


def _say_nothing(_health: LinkHealth) -> None:
    return


def _say_json(cached: set[str]) -> Callable[[LinkHealth], None]:
    def say(health: LinkHealth) -> None:
        click.echo(json.dumps(_to_json(health) | {"cached": health.url in cached}, ensure_ascii=False))

    return say


def _to_json(health: LinkHealth) -> dict[str, Any]:
    values = asdict(health)
    del values["etag"], values["last_modified"]
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _print_found(found: Sequence[LinkHealth], swept: Swept) -> None:
    console = Console(highlight=False, soft_wrap=True)
    counts = {state: [health for health in found if health.state is state] for state in LinkState}
    for state in (LinkState.SUSPECT, LinkState.MOVED, LinkState.DEAD):
        for health in counts[state]:
            console.print(f"[bold]{state}[/bold]  {escape(health.url)}  [dim]{escape(_detail(health))}[/dim]")
    words = ", ".join(f"{len(some)} {state}" for state, some in counts.items() if some) or "none"
    left = f" {swept.left} wait for another time, as their hosts ask for it." if swept.left else ""
    total = "1 link" if len(found) == 1 else f"{len(found)} links"
    console.print(f"{total}: {words}. Asked now: {swept.checked}.{left}")


def _detail(health: LinkHealth) -> str:
    if health.state is LinkState.MOVED:
        return f"→ {health.moved_to}"
    since = f" since {health.failing_since:%Y-%m-%d}" if health.failing_since else ""
    copy = f", archived copy: {health.archived_url}" if health.archived_url else ""
    return f"{health.reason}{since}{copy}"


def _fix(paths: Iterable[Path], known: dict[str, LinkHealth], *, to_stderr: bool) -> bool:
    """Write new addresses into the lists; tell whether some could not be written."""
    is_open = False
    for path in paths:
        made = make_patch(path, known.get)
        if made.changes:
            save_text(made.after, path)
            click.echo(made.diff, nl=False, err=to_stderr)
            count = len(made.changes)
            click.echo(f"Wrote {count} new {'address' if count == 1 else 'addresses'} into {path}.", err=True)
        _print_doubles(made)
        is_open |= bool(made.doubles)
    return is_open


def _print_doubles(made: LinkPatch) -> None:
    for old, new in made.doubles.items():
        click.echo(
            f"{old} has moved to {new}, which is on {made.path} already: take one of them out.", err=True
        )
