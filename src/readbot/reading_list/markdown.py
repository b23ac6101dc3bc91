"""Markdown lists in and out: ``import_markdown`` and ``export_markdown``."""

from readbot.reading_list.markdown_export import export_markdown
from readbot.reading_list.markdown_import import Import, import_markdown

__all__ = ["Import", "export_markdown", "import_markdown"]
