"""Everything readbot raises on purpose, and that a caller may want to handle.

ReadbotError
├── ListError          a reading list (or alias table) cannot be used as it stands
├── QueryError         a query that cannot be searched; the message says what to type
├── DigestError        a wish about a digest that cannot be met; the message says what to type
│   └── AmbiguousError     ... because it could mean several things, which it carries
├── SettingsError      a setting is missing or wrong; the message says which and how to mend it
├── VaultError         a secret in the database that no key opens
├── StoreError         the database cannot be used; the message says why and how to mend it
├── OfflineError       no host on the web answers; the message says so, and that nothing was changed
└── PlatformError      a chat platform did not do what it was asked
"""

from collections.abc import Iterable
from dataclasses import dataclass


class ReadbotError(Exception):
    """Root of readbot's own errors: the message is a sentence to show to the person it concerns."""


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """One thing that is wrong with a file, where it is, and what to do about it."""

    #: Says what is wrong and what to do next.
    message: str
    #: 1-based line in the file; None where a complaint is about the whole file.
    line: int | None = None
    #: Which field, entry or section it is about ("sections[2].links[0].url"); empty if none.
    where: str = ""

    def format(self, file: str) -> str:
        """Return ``file:line: where: message``, leaving out what is not known."""
        place = file if self.line is None else f"{file}:{self.line}"
        return ": ".join(part for part in (place, self.where, self.message) if part)


class ListError(ReadbotError):
    """A list file that cannot be used, with every complaint about it, not only the first."""

    def __init__(self, file: str, complaints: Iterable[Complaint]) -> None:
        self.file = file
        self.complaints = tuple(complaints)
        super().__init__("\n".join(complaint.format(file) for complaint in self.complaints))


class QueryError(ReadbotError):
    """A query that cannot be searched, such as one without a letter or digit."""


class DigestError(ReadbotError):
    """A wish about a digest that cannot be met as it was typed."""


class AmbiguousError(DigestError):
    """Words that could mean several things: a question to ask back, with the answers to choose from."""

    def __init__(self, message: str, choices: Iterable[str], *, typed: str = "") -> None:
        #: What to type instead, best first; never empty.
        self.choices = tuple(choices)
        #: The words that they stand for; empty where nobody typed them.
        self.typed = typed
        super().__init__(message)


class SettingsError(ReadbotError):
    """A setting that is missing or wrong."""


class VaultError(ReadbotError):
    """A secret in the database that none of the keys opens."""

    def __init__(self, owner: str) -> None:
        #: Whose secret it is.
        self.owner = owner
        super().__init__(
            f"The secrets of {owner} open with none of READBOT_SECRET_KEYS: put the key back with which they "
            "were encrypted, or have the app installed there again."
        )


class StoreError(ReadbotError):
    """A database that cannot be opened, or that another process holds."""


class PlatformError(ReadbotError):
    """A chat platform refused, or did not answer."""


class OfflineError(ReadbotError):
    """Nobody on the web answers: the trouble is here, and says nothing about links."""

    def __init__(self, hosts: Iterable[str]) -> None:
        #: What was asked in vain.
        self.hosts = tuple(sorted(hosts))
        shown = ", ".join(self.hosts[:3]) + (", ..." if len(self.hosts) > 3 else "")
        super().__init__(
            f"None of the hosts that were asked answers for itself ({shown}): is there a network here, and does "
            "it want a login first? Their links keep the state that they had; try again when the web can be reached."
        )
