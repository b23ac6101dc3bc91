"""A reading list as Markdown that reads well on a code host, and that an import reads back."""

import re
from collections.abc import Iterator

from readbot.reading_list.markdown_marks import ACKNOWLEDGEMENTS, EXPORT, format_facts, format_mark
from readbot.reading_list.model import Link, ReadingList, Section

#: Markdown has six levels of headings and the title takes the first; deeper sections become bullets.
_DEEPEST_HEADING = 6
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~]")
#: What would begin a list, a heading, a rule or the second line of a table.
_OPENS_BLOCK = re.compile(r"[-+](?=[\s-]|$)|#(?=#*(?:\s|$))|[=:]|\d+(?=[.)](?:\s|$))")
#: What would end a heading, and not be part of it.
_CLOSES_HEADING = re.compile(r"(^|\s)(?=#+$)")
_OUTER_SPACE = re.compile(r"^\s+|\s+$")
_BARE_URL = re.compile(r"https?://[^\s`]*", re.IGNORECASE)


def export_markdown(reading_list: ReadingList) -> str:
    """Return *reading_list* as Markdown; importing it gives an equal list.

    Titles, addresses, notes, sections, pictures and the description are plain Markdown. Authors,
    topics, aliases and dates, and a kind or year that the address does not tell, stand in comments
    that no rendered page shows, see :mod:`readbot.reading_list.markdown_marks`.
    """
    blocks = [format_mark(EXPORT), f"# {_escape_heading(reading_list.title)}"]
    if reading_list.description:
        blocks.append(_escape_paragraphs(reading_list.description))
    for section in reading_list.sections:
        blocks.extend(_section_blocks(section, level=2))
    if reading_list.acknowledgements:
        blocks.append(f"## Acknowledgements {format_mark(ACKNOWLEDGEMENTS)}")
        blocks.append(
            "\n".join(
                f"- {_format_link(thanks.title, thanks.url)}" for thanks in reading_list.acknowledgements
            )
        )
    return "\n\n".join(blocks) + "\n"


def _section_blocks(section: Section, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {_escape_heading(section.title)}"
    if section.image:
        yield f"![]({_escape_url(section.image)})"
    bullets = [_format_bullet(link) for link in section.links]
    if level == _DEEPEST_HEADING:
        for child in section.sections:
            bullets.extend(_nested_bullets(child, indent=""))
    if bullets:
        yield "\n".join(bullets)
    if level < _DEEPEST_HEADING:
        for child in section.sections:
            yield from _section_blocks(child, level=level + 1)


def _nested_bullets(section: Section, *, indent: str) -> Iterator[str]:
    yield f"{indent}- {_escape_line(section.title)}"
    if section.image:
        yield from ("", f"{indent}  ![]({_escape_url(section.image)})", "")
    for link in section.links:
        yield f"{indent}  {_format_bullet(link)}"
    for child in section.sections:
        yield from _nested_bullets(child, indent=indent + "  ")


def _format_bullet(link: Link) -> str:
    addresses = [(link.title, link.url), *((also.title, also.url) for also in link.also)]
    note = f" - {_escape(link.note)}" if link.note else ""
    facts = format_facts(link)
    return f"- {', '.join(_format_link(title, url) for title, url in addresses)}{note}{facts and ' ' + facts}"


def _format_link(title: str, url: str) -> str:
    return f"[{_escape(title)}]({_escape_url(url)})"


def _escape(text: str) -> str:
    """Escape what Markdown would read as markup; an address in a text becomes code, lest it turn into a link."""
    pieces = []
    end = 0
    for match in _BARE_URL.finditer(text):
        pieces += [_SPECIAL.sub(r"\\\g<0>", text[end : match.start()]), f"`{match[0]}`"]
        end = match.end()
    return "".join([*pieces, _SPECIAL.sub(r"\\\g<0>", text[end:])])


def _escape_heading(text: str) -> str:
    return _CLOSES_HEADING.sub(r"\1\\", _escape(text))


def _escape_line(line: str) -> str:
    """Escape a line that begins a paragraph or stands in one, its outer spaces included."""
    opening = _OPENS_BLOCK.match(line)
    if opening is None:
        return _OUTER_SPACE.sub(_write_as_entities, _escape(line))
    at = opening.end() if line[0].isdigit() else 0
    return _OUTER_SPACE.sub(_write_as_entities, f"{line[:at]}\\{_escape(line[at:])}")


def _escape_paragraphs(text: str) -> str:
    """Escape a text of several lines; only one blank line in a row is Markdown's."""
    escaped = "\n".join(_escape_line(line) for line in text.split("\n"))
    return re.sub(r"\n{3,}", _write_as_entities, escaped)


def _write_as_entities(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(char)};" for char in match[0])


def _escape_url(url: str) -> str:
    escaped = re.sub(r"&(?=#?\w+;)", "&amp;", url)
    return f"<{escaped}>" if re.search(r"[()]", escaped) else escaped
