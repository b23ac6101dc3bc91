"""The alias table's file: read with the checks of the list's."""

from pathlib import Path

import yaml

from readbot.reading_list.texts import MAX_WORD
from readbot.reading_list.yaml_file import read_text_file
from readbot.reading_list.yaml_nodes import NodeReader, Spot, read_table
from readbot.search.aliases import AliasGroup, AliasTable
from readbot.search.text import split_words

_KEYS = ("terms", "asked", "examples", "related")
_SAYS_NOTHING = "says nothing; give two terms, or a term or what is asked, and what it leads to"


def load_aliases(path: Path | str) -> AliasTable:
    """Return the alias table in the file *path*, checked.

    Raises:
        ListError: The file cannot be read or is not a good table; holds every complaint about it.
    """
    return parse_aliases(read_text_file(path), file=str(path))


def parse_aliases(text: str, *, file: str) -> AliasTable:
    """Return the alias table that the YAML *text* describes, checked; *file* is its name in complaints.

    Raises:
        ListError: *text* is not a good table; holds every complaint about it, in order of lines.
    """
    return read_table(text, file=file, read=_read_groups) or AliasTable()


def _read_groups(reader: NodeReader, root: yaml.Node) -> AliasTable:
    fields = reader.read_mapping(root, Spot(), ("groups",))
    groups = (
        _read_group(reader, node, spot)
        for node, spot in reader.read_items(fields.get("groups"), Spot(path="groups"))
    )
    return AliasTable([group for group in groups if group is not None])


def _read_group(reader: NodeReader, node: yaml.Node, spot: Spot) -> AliasGroup | None:
    if isinstance(node, yaml.SequenceNode):
        terms = _read_terms(reader, node, spot)
        group = AliasGroup(terms=terms)
    else:
        fields = reader.read_mapping(node, spot, _KEYS)
        group = AliasGroup(**{key: _read_terms(reader, fields.get(key), spot.key(key)) for key in _KEYS})
    leads = bool(group.terms or group.asked) and bool(group.examples or group.related)
    if not (leads or len(group.terms) > 1 or (group.terms and group.asked)):
        reader.complain(node, spot, _SAYS_NOTHING)
        return None
    if group.examples and not group.terms:
        reader.complain(node, spot.key("examples"), "lead back to terms; give some, or call them related")
    return group


def _read_terms(reader: NodeReader, node: yaml.Node | None, spot: Spot) -> tuple[str, ...]:
    terms = reader.read_texts(node, spot, limit=MAX_WORD)
    for term in terms:
        if node is not None and not split_words(term):
            reader.complain(node, spot, f'"{term}" has no letter or digit; take it out')
    return terms
