"""What a person asks, as the adapters hand it to the core."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The person who asks."""

    #: The platform's own id of the person.
    id: str
    #: What others see them called; empty where the platform did not say.
    name: str = ""
    #: BCP 47 tag such as "de" or "en-GB"; empty where unknown.
    locale: str = ""
    #: IANA time zone such as "Europe/Berlin"; empty where unknown.
    timezone: str = ""
    #: Whether the platform lets them manage the workspace (Slack admin, Discord Manage Server).
    is_manager: bool = False


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Whose list, words and people are meant: a Slack team or a Discord guild."""

    #: Entry-point name of the platform: "slack", "discord", "terminal".
    platform: str
    #: A Discord DM has the person's id here.
    id: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One command, typed or carried by a button: both take the same road."""

    #: The command language's text: what was typed behind the command, or what a button carries.
    text: str
    #: Entry-point name of the platform: "slack", "discord", "terminal".
    platform: str
    #: A Slack team or a Discord guild; a Discord DM has the person's id here.
    workspace_id: str
    channel_id: str
    reader: Reader
    #: Whether this is a direct message: nobody is there to tell what the reader does.
    is_private: bool = False
    #: Whether there is a thread, or a message to reply to, beside the channel: sharing asks where to.
    has_thread: bool = False
    #: Whether it was asked in a message, as by naming readbot in one: what is worth sharing is then answered
    #: in the open, and nothing is left to share.
    is_open: bool = False
    #: What was filled into the form of this command; None where no form was submitted.
    values: Mapping[str, str] | None = None

    @property
    def workspace(self) -> Workspace:
        return Workspace(platform=self.platform, id=self.workspace_id)
