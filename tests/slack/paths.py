"""The small list that Slack's tests ask."""

from pathlib import Path

LIST_PATH = Path(__file__).parent / "list.yaml"
ALIASES_PATH = Path(__file__).parent / "aliases.yaml"
