"""``readbot chat``: readbot in the terminal."""

import os
from pathlib import Path

import click
from rich.console import Console

from readbot.bootstrap import make_bot
from readbot.chat import chat as talk
from readbot.settings import Settings


@click.command()
def chat() -> None:
    """Talk to readbot here in the terminal, or through a pipe."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    talk(
        make_bot(Settings.from_environ(os.environ)),
        console=Console(highlight=False),
        history_path=state / "readbot" / "history",
    )
