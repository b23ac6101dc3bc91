"""What readbot asks in a form: fields without looks. Adapters show it as their platform's modal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from readbot.conversation.reply import Reply, Text

#: Discord's modals hold no more.
MAX_FIELDS = 5

#: Slack's titles and buttons are no longer.
MAX_TITLE_LENGTH = 24

#: Discord's labels are no longer.
MAX_LABEL_LENGTH = 45


class Lookup(StrEnum):
    """What can be completed while it is typed."""

    #: Anything to search: titles, sections, other words, authors.
    QUERY = "query"
    SECTION = "section"
    #: A time zone, by its name, a city or a country.
    ZONE = "zone"


class FieldKind(StrEnum):
    #: One line.
    LINE = "line"
    #: Several lines.
    TEXT = "text"
    #: One of ``Field.choices``.
    CHOICE = "choice"
    #: One line that ``Field.lookup`` completes; where a platform cannot, it is typed.
    LOOKUP = "lookup"


@dataclass(frozen=True, kw_only=True)
class FieldChoice:
    label: str
    #: What is submitted, at most 75 characters.
    value: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to fill in."""

    #: Under which its value is submitted: ``[a-z_]+``.
    name: str
    #: At most ``MAX_LABEL_LENGTH`` characters.
    label: str
    kind: FieldKind = FieldKind.LINE
    #: What stands there at first; of a choice its value.
    value: str = ""
    #: How the value is read, where that is not how it is written.
    value_label: str = ""
    #: What to write, in a few words, at most 100 characters.
    hint: str = ""
    is_required: bool = True
    #: In characters.
    max_length: int = 200
    #: For ``CHOICE``: 1 to 25.
    choices: tuple[FieldChoice, ...] = ()
    #: For ``LOOKUP``.
    lookup: Lookup | None = None


@dataclass(frozen=True, kw_only=True)
class Form:
    """An answer that asks. What is filled in comes back as ``Request.values`` beside ``command``.

    The answer to a submission with mistakes is the form again, with ``errors``.
    """

    #: At most ``MAX_TITLE_LENGTH`` characters, and so is ``submit``.
    title: str
    submit: str
    #: In the command language, at most ``MAX_COMMAND_LENGTH`` characters.
    command: str
    #: One to ``MAX_FIELDS``.
    fields: tuple[Field, ...]
    #: Said above the fields.
    intro: tuple[Text, ...] = ()
    #: What is wrong with a field, by its name: a sentence that says what to write instead.
    errors: Mapping[str, str] = field(default_factory=dict)

    def with_errors(self, values: Mapping[str, str], errors: Mapping[str, str]) -> "Form":
        """Return the form as it was filled in, with what is wrong with it."""
        filled = tuple(replace(each, value=values.get(each.name, ""), value_label="") for each in self.fields)
        return replace(self, fields=filled, errors=errors)


#: What the core gives back for a request.
Answer: TypeAlias = Reply | Form
