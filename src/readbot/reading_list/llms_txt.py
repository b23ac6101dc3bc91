"""A reading list as ``llms.txt``: Markdown that assistants read to learn what a site has.

Source: https://llmstxt.org/
"""

import re
from collections.abc import Iterator

from readbot.reading_list.model import Link, ReadingList
from readbot.reading_list.troubles import FindTrouble, all_well, describe_trouble


def format_llms_txt(reading_list: ReadingList, *, find_trouble: FindTrouble = all_well) -> str:
    """Return *reading_list* as ``llms.txt``: title, description, a heading for each section with links."""
    blocks = [f"# {_escape(reading_list.title)}"]
    if reading_list.description:
        blocks.append(
            "\n".join(f"> {_escape(line)}".rstrip() for line in reading_list.description.split("\n"))
        )
    for place in reading_list.places:
        if place.section.links:
            blocks.append(f"## {_escape(' › '.join(place.path))}")
            blocks.append("\n".join(_format_link(link, find_trouble) for link in place.section.links))
    return "\n\n".join(blocks) + "\n"


def _format_link(link: Link, find_trouble: FindTrouble) -> str:
    about = ". ".join(piece.rstrip(".") for piece in _pieces(link, find_trouble))
    url = f"<{link.url}>" if re.search(r"[()]", link.url) else link.url
    return f"- [{_escape(link.title)}]({url}){about and ': ' + about}"


def _pieces(link: Link, find_trouble: FindTrouble) -> Iterator[str]:
    if trouble := describe_trouble(link.url, find_trouble):
        yield _escape(trouble)
    if link.note:
        yield _escape(link.note)
    facts = ", ".join(str(fact) for fact in (link.kind, link.year) if fact)
    if facts:
        yield facts
    if link.authors:
        yield _escape("by " + ", ".join(link.authors))
    if link.topics:
        yield _escape("about " + ", ".join(link.topics))


def _escape(words: str) -> str:
    return re.sub(r"[\\`*\[\]<>]", r"\\\g<0>", words)
