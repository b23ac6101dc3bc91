"""``readbot export``: the list in other people's formats."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from readbot.files import replace_file
from readbot.reading_list import ReadingList
from readbot.reading_list.feeds import FeedAddresses, format_json_feed, format_rss
from readbot.reading_list.list_file import load_list_file
from readbot.reading_list.markdown import export_markdown
from readbot.reading_list.opml import format_opml
from readbot.reading_list.urls import find_url_problem
from readbot.settings import Settings

_FORMATS: Mapping[str, Callable[[ReadingList, FeedAddresses], str]] = {
    "markdown": lambda reading_list, _at: export_markdown(reading_list),
    "json": lambda reading_list, at: format_json_feed(reading_list, at=at),
    "opml": lambda reading_list, _at: format_opml(reading_list),
    "rss": lambda reading_list, at: format_rss(reading_list, at=at),
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False, metavar="[LIST]")
@click.option(
    "--format", "form", type=click.Choice(list(_FORMATS)), required=True, help="JSON is JSON Feed 1.1."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file, whole or not at all; without it to the terminal.",
)
@click.option("--home", metavar="URL", help="The list's page on the web, for json and rss.")
@click.option("--feed", metavar="URL", help="Where the feed itself will be, for json and rss.")
def export(*, file: Path | None, form: str, output: Path | None, home: str | None, feed: str | None) -> None:
    """Write a list as Markdown, JSON Feed, OPML or RSS: readbot export --format rss.

    LIST is YAML or Markdown; without it, the first of READBOT_LIST or the list that ships. Markdown comes
    back as the same list by readbot import.
    """
    for option, url in (("--home", home), ("--feed", feed)):
        if url is not None and (problem := find_url_problem(url)):
            raise click.UsageError(f"{option} {problem}.")
    reading_list = load_list_file(file or Settings.from_environ(os.environ).served_paths[0])
    text = _FORMATS[form](reading_list, FeedAddresses(home=home, feed=feed))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        replace_file(output, text)
    except OSError as error:
        raise click.UsageError(
            f"{output} cannot be written ({error.strerror or error}); choose another place."
        ) from error
    click.echo(f"Wrote {output}: {reading_list.summary}")
