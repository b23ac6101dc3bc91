"""The ``readbot`` command: an adapter like the bots, from arguments to the core and back to text."""

import asyncio
import json
import logging
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from readbot import __version__, process
from readbot.bootstrap import load_library, load_platforms, make_bot
from readbot.chat import chat
from readbot.conversation.bot import Bot, Library
from readbot.digests.cli import db, digest
from readbot.exceptions import ListError, QueryError, ReadbotError, SettingsError
from readbot.logs import set_up_logging
from readbot.playground.run import DEFAULT_PORT, run_playground
from readbot.ports import HasManifest, Platform
from readbot.reading_list.markdown import import_markdown
from readbot.reading_list.package_data import find_data_file
from readbot.reading_list.yaml_file import load_list, save_list
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


class _Readbot(click.Group):
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
@click.option("--list", "list_path", type=FILE, help="Search this list instead of the one that ships.")
@click.option("--aliases", "aliases_path", type=FILE, help="Use this table of other words.")
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
    library = load_library(list_path=list_path, aliases_path=aliases_path)
    wanted = [" ".join(query)] if queries is None else [line.rstrip("\r\n") for line in queries]
    matched = False
    for text in wanted:
        matched |= _search_one(library, text, limit=limit, as_json=as_json, is_alone=queries is None)
    if not matched:
        sys.exit(NOTHING_FOUND)


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
@click.argument("file", type=FILE, required=False)
def check(file: Path | None) -> None:
    """Check a list and say everything that is wrong with it, with file and line."""
    path = file or find_data_file("list.yaml")
    try:
        reading_list = load_list(path)
    except ListError as error:
        click.echo(str(error), err=True)
        count = len(error.complaints)
        click.echo(f"{count} {'complaint' if count == 1 else 'complaints'}", err=True)
        sys.exit(WRONG)
    click.echo(f"{path}: {reading_list.summary}, all well")


@main.command()
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
    bot = make_bot(settings)
    # A SQLite file belongs to one process, so whichever runs on it posts as well.
    posts = part in {"all", "worker"} or settings.database_url is None
    async with process.open_process(
        bot, settings, platforms=platforms, listens=listens, posts=posts
    ) as opened:
        logger.info("serving %s", bot.library.summary, extra={"action": "start", "part": part})
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


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where the page is; a busy one picks the next.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
@click.option("--keep", type=FILE, help="Keep the state in this folder; without it nothing stays.")
@click.option("--once", metavar="TEXT", help="Print the answer to one command, with its payloads, and end.")
def playground(*, port: int, open_browser: bool, keep: Path | None, once: str | None) -> None:
    """Try readbot in a page that looks like Slack and Discord, with no account.

    With --once "/llmread fine-tuning" it exits with 0 when every platform answered, else with 1.
    """
    if not run_playground(port=port, open_browser=open_browser, keep=keep, once=once):
        sys.exit(NOTHING_FOUND)


@main.command("chat")
def chat_() -> None:
    """Talk to readbot here in the terminal, or through a pipe."""
    _chat(make_bot(Settings.from_environ(os.environ)))


def _chat(bot: Bot) -> None:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    chat(bot, console=Console(highlight=False), history_path=state / "readbot" / "history")


@main.command()
def settings() -> None:
    """List the settings: environment variables, their defaults and what they mean."""
    width = max(len(setting.env) for setting in SETTINGS)
    for setting in SETTINGS:
        default = f" [{setting.default}]" if setting.default else ""
        click.echo(f"{setting.env:{width}}  {setting.meaning}{default}")


@main.command()
@click.argument("platform")
@click.option("--url", help="The public https address of the HTTP server; without it: Socket Mode.")
def manifest(platform: str, url: str | None) -> None:
    """Print the manifest from which an app is made: readbot manifest slack."""
    makers = {name: value for name, value in load_platforms().items() if isinstance(value, HasManifest)}
    if platform not in makers:
        raise click.UsageError(f"{platform!r} has no manifest; use {', '.join(sorted(makers))}.")
    click.echo(makers[platform].make_manifest(url), nl=False)


main.add_command(digest)
main.add_command(db)
