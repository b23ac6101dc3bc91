"""What can come of asking an address."""

from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """Why there is no answer."""

    #: Nobody has the host's name any more.
    NO_SUCH_HOST = "no such host"
    #: The name could not be looked up, which says nothing about it.
    LOOK_UP = "the host's name could not be looked up"
    CONNECT = "no connection"
    TIMEOUT = "timed out"
    TLS = "its certificate or encryption is not in order"
    #: It was connected to, and what came was no HTTP, too much of it, or broke off.
    BROKEN = "its answer broke off"
    #: The rules forbid to ask, whoever has the name.
    FORBIDDEN = "may not be asked"
    #: The name leads into a private network: its owner's doing, or that of whoever stands between us and the web.
    INSIDE = "leads into a private network"
    REDIRECTS = "too many redirects"
    #: Not asked: its host wants to be left alone for longer than we wait.
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of asking an address."""

    #: What was asked first, and what was asked last.
    url: str
    final_url: str
    #: Of the last request; None where there was no answer to it.
    status: int | None = None
    #: Statuses of the redirects on the way.
    redirects: tuple[int, ...] = ()
    trouble: Trouble | None = None
    #: The trouble in words.
    reason: str = ""
    etag: str = ""
    last_modified: str = ""
    #: The beginning of the body, as far as it was wanted.
    body: bytes = field(default=b"", repr=False)
