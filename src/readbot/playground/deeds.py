"""What the page asks for, checked at the door."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from readbot.exceptions import ReadbotError

Json = dict[str, Any]

#: Sends one event to every open page; see :mod:`readbot.playground.server` for their shapes.
Push = Callable[[Json], None]


class DeedError(ReadbotError):
    """Something that could not be done; the message is what the person reads on the page."""


class Side(Protocol):
    """One platform as the page sees it: neutral words around the platform's own payloads."""

    name: str

    def describe_world(self) -> Json:
        """Return the people, channels and commands, as ``World`` in web/src/protocol.ts."""

    def list_messages(self) -> Sequence[Json]:
        """Return every message there is, oldest first."""

    def list_homes(self) -> Sequence[Json]:
        """Return everybody's App Home that has been published."""

    async def do(self, deed: "Deed") -> Any:
        """Do what a person did, and return what the page waits for, if anything.

        Raises:
            DeedError: It cannot be done, or nothing came of it.
        """


class Deed:
    """One request of the page's. Fields are checked as they are asked for."""

    def __init__(self, fields: Json) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """Return a field that has to be there, as text."""
        value = self._fields.get(name)
        if not isinstance(value, str):
            raise DeedError(f"The page sent no {name}.")
        return value

    def find_text(self, name: str) -> str | None:
        """Return a field that may be missing or null."""
        return None if self._fields.get(name) is None else self.text(name)

    def mapping(self, name: str) -> Json:
        """Return a field that holds an object; empty where it is missing."""
        value = self._fields.get(name) or {}
        if not isinstance(value, dict):
            raise DeedError(f"The page sent no {name}.")
        return value

    @property
    def what(self) -> str:
        return self.text("do")

    @property
    def person(self) -> str:
        return self.text("person")
