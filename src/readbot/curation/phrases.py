"""Parts of what is said about suggestions."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from readbot.conversation.reply import (
    Action,
    Outcome,
    Paragraph,
    Reply,
    Span,
    text,
)
from readbot.curation.model import Suggestion
from readbot.language import tr

_MAX_SHOWN_URL = 80


def to_suggest() -> Action:
    return Action(label=tr("Suggest a link"), command="suggest")


def quoted(words: Sequence[str]) -> str:
    return tr(", ").join(tr("“{words}”", words=each) for each in words)


def linked_title(suggestion: Suggestion) -> Span:
    words = tr("“{words}”", words=suggestion.title) if suggestion.title else shown_address(suggestion.url)
    return Span(words, url=suggestion.url)


def linked_address(url: str) -> Span:
    return Span(shown_address(url), url=url)


def shown_address(url: str) -> str:
    """Return *url* as people read it: without its scheme, and not too long.

    >>> shown_address("https://www.example.org/")
    'example.org'
    """
    try:
        host = urlsplit(url).netloc
    except ValueError:
        host = ""
    shown = url.partition("://")[2].removeprefix("www.").rstrip("/") if host else url
    return shown if len(shown) <= _MAX_SHOWN_URL else shown[: _MAX_SHOWN_URL - 1] + "…"


def refuse(words: str, *actions: Action) -> Reply:
    return Reply(parts=(Paragraph(text=text(words)),), actions=actions, outcome=Outcome.REFUSED)
