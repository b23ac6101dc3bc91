"""readbot puts a curated reading list where a team talks."""

from importlib.metadata import version

__version__ = version("readbot")
