"""The server of a loopback Slack: its Web API, its response addresses and its websockets."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeAlias

from aiohttp import web

from readbot.playground.capture import Capture
from readbot.playground.faults import Faults
from readbot.playground.loopback_slack.checks import check_message
from readbot.playground.loopback_slack.delivery import Delivery, HttpDelivery, SocketDelivery
from readbot.playground.loopback_slack.methods import METHODS, change_message
from readbot.playground.loopback_slack.people import People
from readbot.playground.loopback_slack.scopes import MissingScopeError, check_scope
from readbot.playground.loopback_slack.state import (
    ChangeKind,
    Json,
    Message,
    ResponseUrl,
    SlackError,
    Workspace,
    make_workspace,
)

SIGNING_SECRET = "loopback-signing-secret"  # noqa: S105 - opens nothing but this loopback
APP_TOKEN = "xapp-loopback"  # noqa: S105

#: Takes a method and its arguments, without the token.
CallObserver: TypeAlias = Callable[[str, Json], None]

#: Arguments that arrive as JSON within a form.
_JSON_ARGUMENTS = ("attachments", "blocks", "metadata", "view")


class LoopbackSlack(People):
    """The server. What people do is in :class:`People`."""

    def __init__(
        self,
        *,
        workspaces: Sequence[Workspace] = (),
        request_url: str | None = None,
        faults: Faults | None = None,
        capture: Capture | None = None,
    ) -> None:
        """Make a Slack that does not serve yet.

        Args:
            workspaces: Teams with the app installed; without any, one of ``make_workspace``.
            request_url: Where the app listens; None for Socket Mode.
            faults: What goes wrong with calls of the app's; operations are method names, and
                "response_url".
            capture: Where every call and acknowledgement is kept; None asks the environment.
        """
        self.workspaces = {workspace.id: workspace for workspace in workspaces or [make_workspace()]}
        self.sockets = SocketDelivery()
        delivery: Delivery = HttpDelivery(request_url, SIGNING_SECRET) if request_url else self.sockets
        super().__init__(self.workspaces, delivery, capture or Capture.from_environ("slack"))
        self.faults = faults or Faults()
        #: Every call that was received, in order: its method and arguments, without the token.
        self.calls: list[tuple[str, Json]] = []
        #: Addresses of pictures that cannot be fetched: a message with one is refused.
        self.broken_images: set[str] = set()
        self._call_observers: list[CallObserver] = []
        self._runner: web.AppRunner | None = None
        self._origin = ""

    @property
    def api_url(self) -> str:
        """For ``SLACK_API_URL``."""
        return f"{self._origin}/api/"

    def deliver_to(self, request_url: str) -> None:
        """Reach the app by signed HTTP at *request_url* from now on."""
        self.delivery = HttpDelivery(request_url, SIGNING_SECRET)

    def calls_of(self, method: str) -> list[Json]:
        """Return the arguments of every call of *method*, oldest first."""
        return [arguments for called, arguments in self.calls if called == method]

    def observe_calls(self, observer: CallObserver) -> None:
        """Tell *observer* every call as it arrives from now on."""
        self._call_observers.append(observer)

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer_call)
        app.router.add_post("/respond/{workspace}/{key}", self._answer_response_url)
        app.router.add_get("/socket", self.sockets.serve)
        # A caller that hangs must not hold up the end.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self._origin = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.faults.clear()
        await self.sockets.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.stop()

    def response_url(self, made: ResponseUrl) -> str:
        return f"{self._origin}/respond/{made.workspace}/{made.key}"

    async def _answer_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            arguments = await _arguments(request)
        except ValueError:
            return _refusal(SlackError("invalid_json"))
        token = _token(request, arguments)
        self._keep(method, arguments)

        async def accept() -> web.StreamResponse:
            try:
                return web.json_response({"ok": True, **self._call(method, token, arguments)})
            except SlackError as error:
                return _refusal(error)

        return await self.faults.around(method, request, accept, rate_limited=_rate_limited)

    def _call(self, method: str, token: str, arguments: Json) -> Json:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise SlackError("invalid_auth" if token else "not_authed")
            origin = self._origin.replace("http://", "ws://")
            return {"url": f"{origin}/socket?ticket={self.sockets.make_ticket()}"}
        if not token:
            raise SlackError("not_authed")
        workspace = next((found for found in self.workspaces.values() if found.bot_token == token), None)
        if workspace is None:
            raise SlackError("invalid_auth")
        if method not in METHODS:
            raise SlackError("unknown_method")
        check_scope(workspace, method, arguments)
        self._check_images(arguments)
        return METHODS[method](workspace, arguments, self.faults.history_lag_s)

    async def _answer_response_url(self, request: web.Request) -> web.StreamResponse:
        workspace = self.workspaces.get(request.match_info["workspace"])
        made = workspace.response_urls.get(request.match_info["key"]) if workspace else None
        try:
            body: Any = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        self._keep("response_url", body)

        async def accept() -> web.StreamResponse:
            if workspace is None or made is None:
                return web.Response(status=404, text="invalid_url")
            if made.is_spent:
                return web.json_response({"ok": False, "error": "used_url"}, status=404)
            try:
                self.respond(workspace, made, body)
            except SlackError as error:
                made.problem = str(error)
                workspace.tell(ChangeKind.REFUSED, made)
                return web.json_response({"ok": False, "error": error.code}, status=400)
            return web.Response(text="ok")

        return await self.faults.around("response_url", request, accept, rate_limited=_rate_limited)

    def respond(self, workspace: Workspace, made: ResponseUrl, body: Json) -> Message | None:
        """Do what the app says in answer to an interaction, by ack or by ``response_url``.

        Raises:
            SlackError: Slack would refuse it.
        """
        made.uses += 1
        if body.get("delete_original"):
            workspace.remove_message(workspace.find_message(made.channel, made.ts))
            return None
        check_message(body)
        self._check_images(body)
        is_replacing = made.ts is not None and bool(body.get("replace_original"))
        if is_replacing:
            original = workspace.find_message(made.channel, made.ts)
            change_message(workspace, original, body)
            return original
        is_public = body.get("response_type") == "in_channel"
        return workspace.add_message(
            Message(
                ts=workspace.make_ts(),
                channel=made.channel,
                user=workspace.bot_user_id,
                text=body.get("text") or "",
                blocks=body.get("blocks") or [],
                thread_ts=body.get("thread_ts"),
                only_for=None if is_public else made.user,
                sent=body,
            )
        )

    def _check_images(self, body: Json) -> None:
        for number, block in enumerate(body.get("blocks") or []):
            if block.get("image_url") in self.broken_images:
                detail = f"downloading image failed [json-pointer:/blocks/{number}/image_url]"
                raise SlackError("invalid_blocks", detail)

    def _keep(self, method: str, body: Json) -> None:
        self.calls.append((method, body))
        for observer in self._call_observers:
            observer(method, body)
        self.capture.add({"method": method, "body": body})


async def _arguments(request: web.Request) -> Json:
    """Return a call's arguments, wherever they stand: query, form or JSON body."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json() if request.can_read_body else {}
        if not isinstance(body, dict):
            raise ValueError("no object")
        arguments.update(body)
    elif request.can_read_body:
        arguments.update(await request.post())
    for name in _JSON_ARGUMENTS:
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _token(request: web.Request, arguments: Json) -> str:
    in_arguments = str(arguments.pop("token", ""))
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or in_arguments


def _refusal(error: SlackError) -> web.Response:
    body: Json = {"ok": False, "error": error.code}
    if isinstance(error, MissingScopeError):
        body["needed"] = ",".join(error.needed)
    elif error.details:
        body["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in error.details]}
    return web.json_response(body)


def _rate_limited(seconds: float) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"},
        status=429,
        headers={"Retry-After": str(max(1, round(seconds)))},
    )
