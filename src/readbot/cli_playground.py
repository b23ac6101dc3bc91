"""``readbot playground``: readbot with no account."""

import sys
from pathlib import Path

import click

from readbot.playground.run import DEFAULT_PORT, run_playground


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
