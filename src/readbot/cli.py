"""The ``readbot`` command: an adapter like the bots, from arguments to the core and back to text.

Here is nothing but the overview. A command is loaded when it is called, as some take a second for it.
"""

import errno
import importlib
import sys
from dataclasses import dataclass
from typing import Any

import click

from readbot import __version__
from readbot.cli_options import WRONG
from readbot.exceptions import ReadbotError

#: Nobody's bug, whatever was being written.
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Overview:
    """A command as the overview has it."""

    #: Module and name of the click command.
    where: str
    #: How its own help begins.
    says: str


#: Every command, by its name.
COMMANDS = {
    "chat": Overview("cli_chat:chat", "Talk to readbot here in the terminal"),
    "check": Overview("cli_lists:check", "Check lists, YAML or Markdown, and say everything that is wrong"),
    "db": Overview("cli_db:db", "Look after the database"),
    "digest": Overview("digests.cli:digest", "See and change the digests of all channels"),
    "doctor": Overview("doctor:doctor", "Examine a platform's set-up"),
    "export": Overview("cli_export:export", "Write a list as Markdown, JSON Feed, OPML or RSS"),
    "import": Overview("cli_lists:import_", "Turn a Markdown list into a list for readbot"),
    "links": Overview("cli_links:links", "See whether the links of the list still answer"),
    "manifest": Overview("cli_run:manifest", "Print the manifest from which an app is made"),
    "mcp": Overview("cli_mcp:mcp", "Let assistants search and cite the list"),
    "playground": Overview(
        "cli_playground:playground", "Try readbot in a page that looks like Slack and Discord"
    ),
    "post": Overview("webhooks.cli:post", "Post the next link through a Slack or Discord webhook"),
    "run": Overview("cli_run:run", "Run readbot for the platforms whose tokens are set"),
    "search": Overview("cli_search:search", "Search the list"),
    "settings": Overview("cli_settings:list_settings", "List the settings"),
    "suggestions": Overview("cli_suggestions:suggestions", "See what was suggested in chat"),
    "sync": Overview("cli_sync:sync", "Bring the commands at a platform in step with this readbot"),
}


def load_command(name: str) -> click.Command:
    """Return one of the commands that the overview has."""
    module, _, attribute = COMMANDS[name].where.partition(":")
    command: click.Command = getattr(importlib.import_module(f"readbot.{module}"), attribute)
    return command


class _Failure(click.ClickException):
    """Shows a readbot error as a sentence; a bug stays a traceback."""

    exit_code = WRONG

    def show(self, file: Any = None) -> None:
        click.echo(f"readbot: {self.message}", file=file or sys.stderr)


class _Readbot(click.Group):
    """Shows readbot's own errors as sentences, and loads only the command that was called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return load_command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].says) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ReadbotError as error:
            raise _Failure(str(error)) from error
        except OSError as error:
            if error.errno not in _DISK_FULL:
                raise
            raise _Failure(f"{error.strerror}: make room where this writes to, and call it again.") from error


@click.group(cls=_Readbot, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="readbot")
def main() -> None:
    """Put a curated reading list where a team talks: in Slack, Discord or this terminal."""
