"""Links that have moved, as a change to the file that the list is in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from readbot.curation.file_diff import format_diff
from readbot.curation.model import LinkHealth, LinkState
from readbot.curation.sweep import list_addresses
from readbot.reading_list.urls import normalize_url
from readbot.reading_list.yaml_file import parse_list, read_text_file
from readbot.reading_list.yaml_patch import replace_urls


@dataclass(frozen=True, kw_only=True)
class LinkPatch:
    """What would change in a list's file."""

    path: Path
    #: The file as it is, and with the new addresses.
    before: str
    after: str
    #: Old addresses to new ones.
    changes: dict[str, str]
    #: Links whose new address stands on the list already, old to new: a curator has to choose.
    doubles: dict[str, str]

    @property
    def diff(self) -> str:
        """The change as a unified diff, as ``git apply`` takes it; empty where nothing changes."""
        return self.format(context=3)

    def format(self, *, context: int) -> str:
        """Return the change as a unified diff with so many lines around each place."""
        return format_diff(self.path, self.before, self.after, context=context)


def make_patch(path: Path, find: Callable[[str], LinkHealth | None]) -> LinkPatch:
    """Return the change that gives the links of a list their new addresses.

    Args:
        path: A list in YAML.
        find: Returns what is known of an address.

    Raises:
        ListError: The file cannot be read, or is no good list as it stands.
    """
    before = read_text_file(path)
    reading_list = parse_list(before, file=str(path))
    addresses = list_addresses(reading_list)
    images = {place.section.image for place in reading_list.places}
    taken = {normalize_url(url) for url in addresses if url not in images}
    changes: dict[str, str] = {}
    doubles: dict[str, str] = {}
    for url in addresses:
        health = find(url)
        if health is None or health.state is not LinkState.MOVED:
            continue
        form = normalize_url(health.moved_to)
        if url not in images and form != normalize_url(url) and form in taken:
            doubles[url] = health.moved_to
        else:
            changes[url] = health.moved_to
            taken.add(form)
    after = replace_urls(before, changes, file=str(path)) if changes else before
    return LinkPatch(path=path, before=before, after=after, changes=changes, doubles=doubles)
