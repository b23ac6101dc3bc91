"""``readbot search``: the list in a shell."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from readbot.bootstrap import load_library
from readbot.cli_options import FILE, NOTHING_FOUND, ListFile
from readbot.conversation.library import Library
from readbot.exceptions import QueryError
from readbot.search.results import SearchResult
from readbot.settings import Settings


@click.command()
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
