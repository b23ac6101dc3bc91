"""A reading list from whatever file holds it: our YAML, or an awesome-list's Markdown."""

from pathlib import Path

from readbot.reading_list.markdown import import_markdown
from readbot.reading_list.model import ReadingList
from readbot.reading_list.yaml_file import load_list, read_text_file

_MARKDOWN = {".md", ".markdown", ".mdown"}


def load_list_file(path: Path) -> ReadingList:
    """Return the reading list in *path*: Markdown by its suffix, else YAML.

    Raises:
        ListError: The file cannot be read or holds no good list; has every complaint about it.
    """
    if is_markdown(path):
        return import_markdown(read_text_file(path), file=str(path)).reading_list
    return load_list(path)


def is_markdown(path: Path) -> bool:
    return path.suffix.lower() in _MARKDOWN
