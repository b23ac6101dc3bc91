"""The list file: read with every check, and written so that curators like to edit it."""

from pathlib import Path

import yaml

from readbot.exceptions import Complaint, ListError
from readbot.files import replace_file
from readbot.reading_list import texts
from readbot.reading_list.model import Acknowledgement, AlsoLink, Kind, Link, ReadingList, Section
from readbot.reading_list.package_data import find_data_file
from readbot.reading_list.urls import normalize_url
from readbot.reading_list.yaml_nodes import NodeReader, Spot, compose, line_of
from readbot.reading_list.yaml_writer import dump_list

__all__ = [
    "MAX_BYTES",
    "default_list_path",
    "dump_list",
    "load_list",
    "parse_list",
    "read_text_file",
    "save_list",
    "save_text",
]

#: About 5,000 links with notes; more is no list to read, and takes seconds to parse.
MAX_BYTES = 1_000_000

_LIST_KEYS = ("title", "description", "sections", "acknowledgements")
_SECTION_KEYS = ("title", "image", "links", "sections")
_LINK_KEYS = ("title", "url", "note", "kind", "year", "authors", "topics", "aliases", "also", "added")
_TITLE_URL_KEYS = ("title", "url")


def default_list_path() -> Path:
    """Return the path of the list that ships with readbot."""
    return find_data_file("list.yaml")


def load_list(path: Path | str) -> ReadingList:
    """Return the list in the file *path*, checked.

    Raises:
        ListError: The file cannot be read or is not a good list; holds every complaint about it.
    """
    return parse_list(read_text_file(path), file=str(path))


def parse_list(text: str, *, file: str) -> ReadingList:
    """Return the list that the YAML *text* describes, checked; *file* is its name in complaints.

    Raises:
        ListError: *text* is not a good list; holds every complaint about it, in order of lines.
    """
    root, complaints = compose(text, file)
    if root is None:
        advice = "is empty; begin with title: and sections:, or make a list with readbot import"
        raise ListError(file, [Complaint(message=advice)])
    builder = _ListBuilder(complaints=complaints)
    reading_list = builder.read_list(root)
    builder.raise_complaints(file)
    return reading_list


def save_list(reading_list: ReadingList, path: Path | str) -> None:
    """Write *reading_list* to *path* as YAML, whole or not at all.

    Raises:
        ListError: The file cannot be written.
    """
    save_text(dump_list(reading_list), path)


def save_text(text: str, path: Path | str) -> None:
    """Write a list that is YAML *text* already to *path*, whole or not at all.

    Raises:
        ListError: The file cannot be written.
    """
    path = Path(path)
    try:
        replace_file(path, text)
    except OSError as error:
        advice = f"cannot be written ({error.strerror or error}); choose another place"
        raise ListError(str(path), [Complaint(message=advice)]) from error


def read_text_file(path: Path | str) -> str:
    """Return the text of a UTF-8 file of at most ``MAX_BYTES``, without a byte order mark.

    Raises:
        ListError: There is no such file, it is too large, or it is no UTF-8 text.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        advice = f"cannot be read ({reason}); check the name and the permissions"
        raise ListError(str(path), [Complaint(message=advice)]) from error
    if len(content) > MAX_BYTES:
        advice = f"is larger than {MAX_BYTES // 1_000_000} MB; split it into several lists"
        raise ListError(str(path), [Complaint(message=advice)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        advice = f"is not UTF-8 text (byte 0x{content[error.start]:02x}); save it in that encoding"
        raise ListError(str(path), [Complaint(line=line, message=advice)]) from error


class _ListBuilder(NodeReader):
    """Builds the model from nodes. What is wrong is left out and complained of, so all of it is seen."""

    def __init__(self, *, complaints: list[Complaint]) -> None:
        super().__init__(complaints=complaints)
        #: Normalised address -> line and name of the entry that holds it.
        self._addresses: dict[str, tuple[int, str]] = {}

    def read_list(self, node: yaml.Node) -> ReadingList:
        spot = Spot()
        values = self.read_mapping(node, spot, _LIST_KEYS)
        title = self._require_title(node, values, spot, texts.MAX_TITLE)
        description = self.read_text(
            values.get("description"), spot.key("description"), limit=texts.MAX_DESCRIPTION, multiline=True
        )
        if values and not self.read_items(values.get("sections"), spot.key("sections")):
            self.complain(
                node, spot.key("sections"), "is missing or empty; give the list a section with links"
            )
        return ReadingList(
            title=title,
            description=description or "",
            sections=self._read_sections(values.get("sections"), spot.key("sections")),
            acknowledgements=self._read_acknowledgements(
                values.get("acknowledgements"), spot.key("acknowledgements")
            ),
        )

    def _read_sections(self, node: yaml.Node | None, spot: Spot) -> tuple[Section, ...]:
        if node is None or not isinstance(node, yaml.SequenceNode):
            return ()  # the caller has complained
        sections = []
        lines: dict[str, int] = {}
        for item, at in self.read_items(node, spot):
            section = self._read_section(item, at)
            name = section.title.casefold()
            if name and name in lines:
                advice = (
                    f'a section "{section.title}" stands here already (line {lines[name]}); join or rename it'
                )
                self.complain(item, at.key("title"), advice)
            lines.setdefault(name, line_of(item))
            sections.append(section)
        return tuple(sections)

    def _read_section(self, node: yaml.Node, spot: Spot) -> Section:
        values = self.read_mapping(node, spot, _SECTION_KEYS)
        title = self._require_title(node, values, spot, texts.MAX_SECTION_TITLE)
        spot = Spot(path=spot.path, name=title)
        link_items = self.read_items(values.get("links"), spot.key("links"))
        inner_items = self.read_items(values.get("sections"), spot.key("sections"))
        if values and not link_items and not inner_items:
            self.complain(node, spot, "has neither links nor sections; add some or take the section out")
        return Section(
            title=title,
            image=self.read_url(values.get("image"), spot.key("image")),
            links=tuple(self._read_link(item, at) for item, at in link_items),
            sections=self._read_sections(values.get("sections"), spot.key("sections")),
        )

    def _read_link(self, node: yaml.Node, spot: Spot) -> Link:
        values = self.read_mapping(node, spot, _LINK_KEYS)
        title = self._require_title(node, values, spot, texts.MAX_TITLE)
        spot = Spot(path=spot.path, name=title)
        kind = self.read_choice(values.get("kind"), spot.key("kind"), [kind.value for kind in Kind])
        return Link(
            title=title,
            url=self._require_url(node, values, spot),
            note=self.read_text(values.get("note"), spot.key("note"), limit=texts.MAX_NOTE),
            kind=Kind(kind) if kind else None,
            year=self.read_year(values.get("year"), spot.key("year")),
            authors=self.read_texts(values.get("authors"), spot.key("authors"), limit=texts.MAX_WORD),
            topics=self.read_texts(values.get("topics"), spot.key("topics"), limit=texts.MAX_WORD),
            aliases=self.read_texts(values.get("aliases"), spot.key("aliases"), limit=texts.MAX_WORD),
            also=self._read_also(values.get("also"), spot.key("also")),
            added=self.read_date(values.get("added"), spot.key("added")),
        )

    def _read_also(self, node: yaml.Node | None, spot: Spot) -> tuple[AlsoLink, ...]:
        items = self.read_items(node, spot)
        if node is not None and len(items) > texts.MAX_ITEMS:
            self.complain(node, spot, f"has {len(items)} items; keep the {texts.MAX_ITEMS} that help most")
        links = []
        for item, at in items:
            values = self.read_mapping(item, at, _TITLE_URL_KEYS)
            title = self._require_title(item, values, at, texts.MAX_TITLE)
            links.append(AlsoLink(title=title, url=self._require_url(item, values, at)))
        return tuple(links)

    def _read_acknowledgements(self, node: yaml.Node | None, spot: Spot) -> tuple[Acknowledgement, ...]:
        thanks = []
        for item, at in self.read_items(node, spot):
            values = self.read_mapping(item, at, _TITLE_URL_KEYS)
            title = self._require_title(item, values, at, texts.MAX_TITLE)
            url_node = values.get("url")
            if url_node is None and values:
                self.complain(item, at.key("url"), "is missing; every acknowledgement needs an address")
            url = self.read_url(url_node, at.key("url"))
            thanks.append(Acknowledgement(title=title, url=url or ""))
        return tuple(thanks)

    def _require_title(self, node: yaml.Node, values: dict[str, yaml.Node], spot: Spot, limit: int) -> str:
        if "title" not in values and isinstance(node, yaml.MappingNode):
            self.complain(node, spot.key("title"), "is missing; write title: and a name")
        return self.read_text(values.get("title"), spot.key("title"), limit=limit) or ""

    def _require_url(self, node: yaml.Node, values: dict[str, yaml.Node], spot: Spot) -> str:
        """Return the address, and complain where an earlier entry holds the same one."""
        url_node = values.get("url")
        if url_node is None:
            if isinstance(node, yaml.MappingNode):
                self.complain(node, spot.key("url"), "is missing; write url: and an address")
            return ""
        url = self.read_url(url_node, spot.key("url"))
        if url is None:
            return ""
        address = normalize_url(url)
        if earlier := self._addresses.get(address):
            advice = f'is on the list already: line {earlier[0]}, "{earlier[1]}"; keep one of the two'
            self.complain(url_node, spot.key("url"), advice)
        self._addresses.setdefault(address, (line_of(url_node), spot.name or spot.path))
        return url
