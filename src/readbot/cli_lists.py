"""``readbot check`` and ``readbot import``: the files that lists are in."""

import os
import sys
from pathlib import Path

import click

from readbot.cli_options import FILE, WRONG
from readbot.exceptions import ListError
from readbot.reading_list.list_file import load_list_file
from readbot.reading_list.markdown import import_markdown
from readbot.reading_list.yaml_file import read_text_file, save_list
from readbot.settings import Settings


@click.command("import")
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="The list to write, a YAML file.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def import_(file: Path, output: Path, force: bool) -> None:
    """Turn a Markdown list into a list for readbot: an awesome-list's README, for instance."""
    if output.exists() and not force:
        raise click.UsageError(f"{output} is there already; add --force to write over it.")
    imported = import_markdown(read_text_file(file), file=str(file))
    save_list(imported.reading_list, output)
    click.echo(imported.report.format())
    click.echo(f"Wrote {output}. Serve it with: READBOT_LIST={output} readbot run")


@click.command()
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
