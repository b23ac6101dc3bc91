"""What was approved in chat, on its way into the list that everybody shares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from readbot.conversation.request import Workspace
from readbot.curation.file_diff import format_diff
from readbot.curation.model import ExtraAlias, Suggestion
from readbot.exceptions import ListError
from readbot.reading_list import Link
from readbot.reading_list.inference import infer_kind, infer_year
from readbot.reading_list.texts import shorten
from readbot.reading_list.urls import normalize_url
from readbot.reading_list.yaml_file import parse_list, read_text_file
from readbot.reading_list.yaml_patch import add_link
from readbot.reading_list.yaml_writer import format_scalar, link_lines

#: GitHub answers longer addresses with an error.
_MAX_ISSUE_URL = 8000


@dataclass(frozen=True, kw_only=True)
class Additions:
    """What would change in a list's file."""

    path: Path
    #: The file as it is, and with the new links.
    before: str
    after: str
    added: tuple[Suggestion, ...]
    #: What the list has already.
    known: tuple[Suggestion, ...]
    #: What it cannot take, each with the reason.
    refused: tuple[tuple[Suggestion, str], ...]

    @property
    def diff(self) -> str:
        """The change as a unified diff, as ``git apply`` takes it; empty where nothing changes."""
        return format_diff(self.path, self.before, self.after)


def make_additions(path: Path, approved: Iterable[Suggestion]) -> Additions:
    """Return the change that adds approved links to a list, in their order.

    Args:
        path: A list in YAML.
        approved: What was approved; of several workspaces' the first counts.

    Raises:
        ListError: The file cannot be read, or is no good list as it stands.
    """
    file = str(path)
    before = text = read_text_file(path)
    reading_list = parse_list(before, file=file)
    taken: set[str] = set()
    added: list[Suggestion] = []
    known: list[Suggestion] = []
    refused: list[tuple[Suggestion, str]] = []
    for suggestion in approved:
        address = normalize_url(suggestion.url)
        if address in taken or reading_list.find_address(suggestion.url):
            known.append(suggestion)
            continue
        try:
            text = add_link(text, suggestion.section, to_link(suggestion), file=file)
        except ListError as error:
            refused.append((suggestion, str(error)))
            continue
        taken.add(address)
        added.append(suggestion)
    return Additions(
        path=path,
        before=before,
        after=text,
        added=tuple(added),
        known=tuple(known),
        refused=tuple(refused),
    )


def to_link(suggestion: Suggestion) -> Link:
    """Return an approved suggestion as a link, with the kind and year that its address tells."""
    return Link(
        title=suggestion.title,
        url=suggestion.url,
        note=suggestion.note or None,
        kind=infer_kind(suggestion.url, suggestion.title),
        year=infer_year(suggestion.url),
        added=suggestion.decided_at.date() if suggestion.decided_at else None,
    )


def make_issue_url(repository: str, suggestion: Suggestion) -> str:
    """Return the address of a GitHub issue that is filled in with an approved link, at most 8,000 characters.

    Args:
        repository: Owner and name, with a slash between.
        suggestion: What was approved.
    """
    title = f"Add: {shorten(suggestion.title, 80)}"
    # The last fits whatever the title and the address: eighty emoji and 2,000 percent signs make 7,100.
    for body in (
        _write_body(suggestion, suggestion.note),
        _write_body(suggestion, ""),
        f"{suggestion.url}\n",
    ):
        url = _issue_url(repository, title, body)
        if len(url) <= _MAX_ISSUE_URL:
            break
    return url


def _issue_url(repository: str, title: str, body: str) -> str:
    return f"https://github.com/{repository}/issues/new?{urlencode({'title': title, 'body': body})}"


def _write_body(suggestion: Suggestion, note: str) -> str:
    """Return the link as YAML within a fence: nothing in it becomes markup or a mention."""
    link = replace(to_link(suggestion), note=note or None)
    lines = [f"# {' › '.join(suggestion.section)}", *link_lines(link, "")]
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    return "\n".join(["Approved in chat.", "", f"{fence}yaml", *lines, fence, ""])


def format_aliases(aliases: Sequence[tuple[Workspace, Sequence[ExtraAlias]]]) -> str:
    """Return workspaces' own words as a table of aliases in YAML; empty where there are none.

    Whoever keeps the table moves them where they belong: terms that mean the same always, else related ones.
    """
    lines = []
    seen: set[tuple[str, str]] = set()
    for workspace, own in aliases:
        new = {(alias.words, alias.means.casefold()): None for alias in own}
        pairs = [pair for pair in new if pair not in seen]
        seen.update(pairs)
        if pairs:
            lines.append(f"  # {workspace.platform}:{workspace.id}")
            lines += [
                f"  - [{', '.join(format_scalar(words, in_list=True) for words in pair)}]" for pair in pairs
            ]
    return "".join(f"{line}\n" for line in ["groups:", *lines]) if lines else ""
