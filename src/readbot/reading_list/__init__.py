"""The reading list: what it is, and how it is read from and written to files."""

from readbot.reading_list.model import Acknowledgement, AlsoLink, Entry, Kind, Link, ReadingList, Section

__all__ = ["Acknowledgement", "AlsoLink", "Entry", "Kind", "Link", "ReadingList", "Section"]
