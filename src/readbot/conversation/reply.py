"""What readbot says: content without looks. Each adapter has one file that gives it looks.

Text is a tuple of ``Span``: no markup language crosses from the core to an adapter, so an adapter
escapes every span for its platform and nothing a person typed can become markup.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from readbot.language import tr
from readbot.reading_list import Entry


class Style(StrEnum):
    PLAIN = "plain"
    BOLD = "bold"
    #: Something to type or copy to the letter.
    CODE = "code"
    #: A command of readbot's own without its slash: "help", "search fine-tuning". Adapters show how
    #: it is typed on their platform ("/llmread help", "/readbot help").
    COMMAND = "command"
    #: A person, named without pinging them; ``ref`` is their id on the platform.
    PERSON = "person"
    #: A channel; ``ref`` is its id on the platform, which shows its name.
    CHANNEL = "channel"
    #: A moment, shown in the reader's own time zone where the platform can; ``ref`` is Unix time in seconds.
    MOMENT = "moment"


@dataclass(frozen=True)
class Span:
    """A run of text in one style. Never empty, no line breaks."""

    #: What is read; for a person, a channel or a moment, where the platform has nothing better.
    text: str
    style: Style = Style.PLAIN
    #: Where the text leads, if it is a link.
    url: str | None = None
    #: What it stands for, by ``style``; else empty.
    ref: str = ""


Text: TypeAlias = tuple[Span, ...]


def text(*pieces: str | Span) -> Text:
    """Return the pieces as text, plain where they are strings; empty strings vanish."""
    spans = (Span(piece) if isinstance(piece, str) else piece for piece in pieces if piece)
    return tuple(spans)


def bold(words: str) -> Span:
    return Span(words, Style.BOLD)


def code(words: str) -> Span:
    return Span(words, Style.CODE)


def command(words: str) -> Span:
    return Span(words, Style.COMMAND)


def person(person_id: str, name: str) -> Span:
    return Span(name or "Somebody", Style.PERSON, ref=person_id)


def channel(channel_id: str) -> Span:
    return Span("a channel", Style.CHANNEL, ref=channel_id)


def moment(when: datetime) -> Span:
    """Return the moment *when* (aware)."""
    when = when.astimezone(UTC)
    return Span(f"{when:%Y-%m-%d %H:%M} UTC", Style.MOMENT, ref=str(int(when.timestamp())))


def plain(pieces: Iterable[Span]) -> str:
    """Return the words of a text alone."""
    return "".join(span.text for span in pieces)


@dataclass(frozen=True, kw_only=True)
class Heading:
    words: str


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    text: Text
    #: Small print: progress, hints.
    subdued: bool = False


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Lines that belong together and stand close: one text each, from top to bottom."""

    rows: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class FurtherAddress:
    """One more address of a link, its slides or its code, and how that address is."""

    title: str
    url: str
    #: As of a ``LinkCard``.
    trouble: str = ""
    archived_url: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkCard:
    """A link to show: title as link, then section path, kind and year, note, ``also``, why, trouble."""

    entry: Entry
    #: Why it matched, where that is not plain; else None.
    why: str | None = None
    #: What is known to be wrong with its address: "gone since May"; empty where nothing is.
    trouble: str = ""
    #: A copy in an archive, shown as such beside ``trouble``; empty where there is none.
    archived_url: str = ""
    #: ``trouble`` and ``archived_url`` for each of ``also`` in its order; empty where all of them are well.
    also_troubles: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return self.entry.link.title

    @property
    def url(self) -> str:
        return self.entry.link.url

    @property
    def facts(self) -> str:
        """Section path, kind and year in one line: "Attention · paper, 2017"."""
        link = self.entry.link
        kind_and_year = ", ".join(str(fact) for fact in (link.kind, link.year) if fact)
        return " · ".join(part for part in (" › ".join(self.entry.path), kind_and_year) if part)

    @property
    def note(self) -> str | None:
        return self.entry.link.note

    @property
    def also(self) -> tuple[FurtherAddress, ...]:
        also = self.entry.link.also
        return tuple(
            FurtherAddress(title=each.title, url=each.url, trouble=trouble, archived_url=archived_url)
            for each, (trouble, archived_url) in zip(
                also, self.also_troubles or (("", ""),) * len(also), strict=True
            )
        )


@dataclass(frozen=True, kw_only=True)
class Picture:
    url: str
    #: What a person who cannot see it should know.
    alt: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to pick; picking it runs its command."""

    label: str
    command: str
    #: A few words beside the label: "7 links".
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Things to pick one from, in order; at least one, any number: adapters cut to their limits."""

    #: What the picking is about: "Pick a section".
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class SearchBox:
    """A place to type a query; only where a platform has one, so a reply never depends on it."""

    label: str


Part: TypeAlias = Heading | Paragraph | Rows | LinkCard | Picture | Choices | SearchBox


class ActionStyle(StrEnum):
    DEFAULT = "default"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, kw_only=True)
class Action:
    """A button. A click runs its command on the very road of a typed one."""

    label: str
    #: In the command language, at most ``MAX_COMMAND_LENGTH`` characters.
    command: str
    style: ActionStyle = ActionStyle.DEFAULT


#: What fits a button everywhere: a Discord custom_id has 100 characters, the adapter keeps a few.
MAX_COMMAND_LENGTH = 90


class Outcome(StrEnum):
    """What came of a command, for the operator's counters."""

    ANSWERED = "answered"
    #: A search that nothing on the list answers.
    NO_MATCH = "no_match"
    #: What was typed could not be done as it stands.
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: parts from top to bottom, then a row of actions (at most five).

    A private reply is seen by the asker alone; as the answer to a click on a private message it
    takes that message's place. A public reply is a new message in the channel.
    """

    parts: tuple[Part, ...]
    actions: tuple[Action, ...] = ()
    public: bool = False
    #: Whether a post comes without a notification, where the platform can do that.
    silent: bool = False
    #: Whether it is only said beside: a place where each message is a post of its own is spared it.
    is_aside: bool = False
    #: Whether a public reply goes into the thread, or answers the message, that the request came from.
    to_thread: bool = False
    #: Whether the message whose button was clicked goes away, and this reply is only for where it cannot.
    removes: bool = False
    #: Id of the person who shared it, to be named in the message without pinging anybody.
    shared_by: str | None = None
    #: Whether it holds something for others to read; a help page or an error does not.
    can_be_shared: bool = False
    outcome: Outcome = Outcome.ANSWERED

    @property
    def fallback(self) -> str:
        """The whole reply as plain text, for notifications and screen readers; one line a part."""
        return "\n".join(line for part in self.parts if (line := _plain_part(part)))


#: Choices that are read out; more nobody listens to.
_NAMED_CHOICES = 20


def _plain_part(part: Part) -> str:
    match part:
        case Heading(words=words):
            return words
        case Paragraph(text=words):
            return plain(words)
        case Rows(rows=rows):
            return "\n".join(plain(row) for row in rows)
        case LinkCard():
            gone = (_plain_address(each) for each in part.also if each.trouble)
            return "; ".join((_plain_address(part), *gone))
        case Picture() | SearchBox():
            return ""
        case Choices(label=label, choices=choices):
            named = [choice.label for choice in choices[:_NAMED_CHOICES]]
            if len(choices) > _NAMED_CHOICES:
                named.append(f"and {len(choices) - _NAMED_CHOICES} more")
            return f"{label}: " + ", ".join(named)


def _plain_address(shown: LinkCard | FurtherAddress) -> str:
    archived = f"{tr('archived copy')}: {shown.archived_url}" if shown.archived_url else ""
    return f"{shown.title} ({', '.join(filter(None, (shown.url, shown.trouble, archived)))})"
