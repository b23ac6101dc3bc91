"""What the core needs from outside, and what it offers: all Protocols on one page."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from aiohttp import web

from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.search.results import Completion
from readbot.settings import Settings


class Conversation(Protocol):
    """The core as an adapter sees it. Answers from memory: safe to call on the event loop."""

    def handle(self, request: Request) -> Reply:
        """Answer one command. Never raises for what a person typed: the reply says what to do."""

    def complete(self, text: str, *, limit: int) -> Sequence[Completion]:
        """Return up to *limit* ways to finish *text*, best first; useful picks when it is blank."""

    def complete_section(self, text: str, *, limit: int) -> Sequence[Completion]:
        """Return up to *limit* sections for what is typed so far, best first; all when blank."""


class Connection(Protocol):
    """A platform with its tokens, ready to run."""

    def routes(self) -> Sequence[web.RouteDef]:
        """Return what the one HTTP server has to serve for this platform; empty if nothing."""

    async def run(self) -> None:
        """Connect, listen and answer until cancelled; close everything on the way out.

        Raises:
            PlatformError: The platform refuses for good, for instance a wrong token.
        """

    def is_ready(self) -> bool:
        """Tell whether requests can arrive right now."""


class Platform(Protocol):
    """A chat platform, found through the entry-point group ``readbot.platforms``."""

    #: The entry point's own name: "slack", "discord".
    name: str
    #: Which settings it needs, for a person who has set none: "SLACK_BOT_TOKEN and ...".
    needs: str

    def connect(self, conversation: Conversation, settings: Settings) -> Connection | None:
        """Return a connection that has not begun to run, or None where no token is set for it.

        Raises:
            SettingsError: Some of what it needs is set and some is missing or malformed.
        """


@runtime_checkable
class HasManifest(Protocol):
    """A platform where an app is made from a manifest."""

    def make_manifest(self, url: str | None) -> str:
        """Return the manifest for the public address *url*, or for none where it is not needed.

        Raises:
            SettingsError: *url* is no https address.
        """
