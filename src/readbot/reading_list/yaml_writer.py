"""A list as YAML text made for editing: steady order, one line a text, short lists in one line."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import yaml

from readbot.reading_list.model import Acknowledgement, AlsoLink, Link, ReadingList, Section

#: A list of words stays on one line up to this width.
_FLOW_WIDTH = 110
#: Begins like a word and holds nothing that YAML gives a meaning to; colons and # are looked at apart outside lists.
_PLAIN = re.compile(r"[^\W_][^\n\"'`\\{}\[\],&*!|>%@?:#\x00-\x1f\x7f-\xa0]*")
_PLAIN_OUTSIDE_LISTS = re.compile(r"[^\W_][^\n\x00-\x1f\x7f-\xa0]*")
_resolver = yaml.resolver.Resolver()


def dump_list(reading_list: ReadingList) -> str:
    """Return *reading_list* as YAML text; loading it gives an equal list."""
    blocks = [list(_head_lines(reading_list))]
    sections = [list(section_lines(section, "  ")) for section in reading_list.sections]
    blocks.append(["sections:", *sections[0]] if sections else ["sections: []"])
    blocks.extend(sections[1:])
    if reading_list.acknowledgements:
        blocks.append(["acknowledgements:", *_titled_url_lines(reading_list.acknowledgements, "  ")])
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def dump_flow(fields: Mapping[str, str | int | date | Sequence[str] | None]) -> str:
    """Return *fields* as a YAML mapping on one line, such as an HTML comment can hold.

    There is no ``--`` and no ``>`` in it.
    """
    return "{" + ", ".join(f"{key}: {_flow_value(value)}" for key, value in fields.items()) + "}"


def _flow_value(value: str | int | date | Sequence[str] | None) -> str:
    match value:
        case None:
            return "null"
        case str():
            escaped = _double_quoted(value).replace("-", "\\u002D").replace(">", "\\u003E")
            return escaped if "--" in value or ">" in value else format_scalar(value, in_list=True)
        case int():
            return f"{value:04d}"
        case date():
            return value.isoformat()
        case _:
            return f"[{', '.join(map(_flow_value, value))}]"


def _head_lines(reading_list: ReadingList) -> Iterator[str]:
    yield f"title: {format_scalar(reading_list.title)}"
    lines = reading_list.description.split("\n")
    if len(lines) > 1 and all(line == line.strip() for line in lines) and lines[0] and lines[-1]:
        yield "description: |-"
        yield from (f"  {line}" if line else "" for line in lines)
    elif reading_list.description:
        yield f"description: {format_scalar(reading_list.description)}"


def section_lines(section: Section, indent: str) -> Iterator[str]:
    """Yield *section* as the lines of one list item, its dash behind *indent*."""
    yield f"{indent}- title: {format_scalar(section.title)}"
    inner = indent + "  "
    if section.image:
        yield f"{inner}image: {format_scalar(section.image)}"
    if section.links:
        yield f"{inner}links:"
        for link in section.links:
            yield from link_lines(link, inner + "  ")
    if section.sections:
        if section.links:
            yield ""
        yield f"{inner}sections:"
        for number, child in enumerate(section.sections):
            if number:
                yield ""
            yield from section_lines(child, inner + "  ")


def link_lines(link: Link, indent: str) -> Iterator[str]:
    """Yield *link* as the lines of one list item, its dash behind *indent*."""
    yield f"{indent}- title: {format_scalar(link.title)}"
    inner = indent + "  "
    yield f"{inner}url: {format_scalar(link.url)}"
    if link.note is not None:
        yield f"{inner}note: {format_scalar(link.note)}"
    if link.kind is not None:
        yield f"{inner}kind: {link.kind.value}"
    if link.year is not None:
        yield f"{inner}year: {link.year:04d}"
    for key, words in (("authors", link.authors), ("topics", link.topics), ("aliases", link.aliases)):
        yield from _word_lines(key, words, inner)
    if link.also:
        yield f"{inner}also:"
        yield from _titled_url_lines(link.also, inner + "  ")
    if link.added is not None:
        yield f"{inner}added: {link.added.isoformat()}"


def _titled_url_lines(links: Sequence[AlsoLink | Acknowledgement], indent: str) -> Iterator[str]:
    for link in links:
        yield f"{indent}- title: {format_scalar(link.title)}"
        yield f"{indent}  url: {format_scalar(link.url)}"


def _word_lines(key: str, words: Sequence[str], indent: str) -> Iterator[str]:
    if not words:
        return
    line = f"{indent}{key}: [{', '.join(format_scalar(word, in_list=True) for word in words)}]"
    if len(line) <= _FLOW_WIDTH:
        yield line
        return
    yield f"{indent}{key}:"
    for word in words:
        yield f"{indent}  - {format_scalar(word)}"


def format_scalar(text: str, *, in_list: bool = False) -> str:
    """Return *text* as YAML writes it: as it stands where that is safe, else in the plainest quotes."""
    if _is_plain(text, in_list=in_list):
        return text
    if "\n" not in text and ('"' in text or "\\" in text) and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return _double_quoted(text)


def _double_quoted(text: str) -> str:
    # What JSON writes is YAML as well, but for the few characters that YAML wants escaped.
    return re.sub(
        r"[\x7f-\xa0\ud800-\udfff\ufeff\u2028\u2029]",
        lambda match: f"\\u{ord(match[0]):04X}",
        json.dumps(text, ensure_ascii=False),
    )


def _is_plain(text: str, *, in_list: bool) -> bool:
    pattern = _PLAIN if in_list else _PLAIN_OUTSIDE_LISTS
    if not pattern.fullmatch(text) or ": " in text or " #" in text or text.endswith((":", " ")):
        return False
    tag = _resolver.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag == "tag:yaml.org,2002:str")
