"""Small changes to a list file that leave every other character, comments above all, as it is."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

import yaml

from readbot.exceptions import Complaint, ListError
from readbot.reading_list.model import Link, Section
from readbot.reading_list.yaml_file import parse_list
from readbot.reading_list.yaml_nodes import compose
from readbot.reading_list.yaml_writer import format_scalar, link_lines, section_lines

_LINE_END = re.compile(r"\r\n|\r|\n")
_ADDRESS_KEYS = {"url", "image"}
#: Yields the lines of a new item for the indentation that its dash is to have.
_Lines = Callable[[str], Iterable[str]]


def replace_url(text: str, old: str, new: str, *, file: str = "the list") -> str:
    """Return the list *text* with *new* wherever an address is *old*; see ``replace_urls``."""
    return replace_urls(text, {old: new}, file=file)


def replace_urls(text: str, changes: Mapping[str, str], *, file: str = "the list") -> str:
    """Return the list *text* with other addresses.

    Args:
        text: A list in YAML.
        changes: Old addresses, written as on the list, to new ones. Those of sections' images count as well.
        file: The list's name in complaints.

    Raises:
        ListError: An old address is not on the list, or with the new ones it would be no good list.
    """
    parse_list(text, file=file)
    root = _compose(text, file)
    found = [(node, in_flow) for node, in_flow in _addresses(root, False) if node.value.strip() in changes]
    missing = set(changes) - {node.value.strip() for node, _ in found}
    if missing:
        advice = f"does not hold {', '.join(sorted(missing))}; check the links of the list as it is now"
        raise ListError(file, [Complaint(message=advice)])
    for node, in_flow in sorted(found, key=lambda pair: _start(pair[0]), reverse=True):
        written = _write_like(node, changes[node.value.strip()], in_flow=in_flow)
        text = text[: _start(node)] + written + text[_end(text, node) :]
    parse_list(text, file=file)
    return text


def add_link(text: str, path: Sequence[str], link: Link, *, file: str = "the list") -> str:
    """Return the list *text* with *link* as the last of a section.

    Args:
        text: A list in YAML that ``parse_list`` takes: it is not checked again, as there may be many links to add.
        path: Titles from the outermost section to the one for the link, at least one. Sections that are
            not there are made, each as the last of the one around it.
        link: What to add.
        file: The list's name in complaints.

    Raises:
        ListError: With the link it would be no good list: it is there already, say.
    """
    if not path:
        raise ValueError("a link needs a section to stand in")
    place = _compose(text, file)
    for depth, title in enumerate(path):
        inner = _find_section(place, title)
        if inner is None:
            text = _add_item(text, place, "sections", _new_section(path[depth:], link), apart=True)
            break
        place = inner
    else:
        text = _add_item(text, place, "links", lambda indent: link_lines(link, indent))
    parse_list(text, file=file)
    return text


def _compose(text: str, file: str) -> yaml.MappingNode:
    root, _ = compose(text, file)
    return cast("yaml.MappingNode", root)  # a good list is one


def _addresses(node: yaml.Node, in_flow: bool) -> Iterator[tuple[yaml.ScalarNode, bool]]:
    """Yield every address below *node*, and whether it stands within brackets."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _addresses(item, in_flow or bool(node.flow_style))
    elif isinstance(node, yaml.MappingNode):
        in_flow = in_flow or bool(node.flow_style)
        for key, value in node.value:
            if key.value in _ADDRESS_KEYS and isinstance(value, yaml.ScalarNode):
                yield value, in_flow
            else:
                yield from _addresses(value, in_flow)


def _write_like(node: yaml.ScalarNode, value: str, *, in_flow: bool) -> str:
    """Return *value* in the quotes that *node* has, where it has some."""
    if node.style == '"':
        return json.dumps(value, ensure_ascii=False)
    if node.style == "'":
        return "'" + value.replace("'", "''") + "'"
    return format_scalar(value, in_list=in_flow)


def _find(mapping: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _find_section(mapping: yaml.MappingNode, title: str) -> yaml.MappingNode | None:
    sections = _find(mapping, "sections")
    for section in sections.value if sections else ():
        name = _find(section, "title")
        if name is not None and name.value.strip() == title:
            found: yaml.MappingNode = section
            return found
    return None


def _new_section(path: Sequence[str], link: Link) -> _Lines:
    section = Section(title=path[-1], links=(link,))
    for title in reversed(path[:-1]):
        section = Section(title=title, sections=(section,))
    return lambda indent: section_lines(section, indent)


def _add_item(text: str, mapping: yaml.MappingNode, key: str, lines: _Lines, *, apart: bool = False) -> str:
    """Return *text* with an item at the end of a list of *mapping*'s, which may be empty or not there.

    Args:
        text: The whole.
        mapping: Which has the list.
        key: Under which.
        lines: The item.
        apart: Whether a blank line goes before it, where others stand before it.
    """
    items = cast("yaml.SequenceNode | None", _find(mapping, key))
    if items is None:
        return _add_list(text, mapping, key, lines)
    if not items.value:
        return _insert(text, _start(items) + 1, _flow(lines))
    if items.flow_style:
        return _insert(text, _end(text, items.value[-1]), f", {_flow(lines)}")
    indent = " " * items.start_mark.column
    new = [""] * apart + list(lines(indent))
    return _insert_lines(text, _end(text, items.value[-1]), new, column=len(indent))


def _add_list(text: str, mapping: yaml.MappingNode, key: str, lines: _Lines) -> str:
    """Return *text* with a list of one item under a new key: links go before sections, sections last."""
    pairs = [pair for pair in mapping.value if key == "sections" or pair[0].value in {"title", "image"}]
    end = max(_end(text, value) for _, value in pairs)
    if mapping.flow_style:
        return _insert(text, end, f", {key}: [{_flow(lines)}]")
    column = mapping.start_mark.column
    indent = " " * column
    new = [f"{indent}{key}:", *lines(indent + "  ")]
    return _insert_lines(text, end, [""] * (key == "sections") + new, column=column)


def _flow(lines: _Lines) -> str:
    """Return an item as it is written within brackets: JSON, which is YAML as well."""
    (value,) = yaml.safe_load("\n".join(lines("")))
    written = json.dumps(value, ensure_ascii=False, default=str)
    return re.sub(r"[\x7f-\xa0\ufeff\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04X}", written)


def _start(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def _end(text: str, node: yaml.Node) -> int:
    """Return where *node*'s last character stands, plus 1; a block's own mark is where the next one begins."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = int(node.end_mark.index)
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def _insert(text: str, at: int, new: str) -> str:
    return text[:at] + new + text[at:]


def _insert_lines(text: str, after: int, lines: Iterable[str], *, column: int) -> str:
    """Return *text* with *lines* below the one that holds the position *after*.

    Comments right below that stand further right than *column* belong to what is above, and stay with it.
    """
    first = _LINE_END.search(text)
    newline = first[0] if first else "\n"
    at = _line_end(text, after)
    deeper_comment = re.compile(rf" {{{column + 1},}}#[^\r\n]*(?:\r\n|\r|\n|$)")
    while match := deeper_comment.match(text, at):
        at = match.end()
    whole = "".join(line + newline for line in lines)
    lead = "" if not at or text[at - 1] in "\r\n" else newline
    return text[:at] + lead + whole + text[at:]


def _line_end(text: str, position: int) -> int:
    match = _LINE_END.search(text, position)
    return match.end() if match else len(text)
