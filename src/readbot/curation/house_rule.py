"""What is gently pointed out about a suggested link: a vendor's site, or a title that sounds like hype."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from readbot.reading_list.texts import MAX_WORD
from readbot.reading_list.urls import is_under, site
from readbot.reading_list.yaml_file import read_text_file
from readbot.reading_list.yaml_nodes import NodeReader, Spot, read_table
from readbot.search.text import split_words

_KEYS = ("vendors", "hype", "emoji")


@dataclass(frozen=True, kw_only=True)
class Remarks:
    """What there is to say of one link; all empty for most."""

    #: The vendor's domain, as the table has it.
    vendor: str = ""
    #: Words of the title that sound like hype.
    hype: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.vendor or self.hype)


@dataclass(frozen=True, kw_only=True)
class HouseRule:
    """Vendors' domains and words of hype."""

    vendors: tuple[str, ...] = ()
    hype: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()

    def examine(self, url: str, title: str) -> Remarks:
        """Return what is to be pointed out about a link."""
        host = site(url)
        vendor = next((domain for domain in self.vendors if is_under(host, domain)), "")
        return Remarks(vendor=vendor, hype=tuple(self._find_hype(title)))

    def _find_hype(self, title: str) -> Iterator[str]:
        said = f" {' '.join(split_words(title))} "
        yield from (phrase for phrase in self.hype if f" {' '.join(split_words(phrase))} " in said)
        yield from (emoji for emoji in self.emoji if emoji in title)


def load_house_rule(path: Path | str) -> HouseRule:
    """Return the table in the file *path*, checked.

    Raises:
        ListError: The file cannot be read or is not a good table; holds every complaint about it.
    """
    return parse_house_rule(read_text_file(path), file=str(path))


def parse_house_rule(text: str, *, file: str) -> HouseRule:
    """Return the table that the YAML *text* describes, checked; *file* is its name in complaints.

    Raises:
        ListError: *text* is not a good table; holds every complaint about it, in order of lines.
    """
    return read_table(text, file=file, read=_read_rule) or HouseRule()


def _read_rule(reader: NodeReader, root: yaml.Node) -> HouseRule:
    nodes = reader.read_mapping(root, Spot(), _KEYS)
    return HouseRule(**{key: tuple(_read_words(reader, nodes.get(key), key)) for key in _KEYS})


def _read_words(reader: NodeReader, node: yaml.Node | None, key: str) -> Iterator[str]:
    for item, spot in reader.read_items(node, Spot(path=key)):
        word = reader.read_text(item, spot, limit=MAX_WORD)
        if word is None:
            continue
        if key == "vendors" and site(f"https://{word}") != word:
            reader.complain(item, spot, f'"{word}" is no domain; write it like example.com')
        if key == "hype" and not split_words(word):
            reader.complain(item, spot, f'"{word}" has no letter or digit; does it belong under emoji?')
        yield word
