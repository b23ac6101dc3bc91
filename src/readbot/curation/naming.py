"""People by their names, where a reply knows them by their ids alone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from readbot.conversation.reply import Paragraph, Part, Reply, Rows, Style, Text


def find_people(reply: Reply) -> set[str]:
    """Return the ids of the people whom *reply* names."""
    return {
        span.ref
        for part in reply.parts
        for line in _lines(part)
        for span in line
        if span.style is Style.PERSON and span.ref
    }


def name_people(reply: Reply, names: Mapping[str, str]) -> Reply:
    """Return *reply* with people called as *names* has them by their ids; who is not in it stays as they were."""
    return replace(reply, parts=tuple(_name_in_part(part, names) for part in reply.parts))


def _lines(part: Part) -> Iterator[Text]:
    if isinstance(part, Paragraph):
        yield part.text
    elif isinstance(part, Rows):
        yield from part.rows


def _name_in_part(part: Part, names: Mapping[str, str]) -> Part:
    if isinstance(part, Paragraph):
        return replace(part, text=_name_in_line(part.text, names))
    if isinstance(part, Rows):
        return replace(part, rows=tuple(_name_in_line(row, names) for row in part.rows))
    return part


def _name_in_line(line: Text, names: Mapping[str, str]) -> Text:
    return tuple(
        replace(span, text=names[span.ref]) if span.style is Style.PERSON and span.ref in names else span
        for span in line
    )
