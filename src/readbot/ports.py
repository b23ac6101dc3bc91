"""What the core needs from outside, and what it offers: all Protocols on one page."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from readbot.conversation.form import Answer, Lookup
from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader, Request, Workspace
from readbot.digests.model import Channel
from readbot.digests.outcomes import Access, LookUp, Pace, PostOutcome
from readbot.findings import Finding
from readbot.search.results import Completion
from readbot.settings import Managers, Settings

if TYPE_CHECKING:
    from aiohttp import web

    from readbot.store import Store
    from readbot.webhooks.message import WebhookAnswer, WebhookMessage


class Manner(StrEnum):
    """How an answer comes."""

    #: From memory, within a few milliseconds.
    MEMORY = "memory"
    #: It may take some seconds, for the database or a platform: who has to hear of it sooner is told first
    #: that the answer is on its way.
    WAITS = "waits"
    #: Mostly a form, within a second: nothing may be shown before, as a form has to come first.
    FORM = "form"


class Conversation(Protocol):
    """The core as an adapter sees it. Everything is safe to call on the event loop."""

    def manner(self, text: str) -> Manner:
        """Tell how the answer to *text* comes. A form that is submitted always waits."""

    async def answer(self, request: Request) -> Answer:
        """Answer one command or submission, by a reply or by a form to fill in.

        Never raises for what a person typed: the answer says what to do.
        """

    def complete(
        self, text: str, *, what: Lookup = Lookup.QUERY, limit: int, workspace: Workspace
    ) -> Sequence[Completion]:
        """Return up to *limit* ways to finish *text*, best first; useful picks when it is blank."""


class Connection(Protocol):
    """A platform with its tokens, ready to run."""

    def routes(self) -> Sequence["web.RouteDef"]:
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

    def is_configured(self, settings: Settings) -> bool:
        """Tell whether any of its tokens is set: whether a person means to use it."""

    def check(self, settings: Settings, *, listens: bool) -> None:
        """Refuse settings of which some are missing or malformed, before anything is made of them.

        Args:
            settings: All of them.
            listens: Whether requests are to arrive; to post may take less.

        Raises:
            SettingsError: There are such; names everything.
        """

    def connect(self, conversation: Conversation, settings: Settings, store: "Store") -> Connection | None:
        """Return a connection that has not begun to run, or None where no token is set for it.

        What has to outlive the process, or to be known to several, is kept in *store*.

        Raises:
            SettingsError: As ``check`` does.
        """


@runtime_checkable
class HasManifest(Protocol):
    """A platform where an app is made from a manifest."""

    def make_manifest(self, url: str | None) -> str:
        """Return the manifest for the public address *url*, or for none where it is not needed.

        Raises:
            SettingsError: *url* is no https address.
        """


@runtime_checkable
class HasDoctor(Protocol):
    """A platform that can say what is wrong with its set-up: ``readbot doctor slack``."""

    def examine(
        self, settings: Settings, store: "Store | None", *, url: str | None = None
    ) -> AsyncIterator[Finding]:
        """Look at everything that has to be well, one finding after the other, and change nothing.

        Never raises for what is broken: that is a finding, with what to do about it.

        Args:
            settings: As readbot would run with them.
            store: None where the database cannot be opened, which is said already.
            url: Address of a running readbot's HTTP server to try, as given by the person who asks;
                nothing is sent to any other.
        """


@runtime_checkable
class RegistersCommands(Protocol):
    """A platform, beside being a ``Platform``, that has to be told which commands there are."""

    needs: str

    def is_configured(self, settings: Settings) -> bool:
        """Tell whether any of its tokens is set."""

    async def sync_commands(
        self,
        settings: Settings,
        store: "Store | None",
        *,
        workspace_id: str | None = None,
        takes_away: bool = False,
        changes_nothing: bool = False,
    ) -> list[str]:
        """Bring the platform in step, and return what differed, one line each; empty if nothing did.

        Args:
            settings: With its tokens.
            store: Remembers what is registered; None where the database cannot be opened.
            workspace_id: Register in this one alone; None for everywhere.
            takes_away: Let there be none, where some were registered in one workspace alone.
            changes_nothing: Only look.

        Raises:
            SettingsError: A token is malformed.
            PlatformError: The platform refuses, or takes no commands just now.
        """


class Clock(Protocol):
    """Time, so that a test can let a week pass in seconds."""

    def now(self) -> datetime:
        """Return the time of day: aware, UTC. May jump when the machine's clock is set."""

    def elapsed_s(self) -> float:
        """Return seconds since some fixed moment; never jumps back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Messenger(Protocol):
    """What posts digests on one platform.

    Every call is made under a timeout of the caller's, which may cancel it at any point; so no
    method retries or waits for a rate limit by itself: SDK retries have to be off. Whatever a method
    raises counts as no answer, and is logged as a bug.
    """

    #: Entry-point name of the platform.
    platform: str
    pace: Pace
    #: Who may change a channel's digest where no setting says it.
    default_managers: Managers
    #: Whether it can post without a notification, as a reply's ``silent`` asks.
    can_be_silent: bool

    async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        """Post *reply* as one message: no mentions, no link previews.

        The message carries *delivery_id* (20 letters and digits) where ``find`` can see it and, where
        the platform drops repeats by a nonce, as that nonce. ``Refused`` only when the message is
        certainly not there; anything else but an acknowledgement is ``NoAnswer``: a 5xx, Slack's
        ``fatal_error`` and ``internal_error``, a connection that broke after it was made.
        """

    async def find(self, channel: Channel, delivery_id: str, since: datetime, until: datetime) -> LookUp:
        """Look for the message of *delivery_id* among those posted between two times.

        ``NotFound`` only after all messages of that time were seen.
        """

    async def check(self, channel: Channel) -> Access:
        """Tell whether a digest could be posted there now, without posting.

        The obstacle says how to mend it on this platform: "I am not in this channel: type
        /invite @readbot." An open answer is no promise.
        """

    async def describe_reader(self, channel: Channel, reader: Reader) -> Reader:
        """Return *reader* with what the platform tells of them: time zone, whether they manage.

        What it does not tell stays as it was.
        """

    async def tell(self, channel: Channel, person_id: str, reply: Reply) -> PostOutcome:
        """Say something to one person alone, about *channel*; outside it, as it may be gone.

        Where the channel's id is empty it is about none.
        """


@runtime_checkable
class KnowsChannels(Protocol):
    """A messenger, beside being a ``Messenger``, that can tell where a person is."""

    async def list_channels(self, workspace_id: str, person_id: str) -> frozenset[str]:
        """Return the ids of the channels that a person is in, as far as readbot may see them."""


@runtime_checkable
class PostsDigests(Protocol):
    """A platform, beside being a ``Platform``, on which digests can be posted."""

    #: How fast it takes posts; known without any token.
    pace: Pace

    def open_messenger(
        self, settings: Settings, store: "Store"
    ) -> AbstractAsyncContextManager[Messenger] | None:
        """Return what posts on this platform while it is entered, or None where no token is set.

        It needs no connection that listens: a worker posts and does nothing else.

        Raises:
            SettingsError: Some of what it needs is missing or malformed.
        """


class Webhooks(Protocol):
    """A platform's incoming webhooks, for posting without a bot. Needs no token, no settings."""

    def owns(self, url: str) -> bool:
        """Tell whether *url* is the address of such a webhook, and not only of some page there."""

    def to_message(self, reply: Reply) -> "WebhookMessage":
        """Return *reply* as a webhook takes it: no mentions, no previews, nothing to click but links.

        What is clicked would reach no app, so actions and choices are left out.
        """

    def read_answer(self, answer: "WebhookAnswer") -> PostOutcome:
        """Return what *answer* means for the message, as ``Messenger.post`` does."""


@runtime_checkable
class HasWebhooks(Protocol):
    """A platform, beside being a ``Platform``, with incoming webhooks."""

    webhooks: Webhooks
