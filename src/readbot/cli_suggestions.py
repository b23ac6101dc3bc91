"""``readbot suggestions``: what was suggested in chat, and approved links on their way into the list."""

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from readbot.bootstrap import open_shelves
from readbot.cli_options import ListFile
from readbot.conversation.request import Workspace
from readbot.curation.export import Additions, format_aliases, make_additions, make_issue_url
from readbot.curation.model import Suggestion, SuggestionState
from readbot.reading_list.list_file import is_markdown
from readbot.reading_list.yaml_file import save_text
from readbot.settings import Settings
from readbot.storage import visit_store
from readbot.store import Store

#: Exit code where there is nothing to list or to export.
NOTHING_FOUND = 1

_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")


def _read_workspace(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Workspace | None:
    if value is None:
        return None
    platform, colon, workspace_id = value.partition(":")
    if not (platform and colon and workspace_id):
        raise click.BadParameter("write platform and id, as in slack:T123 or discord:456")
    return Workspace(platform=platform, id=workspace_id)


def _read_repository(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _REPOSITORY.fullmatch(value):
        raise click.BadParameter("write owner and name, as in octocat/reading-list")
    return value


_workspace_option = click.option(
    "--workspace", callback=_read_workspace, metavar="PLATFORM:ID", help="Of this workspace alone."
)


@click.group()
def suggestions() -> None:
    """See what was suggested in chat, and bring what was approved into the list."""


@suggestions.command("list")
@_workspace_option
@click.option(
    "--state",
    type=click.Choice([state.value for state in SuggestionState]),
    multiple=True,
    help="In this state alone; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a suggestion.")
def list_(*, workspace: Workspace | None, state: tuple[str, ...], as_json: bool) -> None:
    """List suggestions, by workspace, the oldest first.

    Exits with 0 when there are some, with 1 when there are none.
    """
    with visit_store(Settings.from_environ(os.environ)) as store:
        found = _find(store, workspace, [SuggestionState(each) for each in state])
    for suggestion in found:
        click.echo(json.dumps(_to_json(suggestion), ensure_ascii=False) if as_json else _to_line(suggestion))
    if not found:
        click.echo("There are no such suggestions.", err=True)
        sys.exit(NOTHING_FOUND)


@suggestions.command()
@_workspace_option
@click.option(
    "--list",
    "list_path",
    type=ListFile(),
    help="Into this list, whichever the workspaces read; without it each into the one it was approved for.",
)
@click.option("--write", is_flag=True, help="Write the links into the list; without it the patch is printed.")
@click.option(
    "--github",
    "repository",
    callback=_read_repository,
    metavar="OWNER/REPO",
    help="Print a link to a filled-in issue for each instead.",
)
@click.option("--aliases", is_flag=True, help="Print the words that were added in chat instead, as YAML.")
def export(
    *,
    workspace: Workspace | None,
    list_path: Path | None,
    write: bool,
    repository: str | None,
    aliases: bool,
) -> None:
    """Print approved links as a patch to the list, for git apply: comments and order stay as they are.

    Once a link is on the list, it is no longer a workspace's own: nobody sees it twice.

    Exits with 0 when there is something to export, with 1 when there is not, with 2 when the call or a
    list is wrong.
    """
    if sum((write, repository is not None, aliases)) > 1:
        raise click.UsageError("Give one of --write, --github and --aliases.")
    settings = Settings.from_environ(os.environ)
    if write and list_path is None and not settings.list_paths:
        raise click.UsageError(
            "--write writes into a list of yours: say which with --list FILE or READBOT_LIST."
        )
    with visit_store(settings) as store:
        if aliases:
            _print_aliases(store, workspace)
            return
        by_path = _sort_by_list(store, settings, workspace, list_path)
    if repository is not None:
        _print_issues(repository, by_path)
        return
    for path in by_path:
        if is_markdown(path):
            raise click.UsageError(
                f"{path} is Markdown, and only YAML can be patched. Make it a list with: "
                f"readbot import {path} -o list.yaml; or print issues with --github OWNER/REPO."
            )
    made = [make_additions(path, approved) for path, approved in by_path.items()]
    _give_out(made, write=write)


def _find(store: Store, workspace: Workspace | None, states: Sequence[SuggestionState]) -> list[Suggestion]:
    return [
        suggestion
        for suggestion in store.suggestions.list_everywhere(states=states)
        if workspace in {None, _workspace_of(suggestion)}
    ]


def _sort_by_list(
    store: Store, settings: Settings, workspace: Workspace | None, list_path: Path | None
) -> dict[Path, list[Suggestion]]:
    """Return what was approved by the list that it goes into."""
    approved = _find(store, workspace, [SuggestionState.APPROVED])
    if list_path is not None:
        return {list_path: approved} if approved else {}
    found: dict[Path, list[Suggestion]] = {}
    with closing(open_shelves(settings, store.overlays)) as shelves:
        paths = dict(zip(shelves.names, settings.served_paths, strict=True))
        for suggestion in approved:
            path = paths[shelves.name_for(_workspace_of(suggestion))]
            found.setdefault(path, []).append(suggestion)
    return found


def _give_out(made: Sequence[Additions], *, write: bool) -> None:
    for additions in made:
        for suggestion, reason in additions.refused:
            click.echo(f"readbot: {suggestion.url} is left out: {reason}", err=True)
    news = [additions for additions in made if additions.added]
    if not news:
        _exit_with_nothing("Nothing to export: nothing was approved that the list lacks.")
    for additions in news:
        count = "1 link" if len(additions.added) == 1 else f"{len(additions.added)} links"
        if write:
            save_text(additions.after, additions.path)
            click.echo(f"Wrote {count} into {additions.path}")
        else:
            click.echo(additions.diff, nl=False)
            click.echo(f"{count} for {additions.path}: git apply, or call this with --write.", err=True)


def _print_issues(repository: str, by_path: dict[Path, list[Suggestion]]) -> None:
    approved = [
        suggestion
        for path, found in by_path.items()
        for suggestion in (found if is_markdown(path) else make_additions(path, found).added)
    ]
    if not approved:
        _exit_with_nothing("Nothing to export: nothing was approved that the list lacks.")
    for suggestion in approved:
        click.echo(f"{suggestion.title}\n  {make_issue_url(repository, suggestion)}")


def _print_aliases(store: Store, workspace: Workspace | None) -> None:
    workspaces = store.extra_aliases.list_workspaces() if workspace is None else [workspace]
    written = format_aliases([(each, store.extra_aliases.list_for(each)) for each in workspaces])
    if not written:
        _exit_with_nothing("Nothing to export: no words were added in chat.")
    click.echo(written, nl=False)


def _exit_with_nothing(words: str) -> None:
    click.echo(words, err=True)
    sys.exit(NOTHING_FOUND)


def _workspace_of(suggestion: Suggestion) -> Workspace:
    return Workspace(platform=suggestion.platform, id=suggestion.workspace_id)


def _to_line(suggestion: Suggestion) -> str:
    pieces: Iterable[str] = (
        f"{suggestion.state.value:8}",
        f"{suggestion.suggested_at:%Y-%m-%d}",
        f"{suggestion.platform}:{suggestion.workspace_id}",
        suggestion.url,
        suggestion.title or "-",
        " › ".join(suggestion.section) or "-",
        *((suggestion.reason,) if suggestion.reason else ()),
    )
    return "  ".join(pieces)


def _to_json(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion without who made it or decided on it: that is nobody's business outside."""
    return {
        "id": suggestion.id,
        "platform": suggestion.platform,
        "workspace": suggestion.workspace_id,
        "state": suggestion.state.value,
        "url": suggestion.url,
        "title": suggestion.title,
        "note": suggestion.note,
        "section": list(suggestion.section),
        "suggested_at": suggestion.suggested_at.isoformat(),
        "decided_at": suggestion.decided_at.isoformat() if suggestion.decided_at else None,
        "reason": suggestion.reason,
    }
