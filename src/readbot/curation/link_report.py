"""What curators are told about the links, once a week."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from readbot.conversation.reply import Heading, Paragraph, Part, Reply, Rows, Span, Text, code, text
from readbot.curation.link_patch import LinkPatch, make_patch
from readbot.curation.model import LinkHealth, LinkState
from readbot.curation.sweep import list_addresses
from readbot.exceptions import ListError
from readbot.reading_list import ReadingList
from readbot.reading_list.list_file import is_markdown
from readbot.reading_list.texts import shorten

#: Longer patches are no reading for a chat.
_MAX_PATCH_LINES = 30
_MAX_PATCH_LENGTH = 2000
#: Links named one by one.
_MAX_NAMED = 10

#: Of an address; the whole of it is where it leads.
_MAX_SHOWN = 100

Find = Callable[[str], LinkHealth | None]


def write_summary(reading_lists: Iterable[ReadingList], paths: Sequence[Path], find: Find) -> Reply | None:
    """Return what there is to do about the links; None where nothing is.

    Args:
        reading_lists: All that is served.
        paths: The files of the lists, for a patch.
        find: Returns what is known of an address.
    """
    urls = dict.fromkeys(url for each in reading_lists for url in list_addresses(each))
    known = [health for url in urls if (health := find(url)) is not None]
    moved = [health for health in known if health.state is LinkState.MOVED]
    dead = [health for health in known if health.state is LinkState.DEAD]
    if not moved and not dead:
        return None
    counts = [_count(len(moved), "has moved", "have moved"), _count(len(dead), "is dead", "are dead")]
    words = f"Of {len(urls)} links {' and '.join(filter(None, counts))}."
    parts: list[Part] = [Heading(words="Links of the list"), Paragraph(text=text(words))]
    # First what can be done something about: a platform cuts what is too long at its end.
    if moved:
        parts += _write_moved(moved, paths, find)
    if dead:
        parts += [
            Paragraph(text=text("Dead, and left out of digests:")),
            _name_some([_dead(each) for each in dead]),
        ]
    return Reply(parts=tuple(parts))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _dead(health: LinkHealth) -> Text:
    reason = f": {health.reason}" if health.reason else ""
    copy = (" · ", Span("archived copy", url=health.archived_url)) if health.archived_url else ()
    return text(_link(health.url), reason, *copy)


def _moved(health: LinkHealth) -> Text:
    return text(_link(health.url), " → ", _link(health.moved_to))


def _link(url: str) -> Span:
    return Span(shorten(url, _MAX_SHOWN), url=url)


def _name_some(rows: Sequence[Text]) -> Rows:
    more = len(rows) - _MAX_NAMED
    return Rows(rows=(*rows[:_MAX_NAMED], *([text(f"and {more} more")] if more > 0 else [])))


def _write_moved(moved: Sequence[LinkHealth], paths: Sequence[Path], find: Find) -> list[Part]:
    """Show new addresses by the patch that writes them, if that is short, and say which command does."""
    patches = [patch for path in paths if (patch := _make_patch(path, find)) is not None and patch.changes]
    lines = [line for patch in patches for line in patch.format(context=1).splitlines()]
    parts: list[Part] = []
    if lines and len(lines) <= _MAX_PATCH_LINES and sum(map(len, lines)) <= _MAX_PATCH_LENGTH:
        parts += [Paragraph(text=text("Moved; the list with their new addresses:"))]
        parts += [Rows(rows=tuple(text(code(line)) for line in lines))]
    else:
        parts += [Paragraph(text=text("Moved:")), _name_some([_moved(each) for each in moved])]
    if patches:
        command = code(
            "readbot links check --fix --list " + " --list ".join(str(patch.path) for patch in patches)
        )
        parts += [Paragraph(text=text("This writes it into the list: ", command), subdued=True)]
    return parts


def _make_patch(path: Path, find: Find) -> LinkPatch | None:
    if is_markdown(path):
        return None
    try:
        return make_patch(path, find)
    except ListError:
        return None  # being edited just now; whoever does is told by readbot check
