"""How what people do reaches the app, and what they then see of its answer."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack.delivery import (
    ACK_TIMEOUT_S,
    Ack,
    Delivery,
    HttpDelivery,
    NotDeliveredError,
    Retry,
)
from readbot.playground.loopback_slack.registration import APP_ID, Registration
from readbot.playground.loopback_slack.state import (
    Change,
    ChangeKind,
    Observer,
    ResponseUrl,
    SlackError,
    Workspace,
)
from readbot.playground.loopback_slack.surfaces import Json, Message, View
from readbot.playground.loopback_slack.tokens import Clock, Tokens

PATIENCE_S = 5.0

#: Deliveries that can be repeated; older ones are forgotten.
MAX_DELIVERED = 200

_MESSAGE_CHANGES = {ChangeKind.POSTED, ChangeKind.UPDATED}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a person sees happen after they did something."""

    ack: Ack | None
    #: Messages that came or changed, in that order, as far as this person sees them.
    shown: list[Message]
    #: Views that were opened or changed for this person, Home included.
    views: list[View]
    #: Messages that this person saw and that are gone.
    gone: list[Message] = field(default_factory=list)
    #: Why Slack shows a failure ("dispatch_failed", "invalid_blocks: ..."); empty if it does not.
    problem: str = ""
    #: Why Slack would deliver an event again; empty where it was taken.
    retry_reason: str = ""

    @property
    def message(self) -> Message:
        """The one message that came or changed."""
        if len(self.shown) != 1:
            raise LookupError(f"{len(self.shown)} messages are shown, not one; {self.problem}")
        return self.shown[0]

    @property
    def view(self) -> View:
        """The one view that was opened or changed."""
        if len(self.views) != 1:
            raise LookupError(f"{len(self.views)} views are shown, not one; {self.problem}")
        return self.views[0]


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """Something that was handed to the app, to be handed over again as it is."""

    team: Workspace
    #: The person whom it comes from, who sees what comes of it.
    user: str
    kind: str
    payload: Json
    #: Where it may be answered, if anywhere.
    made: ResponseUrl | None = None
    #: What an acknowledgement does by itself, before anything that follows it; why not, if it fails.
    on_ack: Callable[[Ack], str] = lambda _ack: ""
    #: Whether the person waits for something to happen once it was acknowledged.
    waits: bool = False


class Interactions(ABC):
    """What every way to the app has in common."""

    #: How long somebody waits for something to happen after an interaction that was acknowledged.
    patience_s = PATIENCE_S
    #: How long Slack waits for an acknowledgement.
    ack_timeout_s = ACK_TIMEOUT_S

    def __init__(
        self,
        workspaces: MutableMapping[str, Workspace],
        *,
        app: Registration,
        delivery: Delivery,
        capture: Capture,
        clock: Clock,
    ) -> None:
        self.workspaces = workspaces
        self.app = app
        self.delivery = delivery
        self.capture = capture
        self.tokens = Tokens(clock)
        #: The latest deliveries, oldest first; see :meth:`repeat`.
        self.delivered: deque[Delivered] = deque(maxlen=MAX_DELIVERED)
        self._observers: list[Observer] = []
        for workspace in workspaces.values():
            self.add(workspace)

    @abstractmethod
    def response_url(self, made: ResponseUrl) -> str: ...

    @abstractmethod
    def respond(self, workspace: Workspace, made: ResponseUrl, body: Json) -> Message | None: ...

    def add(self, workspace: Workspace) -> Workspace:
        """Let there be one more workspace."""
        self.workspaces[workspace.id] = workspace
        workspace.observers.extend(self._observers)
        # Slack gives as long for opening a view as for acknowledging.
        workspace.trigger_lives_s = self.ack_timeout_s
        if workspace.grant is not None:
            self.tokens.add(workspace.grant)
        return workspace

    def team(self, workspace_id: str | None = None) -> Workspace:
        """Return a workspace; without an id, the first."""
        return self.workspaces[workspace_id] if workspace_id else next(iter(self.workspaces.values()))

    def visible(self, user: str, channel: str, *, workspace: str | None = None) -> list[Message]:
        """Return what one person sees in a channel and its threads, oldest first."""
        return self.team(workspace).visible(user, channel)

    def reach(self, request_url: str) -> HttpDelivery:
        """Return the way to an app at *request_url*."""
        return HttpDelivery(request_url, self.app.signing_secret, ack_timeout_s=self.ack_timeout_s)

    def observe(self, observer: Observer) -> None:
        """Tell *observer* every change in every workspace from now on."""
        self._observers.append(observer)
        for team in self.workspaces.values():
            team.observers.append(observer)

    async def repeat(self, delivered: Delivered | None = None, *, to: Sequence[str] = ()) -> list[Seen]:
        """Hand over once more, unchanged, what was handed over: the very same trigger, the same event.

        Args:
            delivered: One of :attr:`delivered`; without, the last.
            to: Request URLs that get it at the same time, such as those of replicas; without, it goes
                the usual way, once.

        Returns:
            What the person sees of each, in the order of *to*.
        """
        again = delivered or self.delivered[-1]
        ways: list[Delivery] = [self.reach(url) for url in to]
        return list(await asyncio.gather(*(self._hand_over(again, way) for way in ways or [self.delivery])))

    async def _interact(self, delivered: Delivered) -> Seen:
        """Hand something to the app and collect what its person sees of the answer."""
        self.delivered.append(delivered)
        return await self._hand_over(delivered, self.delivery)

    async def _hand_over(self, delivered: Delivered, way: Delivery, retry: Retry | None = None) -> Seen:
        team, made = delivered.team, delivered.made
        with _watching(team, delivered.user) as watch:
            repeated = {"retry": retry} if retry else {}
            try:
                ack = await way.deliver(delivered.kind, delivered.payload, **repeated)
            except NotDeliveredError as error:
                return watch.tell(None, problem=str(error), retry_reason=error.reason)
            if ack.status != 200:
                reason = "" if ack.refuses_retries else "http_error"
                return watch.tell(ack, problem=f"dispatch_failed: status {ack.status}", retry_reason=reason)
            problem = delivered.on_ack(ack)
            if ack.body:
                problem = problem or self._take_ack(team, ack.body, made)
            elif delivered.waits:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.patience_s):
                        await watch.something.wait()
            return watch.tell(ack, problem=problem)

    def _take_ack(self, team: Workspace, body: Json, made: ResponseUrl | None) -> str:
        """Show what an ack says; return why Slack would not."""
        if "response_action" in body:
            if "view" in body:
                self.capture.add({"method": "views.update", "body": {"view": body["view"]}})
            return ""
        self.capture.add({"method": "ack", "body": body})
        if made is None:
            return ""
        try:
            self.respond(team, made, body)
        except SlackError as error:
            return str(error)
        return ""

    def _payload(self, team: Workspace, user: str, kind: str, channel: str = "") -> Json:
        """Return what every interaction payload has in common; *channel* is where somebody was."""
        person = team.find_user(user)
        installed = team.installed
        enterprise = team.enterprise and {"id": team.enterprise.id, "name": team.enterprise.name}
        return {
            "type": kind,
            "token": "legacy-verification-token",
            "api_app_id": APP_ID,
            "team": {
                "id": team.id,
                "domain": team.id.lower(),
                **({"enterprise_id": team.enterprise.id} if team.enterprise else {}),
            },
            "user": {"id": user, "username": person.name, "name": person.name, "team_id": team.id},
            "enterprise": enterprise,
            "is_enterprise_install": installed.enterprise is not None,
            "trigger_id": team.make_trigger(user, channel),
        }


class _Watch:
    """Collects what one person sees happen."""

    def __init__(self, user: str) -> None:
        self._user = user
        self._messages: list[Message] = []
        self._views: list[View] = []
        self._gone: list[Message] = []
        self._problem = ""
        self.something = asyncio.Event()

    def tell(self, ack: Ack | None, *, problem: str, retry_reason: str = "") -> Seen:
        return Seen(
            ack=ack,
            shown=self._messages,
            views=self._views,
            gone=self._gone,
            problem=problem or self._problem,
            retry_reason=retry_reason,
        )

    def __call__(self, change: Change) -> None:
        match change.item:
            case View(user=self._user) as view if change.kind is not ChangeKind.VIEW_CLOSED:
                if view not in self._views:
                    self._views.append(view)
            case ResponseUrl(user=self._user, problem=problem):
                self._problem = problem
            case Message(only_for=None | self._user) as message:
                if change.kind is ChangeKind.DELETED:
                    self._gone.append(message)
                elif change.kind in _MESSAGE_CHANGES and message not in self._messages:
                    self._messages.append(message)
            case _:
                return
        self.something.set()


@contextlib.contextmanager
def _watching(team: Workspace, user: str) -> Iterator[_Watch]:
    watch = _Watch(user)
    team.observers.append(watch)
    try:
        yield watch
    finally:
        team.observers.remove(watch)
