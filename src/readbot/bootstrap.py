"""The one place that wires the parts together."""

from collections.abc import Collection, Mapping
from importlib.metadata import entry_points
from pathlib import Path

from readbot.conversation.bot import Bot
from readbot.conversation.library import Library
from readbot.exceptions import SettingsError
from readbot.ports import Platform
from readbot.reading_list.list_file import load_list_file
from readbot.reading_list.package_data import find_data_file
from readbot.reading_list.yaml_file import default_list_path
from readbot.search import SearchIndex, load_aliases
from readbot.settings import Settings
from readbot.shelves import Overlays, Shelves

_PLATFORMS = "readbot.platforms"


def load_library(*, list_path: Path | None = None, aliases_path: Path | None = None) -> Library:
    """Load a reading list and the table of other words, and index them.

    Args:
        list_path: A list in YAML or Markdown; None for the list that ships.
        aliases_path: A table of aliases in YAML; None for the table that ships.

    Raises:
        ListError: One of the files cannot be used as it stands.
    """
    reading_list = load_list_file(list_path or default_list_path())
    aliases = load_aliases(aliases_path or find_data_file("aliases.yaml"))
    return Library(reading_list=reading_list, index=SearchIndex(reading_list, aliases))


def open_shelves(settings: Settings, overlays: Overlays | None = None) -> Shelves:
    """Load the lists that *settings* name, with what workspaces made of them.

    Raises:
        ListError: A list or the table of aliases cannot be used as it stands.
    """
    return Shelves(
        settings.served_paths,
        aliases_path=settings.aliases_path or find_data_file("aliases.yaml"),
        overlays=overlays,
    )


def make_bot(settings: Settings) -> Bot:
    """Return the bot that *settings* describe, for a place without workspaces.

    Raises:
        ListError: A list or the table of aliases cannot be used as it stands.
    """
    return Bot(open_shelves(settings))


def list_platform_names() -> list[str]:
    """Return the names of the installed platforms, without loading them and their SDKs."""
    return sorted(entry_points(group=_PLATFORMS).names)


def load_platforms() -> dict[str, Platform]:
    """Return every installed platform by name."""
    return {point.name: point.load()() for point in entry_points(group=_PLATFORMS)}


def check_platforms(
    platforms: Mapping[str, Platform], settings: Settings, *, listens: Collection[str]
) -> None:
    """Refuse settings that a platform cannot use, before anything is made of them.

    Args:
        platforms: All there are, by name: each may be posted on.
        settings: All of them.
        listens: Names of the platforms that are connected to.

    Raises:
        SettingsError: For some platform a part is missing or malformed; names all of them.
    """
    complaints: list[str] = []
    for name, platform in platforms.items():
        try:
            platform.check(settings, listens=name in listens)
        except SettingsError as error:
            complaints.append(str(error))
    if complaints:
        raise SettingsError("\n".join(complaints))
