"""Where somebody was who is now looking at a modal, and where what they share from it goes."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

#: What Slack keeps with a view for the app.
#: Source: https://docs.slack.dev/reference/views/modal-views
MAX_METADATA = 3_000


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A place in a workspace, as a modal carries it along in its ``private_metadata``."""

    #: Empty on somebody's Home tab, from where nothing can be shared.
    channel: str = ""
    #: Of the message that the thread hangs from; empty where nobody was in a thread.
    thread: str = ""
    #: Where the channel can be written to for half an hour, also by an app that is no member.
    response_url: str = ""
    #: Of the form that the modal shows, in the command language; empty where it shows none.
    command: str = ""
    #: Whether it began on the Home tab, which shows what changed.
    is_home: bool = False

    @property
    def metadata(self) -> str:
        told = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(told, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_view(cls, view: dict[str, Any]) -> Self:
        """Return where a view comes from; nowhere, where it does not say or is not ours."""
        if view.get("type") == "home":
            return cls(is_home=True)
        try:
            told = json.loads(view.get("private_metadata") or "{}")
        except ValueError:
            return cls()
        if not isinstance(told, dict):
            return cls()
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in told.items() if name in known})
