"""A reading list as Markdown that reads well on a code host, and that an import reads back."""

import re
from collections.abc import Iterator

from readbot.reading_list.model import Link, ReadingList, Section

#: Markdown has six levels of headings and the title takes the first; deeper sections become bullets.
_DEEPEST_HEADING = 6
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~]")
_OPENS_BLOCK = re.compile(r"(?=[#+-]|={3})|(?<=\d)(?=[.)])")
_BARE_URL = re.compile(r"https?://[^\s`]+", re.IGNORECASE)


def export_markdown(reading_list: ReadingList) -> str:
    """Return *reading_list* as Markdown.

    Importing it gives the same titles, addresses, notes, sections, pictures, description and
    acknowledgements; kind and year as far as the addresses tell them. Topics, aliases, authors and
    dates have no place in Markdown.
    """
    blocks = [f"# {_escape(reading_list.title)}"]
    if reading_list.description:
        blocks.append(_escape_paragraph(reading_list.description))
    for section in reading_list.sections:
        blocks.extend(_section_blocks(section, level=2))
    if reading_list.acknowledgements:
        blocks.append("## Acknowledgements")
        blocks.append(
            "\n".join(
                f"- {_format_link(thanks.title, thanks.url)}" for thanks in reading_list.acknowledgements
            )
        )
    return "\n\n".join(blocks) + "\n"


def _section_blocks(section: Section, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {_escape(section.title)}"
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
    yield f"{indent}- {_escape(section.title)}"
    if section.image:
        yield from ("", f"{indent}  ![]({_escape_url(section.image)})", "")
    for link in section.links:
        yield f"{indent}  {_format_bullet(link)}"
    for child in section.sections:
        yield from _nested_bullets(child, indent=indent + "  ")


def _format_bullet(link: Link) -> str:
    addresses = [(link.title, link.url), *((also.title, also.url) for also in link.also)]
    note = f" - {_escape(link.note)}" if link.note else ""
    return f"- {', '.join(_format_link(title, url) for title, url in addresses)}{note}"


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


def _escape_paragraph(text: str) -> str:
    return "\n".join(_OPENS_BLOCK.sub(r"\\", _escape(line), count=1) for line in text.split("\n"))


def _escape_url(url: str) -> str:
    escaped = re.sub(r"&(?=#?\w+;)", "&amp;", url)
    return f"<{escaped}>" if re.search(r"[()]", escaped) else escaped
