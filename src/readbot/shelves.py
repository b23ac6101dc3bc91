"""Which list is whose: the operator's list files, and what each workspace made of the one it reads.

A library never changes while it is read: a change builds another one, which takes its place.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Protocol

from readbot.conversation.library import Library
from readbot.conversation.request import Workspace
from readbot.exceptions import ListError
from readbot.reading_list import ReadingList
from readbot.reading_list.additions import Addition, add_links
from readbot.reading_list.list_file import load_list_file
from readbot.search import AliasGroup, AliasTable, SearchIndex, load_aliases

logger = logging.getLogger(__name__)

#: Workspaces whose own library is kept in memory: 2 MB each, for the list that ships.
_MAX_OWN = 256


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """What a workspace made of its list."""

    #: Which of the operator's lists it reads; empty for the first.
    list_name: str = ""
    additions: tuple[Addition, ...] = ()
    #: Words, and what they mean.
    aliases: tuple[tuple[str, str], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the list is served as it is."""
        return not (self.additions or self.aliases)


class Overlays(Protocol):
    """Where overlays are kept. Every method blocks."""

    def find(self, workspace: Workspace) -> Overlay: ...

    def stamps(self) -> Mapping[Workspace, Hashable]:
        """Return every workspace that has an overlay, with something that is another when that is."""


class NoOverlays:
    """Everybody reads the lists as they are."""

    def find(self, _workspace: Workspace) -> Overlay:
        return Overlay()

    def stamps(self) -> Mapping[Workspace, Hashable]:
        return {}


class Shelves:
    """Implements ``readbot.conversation.library.Libraries``. Safe to use from several threads."""

    def __init__(
        self, paths: Sequence[Path], *, aliases_path: Path, overlays: Overlays | None = None
    ) -> None:
        """Load the lists in *paths*, at least one; the first is for whoever has chosen none.

        Args:
            paths: YAML or Markdown. A list is called by its file's name.
            aliases_path: The table of other words, for all of them.
            overlays: What workspaces made of their lists.

        Raises:
            ListError: A file cannot be used as it stands.
        """
        self._paths = dict(zip(_name_lists(paths), paths, strict=True))
        self._aliases_path = aliases_path
        self._overlays: Overlays = NoOverlays()
        self._listeners: list[Callable[[], None]] = []
        # Held while something is built, never while an answer is found.
        self._building = RLock()
        self._builder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelves")
        self._stamps = self._read_stamps()
        self._aliases = load_aliases(aliases_path)
        self._libraries = {name: self._load(name) for name in self._paths}
        #: What is wrong with the newest version of a file, by list; the version before is served.
        self.problems: Mapping[str, str] = {}
        self._wanted: dict[Workspace, Overlay | None] = {}
        self._own: OrderedDict[Workspace, Library] = OrderedDict()
        self._overlay_stamps: Mapping[Workspace, Hashable] = {}
        if overlays is not None:
            self.lay_over(overlays)

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the operator's lists are called, the default first."""
        return tuple(self._paths)

    @property
    def default(self) -> Library:
        return self._libraries[self.names[0]]

    def get(self, name: str) -> Library:
        """Return one of the operator's lists, as it is."""
        return self._libraries[name]

    def find(self, workspace: Workspace) -> Library:
        """Return a workspace's library, from memory.

        One that is not built yet is on its way then, and the list is served as it is meanwhile.
        """
        if workspace not in self._wanted:
            return self.default
        own = self._own.get(workspace)
        if own is not None:
            return own
        self._builder.submit(self._build_quietly, workspace)
        overlay = self._wanted[workspace]
        return self._base(overlay) if overlay else self.default

    def find_list(self, workspace: Workspace) -> ReadingList:
        """Return a workspace's list, with all that it has; may wait for the database."""
        if workspace not in self._wanted:
            return self.default.reading_list
        overlay = self._overlay_of(workspace)
        return add_links(self._base(overlay).reading_list, overlay.additions)

    def name_for(self, workspace: Workspace) -> str:
        """Return what the list of a workspace is called; may wait for the database."""
        name = self._overlay_of(workspace).list_name
        return name if name in self._paths else self.names[0]

    def listen(self, listener: Callable[[], None]) -> None:
        """Call *listener*, from any thread, whenever a library has taken another one's place."""
        self._listeners.append(listener)

    # Blocking: call these in a thread from async code

    def lay_over(self, overlays: Overlays) -> None:
        """Serve what workspaces made of their lists from now on."""
        self._overlays = overlays
        self.look_for_overlays()

    def refresh(self, workspace: Workspace) -> None:
        """Build a workspace's library anew: it is served when this returns."""
        with self._building:
            self._wanted[workspace] = None
            self._build(workspace)
        self._tell()

    def look_for_overlays(self) -> bool:
        """Learn what workspaces made of their lists, here or in another process; tell whether that is news."""
        stamps, before = self._overlays.stamps(), self._overlay_stamps
        # One that was refreshed here may be gone again before it was ever looked at.
        known = stamps.keys() | before.keys() | self._wanted.keys()
        changed = {each for each in known if each not in stamps or stamps[each] != before.get(each)}
        if not changed:
            return False
        with self._building:
            self._wanted = {each: None if each in changed else self._wanted.get(each) for each in stamps}
            for workspace in changed & self._own.keys():
                if workspace in stamps:
                    self._build(workspace)
                else:
                    del self._own[workspace]
            # At the end: what broke off is looked at again.
            self._overlay_stamps = stamps
        self._tell()
        return True

    def list_links(self) -> dict[str, tuple[str, ...]]:
        """Return the id of every link on any list, a workspace's own ones too, and where it stands."""
        entries = [entry for library in self._libraries.values() for entry in library.reading_list.entries]
        links = {
            addition.link.id: addition.path
            for workspace in self._wanted
            for addition in self._overlay_of(workspace).additions
        }
        return links | {entry.link.id: entry.path for entry in entries}

    def have_files_changed(self) -> bool:
        """Tell whether a file is another one than at the last ``reload``."""
        return self._read_stamps() != self._stamps

    def reload(self) -> Mapping[str, str]:
        """Load all files again, and return what is wrong with those that cannot be used, by list.

        A broken file leaves its list as it was.
        """
        with self._building:
            self._stamps = self._read_stamps()
            problems: dict[str, str] = {}
            try:
                self._aliases = load_aliases(self._aliases_path)
            except ListError as error:
                problems["aliases"] = str(error)
            for name in self._paths:
                try:
                    self._libraries[name] = self._load(name)
                except ListError as error:
                    problems[name] = str(error)
            for workspace in list(self._own):
                self._build(workspace)
            self.problems = problems
        self._tell()
        return problems

    def close(self) -> None:
        self._builder.shutdown(wait=True, cancel_futures=True)

    # Parts

    def _load(self, name: str) -> Library:
        reading_list = load_list_file(self._paths[name])
        return Library(reading_list=reading_list, index=SearchIndex(reading_list, self._aliases))

    def _build_quietly(self, workspace: Workspace) -> None:
        try:
            with self._building:
                if workspace not in self._own:
                    self._build(workspace)
        except Exception:
            logger.exception("could not build a workspace's own list; it reads the shared one")

    def _build(self, workspace: Workspace) -> None:
        overlay = self._overlay_of(workspace)
        base = self._base(overlay)
        self._own[workspace] = base if overlay.is_plain else _overlay(base, overlay, self._aliases)
        self._own.move_to_end(workspace)
        if len(self._own) > _MAX_OWN:
            self._own.popitem(last=False)

    def _overlay_of(self, workspace: Workspace) -> Overlay:
        if workspace not in self._wanted:
            return Overlay()
        overlay = self._wanted[workspace]
        if overlay is None:
            overlay = self._overlays.find(workspace)
            self._wanted[workspace] = overlay
        return overlay

    def _base(self, overlay: Overlay) -> Library:
        return self._libraries.get(overlay.list_name, self.default)

    def _read_stamps(self) -> tuple[Hashable, ...]:
        return tuple(_stamp(path) for path in (*self._paths.values(), self._aliases_path))

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _overlay(base: Library, overlay: Overlay, aliases: AliasTable) -> Library:
    """Return *base* with a workspace's own links and words."""
    reading_list = add_links(base.reading_list, overlay.additions)
    own = tuple(AliasGroup(terms=pair) for pair in overlay.aliases)
    table = AliasTable((*aliases.groups, *own)) if own else aliases
    return replace(base, reading_list=reading_list, index=SearchIndex(reading_list, table))


def _name_lists(paths: Sequence[Path]) -> list[str]:
    """Return a name for each file: its own, with its folder's before it where two are alike."""
    stems = [path.stem for path in paths]
    names = [
        path.stem if stems.count(path.stem) == 1 else f"{path.resolve().parent.name}/{path.stem}"
        for path in paths
    ]
    return [name if names.count(name) == 1 else str(path) for name, path in zip(names, paths, strict=True)]


def _stamp(path: Path) -> Hashable:
    """Return something that is another when a file was written or replaced; a missing file has one too."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
