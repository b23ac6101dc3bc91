"""A reading list as OPML 2.0, the outline that feed readers and outliners exchange.

Source: http://opml.org/spec2.opml, "link" among the types of outline.
"""

from xml.etree import ElementTree as ET

from readbot.reading_list.feeds import to_rfc_822
from readbot.reading_list.model import Link, ReadingList, Section


def format_opml(reading_list: ReadingList) -> str:
    """Return *reading_list* as OPML: an outline a section, and below it one a link, in list order."""
    root = ET.Element("opml", {"version": "2.0"})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = reading_list.title
    body = ET.SubElement(root, "body")
    for section in reading_list.sections:
        _add_section(body, section)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_section(parent: ET.Element, section: Section) -> None:
    outline = ET.SubElement(parent, "outline", {"text": section.title})
    for link in section.links:
        _add_link(outline, link)
    for child in section.sections:
        _add_section(outline, child)


def _add_link(parent: ET.Element, link: Link) -> None:
    # Categories are parted by commas, and their levels by slashes.
    words = dict.fromkeys(
        word.replace(",", " ").replace("/", " ") for word in (link.kind or "", *link.topics) if word
    )
    known = {
        "text": link.title,
        "type": "link",
        "url": link.url,
        "_note": link.note or "",
        "category": ",".join(words),
        "created": to_rfc_822(link.added) if link.added else "",
    }
    outline = ET.SubElement(parent, "outline", {name: value for name, value in known.items() if value})
    for also in link.also:
        ET.SubElement(outline, "outline", {"text": also.title, "type": "link", "url": also.url})
