"""The ``readbot`` command: an adapter like the bots, from arguments to the core and back to text."""

import importlib
import json
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from readbot import __version__
from readbot.bootstrap import load_library
from readbot.cli_options import ListFile
from readbot.conversation.library import Library
from readbot.exceptions import ListError, QueryError, ReadbotError
from readbot.reading_list.list_file import load_list_file
from readbot.reading_list.markdown import import_markdown
from readbot.reading_list.yaml_file import save_list
from readbot.search.results import SearchResult
from readbot.settings import SETTINGS, Settings

logger = logging.getLogger(__name__)

#: Exit codes of every command: 0 as hoped, 1 nothing found, 2 the call or a file is wrong.
NOTHING_FOUND = 1
WRONG = 2

#: Any file name, also one that is missing: our own message says what to do.
FILE = click.Path(path_type=Path)


class _Failure(click.ClickException):
    """Shows a readbot error as a sentence; a bug stays a traceback."""

    exit_code = WRONG

    def show(self, file: Any = None) -> None:
        click.echo(f"readbot: {self.message}", file=file or sys.stderr)


#: Commands that are loaded when they are called: name, then where they are.
_LAZY = {
    "chat": "readbot.cli_run:chat",
    "db": "readbot.cli_db:db",
    "digest": "readbot.digests.cli:digest",
    "doctor": "readbot.doctor:doctor",
    "export": "readbot.cli_export:export",
    "links": "readbot.cli_links:links",
    "manifest": "readbot.cli_run:manifest",
    "mcp": "readbot.cli_mcp:mcp",
    "playground": "readbot.cli_run:playground",
    "post": "readbot.webhooks.cli:post",
    "run": "readbot.cli_run:run",
    "suggestions": "readbot.cli_suggestions:suggestions",
    "sync": "readbot.cli_sync:sync",
}


class _Readbot(click.Group):
    """Shows readbot's own errors as sentences, and loads only the command that was called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LAZY])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LAZY:
            return super().get_command(ctx, cmd_name)
        module, _, name = _LAZY[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ReadbotError as error:
            raise _Failure(str(error)) from error


@click.group(cls=_Readbot, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="readbot")
def main() -> None:
    """Put a curated reading list where a team talks: in Slack, Discord or this terminal."""


@main.command()
@click.argument("query", nargs=-1)
@click.option(
    "--list",
    "list_path",
    type=ListFile(),
    help="Search this list, YAML or Markdown; without it the first of READBOT_LIST, or the one that ships.",
)
@click.option(
    "--aliases",
    "aliases_path",
    type=FILE,
    help="Use this table of other words; without it that of READBOT_ALIASES, or the one that ships.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="At most this many links."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a query.")
@click.option(
    "--queries", type=click.File(encoding="utf-8"), help="Read queries from a file, one a line; - for stdin."
)
def search(
    *,
    query: tuple[str, ...],
    list_path: Path | None,
    aliases_path: Path | None,
    limit: int,
    as_json: bool,
    queries: Iterable[str] | None,
) -> None:
    """Search the list: readbot search fine-tuning.

    Typos, acronyms and other words for the same thing are fine. Narrow with kind:paper, year:2023 or
    section:attention, leave words out with -word (after --), keep them together with "quotes".

    Exits with 0 when something is found, with 1 when nothing is, with 2 when the call is wrong.
    """
    if bool(query) == (queries is not None):
        raise click.UsageError(
            'Say what to search, for instance: readbot search "attention"; or give --queries FILE.'
        )
    wanted = [" ".join(query)] if queries is None else _read_lines(queries)
    settings = Settings.from_environ(os.environ)
    library = load_library(
        list_path=list_path or settings.served_paths[0], aliases_path=aliases_path or settings.aliases_path
    )
    matched = False
    for text in wanted:
        matched |= _search_one(library, text, limit=limit, as_json=as_json, is_alone=queries is None)
    if not matched:
        sys.exit(NOTHING_FOUND)


def _read_lines(lines: Iterable[str]) -> list[str]:
    try:
        return [line.rstrip("\r\n") for line in lines]
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"The queries are not UTF-8 text (byte {error.start}); save them as UTF-8."
        ) from error


def _search_one(library: Library, text: str, *, limit: int, as_json: bool, is_alone: bool) -> bool:
    try:
        result = library.index.search(text, limit=limit)
    except QueryError as error:
        # One bad line among many is no reason to leave the others unanswered.
        if is_alone:
            raise
        click.echo(f"readbot: {text!r}: {error}", err=True)
        result = SearchResult(query=text)
    if as_json:
        click.echo(json.dumps(_to_json(result, text), ensure_ascii=False))
    else:
        _print_result(result, heading=None if is_alone else text)
    return result.matched


def _to_json(result: SearchResult, text: str) -> dict[str, Any]:
    return {
        "query": text,
        "matched": result.matched,
        "results": [
            {
                "title": match.entry.link.title,
                "url": match.entry.link.url,
                "section": list(match.entry.path),
                "score": round(match.score, 4),
                "why": match.why,
            }
            for match in result.matches
        ],
    }


def _print_result(result: SearchResult, *, heading: str | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if heading is not None:
        console.print(f"[bold]{escape(heading)}[/bold]")
    for match in result.matches:
        link = match.entry.link
        facts = " · ".join(
            [" › ".join(match.entry.path), *(str(fact) for fact in (link.kind, link.year) if fact), match.why]
        )
        console.print(
            f"[bold]{escape(link.title)}[/bold]\n  [blue]{escape(link.url)}[/blue]\n  [dim]{escape(facts)}[/dim]"
        )
    if not result.matched:
        console.print("Nothing on the list answers this.")
        if result.did_you_mean:
            console.print("Did you mean: " + escape(", ".join(result.did_you_mean)))
        if result.nearest:
            console.print(
                "Nearest sections: " + escape(", ".join(" › ".join(place.path) for place in result.nearest))
            )


@main.command("import")
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="The list to write, a YAML file.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def import_(file: Path, output: Path, force: bool) -> None:
    """Turn a Markdown list, such as an awesome-list's README, into a list for readbot."""
    if output.exists() and not force:
        raise click.UsageError(f"{output} is there already; add --force to write over it.")
    imported = import_markdown(_read_text(file), file=str(file))
    save_list(imported.reading_list, output)
    click.echo(imported.report.format())
    click.echo(f"Wrote {output}. Serve it with: READBOT_LIST={output} readbot run")


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}. Name a Markdown file that can be read.") from error


@main.command()
@click.argument("files", type=FILE, nargs=-1, metavar="[LIST]...")
def check(files: tuple[Path, ...]) -> None:
    """Check lists, YAML or Markdown, and say everything that is wrong with them, with file and line.

    Without LIST, those of READBOT_LIST are checked, or the one that ships.

    Exits with 0 when all is well, with 2 when a list cannot be used as it stands.
    """
    count = sum(_check_list(path) for path in files or Settings.from_environ(os.environ).served_paths)
    if count:
        click.echo(f"{count} {'complaint' if count == 1 else 'complaints'}", err=True)
        sys.exit(WRONG)


def _check_list(path: Path) -> int:
    """Say how the list in *path* is, and return how many complaints there are."""
    try:
        reading_list = load_list_file(path)
    except ListError as error:
        click.echo(str(error), err=True)
        return len(error.complaints)
    click.echo(f"{path}: {reading_list.summary}, all well")
    return 0


@main.command("settings")
def list_settings() -> None:
    """List the settings: environment variables, their defaults and what they mean."""
    width = max(len(setting.env) for setting in SETTINGS)
    for setting in SETTINGS:
        default = f" [{setting.default}]" if setting.default else ""
        click.echo(f"{setting.env:{width}}  {setting.meaning}{default}")
