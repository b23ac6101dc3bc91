"""The REST half of the loopback: everything under ``/api/v10`` that a bot like readbot calls."""

import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from readbot.playground.capture import Capture
from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import payloads
from readbot.playground.loopback_discord.errors import (
    ApiError,
    invalid_form,
    missing_access,
    unauthorized,
    unknown_guild,
    unknown_member,
    unknown_user,
)
from readbot.playground.loopback_discord.locales import without_translations
from readbot.playground.loopback_discord.model import Guild
from readbot.playground.loopback_discord.permissions import Permission, resolve_in_guild
from readbot.playground.loopback_discord.rate_limits import RateLimitedError, RateLimits
from readbot.playground.loopback_discord.registry import register_commands
from readbot.playground.loopback_discord.threads import archive_idle
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[Any]]

API = "/api/v10"
_KEPT_CALLS = 10_000


def to_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return JSON with a bare ``application/json``: with a charset, discord.py would not parse it."""
    if body is None:
        return web.Response(status=204, headers=headers)
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )


async def read_body(request: web.Request) -> Any:
    """Return the request's JSON, None without a body.

    Raises:
        ApiError: 50109, the body is no JSON.
    """
    raw = await request.read()
    if not raw:
        return None
    if request.content_type != "application/json":
        raise ApiError(400, 50035, "Invalid Form Body")
    try:
        return json.loads(raw)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


@dataclass(eq=False, kw_only=True)
class Call:
    """A REST call that came in."""

    method: str
    #: Without ``/api/v10``.
    path: str
    #: The JSON that it carried; text where it was none; None without a body.
    body: Any
    query: dict[str, str]
    #: What it was answered with, once it took effect; a fault may keep that from the caller.
    status: int | None = None
    answer: Any = None


class Rest:
    """Answers REST calls from the world."""

    def __init__(
        self,
        world: World,
        *,
        token: str,
        capture: Capture,
        faults: Faults | None,
        rate_limits: RateLimits,
        describe_gateway: Callable[[], Json],
    ) -> None:
        self._world = world
        self._token = token
        self._capture = capture
        self.faults = faults
        self.rate_limits = rate_limits
        self._describe_gateway = describe_gateway
        #: The latest calls, oldest first.
        self.calls: deque[Call] = deque(maxlen=_KEPT_CALLS)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes that need the bot's token."""
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/gateway/bot", self._get_gateway),
            ("GET", "/users/@me", self._get_own_user),
            ("GET", "/users/@me/guilds", self._get_own_guilds),
            ("GET", "/users/{user}", self._get_user),
            ("POST", "/users/@me/channels", self._open_dm),
            ("GET", "/applications/@me", self._get_application),
            ("GET", "/oauth2/applications/@me", self._get_application),
            ("GET", "/applications/{application}/commands", self._get_commands),
            ("PUT", "/applications/{application}/commands", self._put_commands),
            ("GET", "/applications/{application}/guilds/{guild}/commands", self._get_commands),
            ("PUT", "/applications/{application}/guilds/{guild}/commands", self._put_commands),
            ("GET", "/guilds/{guild}", self._get_guild),
            ("GET", "/guilds/{guild}/channels", self._get_channels),
            ("GET", "/guilds/{guild}/threads/active", self._get_active_threads),
            ("GET", "/guilds/{guild}/roles", self._get_roles),
            ("GET", "/guilds/{guild}/members/{user}", self._get_member),
        ]
        guarded = [self.route(method, path, handler) for method, path, handler in table]
        return [self.route("GET", "/gateway", self._get_open_gateway, needs_token=False), *guarded]

    def route(self, method: str, path: str, handler: Handler, *, needs_token: bool = True) -> web.RouteDef:
        """Return the route of *handler*, wrapped in what every call goes through."""
        operation = f"{method} {path}"

        async def answer(request: web.Request) -> web.StreamResponse:
            call = await self._note(request)

            async def accept() -> web.StreamResponse:
                response = await self._accept(handler, operation, request, needs_token=needs_token)
                if isinstance(response, web.Response):
                    call.status = response.status
                    call.answer = json.loads(response.body) if isinstance(response.body, bytes) else None
                return response

            if self.faults is None:
                return await accept()
            return await self.faults.around(operation, request, accept, rate_limited=self.rate_limits.refuse)

        return web.route(method, API + path, answer)

    async def _note(self, request: web.Request) -> Call:
        raw = await request.read()
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw.decode(errors="replace")
        call = Call(
            method=request.method,
            path=request.path.removeprefix(API),
            body=body,
            query=dict(request.query),
        )
        self.calls.append(call)
        self._capture.add({"method": call.method, "path": call.path, "body": call.body, "query": call.query})
        self._world.tell("request", call)
        return call

    async def _accept(
        self, handler: Handler, operation: str, request: web.Request, *, needs_token: bool
    ) -> web.StreamResponse:
        try:
            archive_idle(self._world)
            if needs_token and request.headers.get("Authorization") != f"Bot {self._token}":
                raise unauthorized()
            # Interactions are exempt, as on Discord: they carry no token of the bot.
            headers = self.rate_limits.count(operation, request) if needs_token else {}
            body = await handler(request)
        except ApiError as error:
            return to_response(error.body, error.status)
        except RateLimitedError as limited:
            return self.rate_limits.refuse(limited.seconds, is_global=limited.is_global)
        if isinstance(body, web.StreamResponse):
            body.headers.update(headers)
            return body
        return to_response(body, headers=headers)

    async def _get_open_gateway(self, _request: web.Request) -> Json:
        return {"url": self._describe_gateway()["url"]}

    async def _get_gateway(self, _request: web.Request) -> Json:
        return self._describe_gateway()

    async def _get_own_user(self, _request: web.Request) -> Json:
        return payloads.own_user(self._world.bot)

    async def _get_own_guilds(self, _request: web.Request) -> list[Json]:
        return [
            {
                "id": str(guild.id),
                "name": guild.name,
                "icon": None,
                "banner": None,
                "owner": False,
                "permissions": str(int(resolve_in_guild(guild, guild.members[self._world.bot.id]))),
                "features": [],
            }
            for guild in self._world.guilds.values()
            if self._world.bot.id in guild.members
        ]

    async def _get_user(self, request: web.Request) -> Json:
        user = self._world.users.get(to_id(request, "user"))
        if user is None:
            raise unknown_user()
        return payloads.user(user)

    async def _open_dm(self, request: web.Request) -> Json:
        body = await read_body(request) or {}
        user = self._world.users.get(int(body.get("recipient_id") or 0))
        if user is None:
            raise unknown_user()
        return payloads.channel(self._world.open_dm(user))

    async def _get_application(self, _request: web.Request) -> Json:
        return payloads.application(self._world)

    async def _get_commands(self, request: web.Request) -> list[Json]:
        commands = self._world.commands.get(self._command_scope(request), [])
        if request.query.get("with_localizations", "").lower() in {"true", "1"}:
            return commands
        return [without_translations(command) for command in commands]

    async def _put_commands(self, request: web.Request) -> list[Json]:
        return register_commands(self._world, self._command_scope(request), await read_body(request))

    def _command_scope(self, request: web.Request) -> int | None:
        if to_id(request, "application") != self._world.application_id:
            raise ApiError(404, 10002, "Unknown Application")
        if "guild" not in request.match_info:
            return None
        return self._find_guild(request).id

    async def _get_guild(self, request: web.Request) -> Json:
        return payloads.guild(self._find_guild(request))

    async def _get_channels(self, request: web.Request) -> list[Json]:
        return [payloads.channel(channel) for channel in self._find_guild(request).channels]

    async def _get_active_threads(self, request: web.Request) -> Json:
        """All that the bot can see, the youngest first."""
        bot = self._world.bot
        threads = [
            channel
            for channel in reversed(self._find_guild(request).threads)
            if channel.thread
            and not channel.thread.archived
            and self._world.may(bot, channel, Permission.VIEW_CHANNEL)
        ]
        return {
            "threads": [payloads.channel(each) for each in threads],
            "members": [
                payloads.thread_member(each, bot)
                for each in threads
                if each.thread and bot.id in each.thread.member_ids
            ],
            "has_more": False,
        }

    async def _get_roles(self, request: web.Request) -> list[Json]:
        return [payloads.role(role) for role in self._find_guild(request).roles]

    async def _get_member(self, request: web.Request) -> Json:
        member = self._find_guild(request).members.get(to_id(request, "user"))
        if member is None:
            raise unknown_member()
        return payloads.member(member)

    def _find_guild(self, request: web.Request) -> Guild:
        guild = self._world.guilds.get(to_id(request, "guild"))
        if guild is None:
            raise unknown_guild()
        if self._world.bot.id not in guild.members:
            raise missing_access()
        return guild


def to_id(request: web.Request, name: str) -> int:
    """Return an id in the path.

    Raises:
        ApiError: 50035, it is none.
    """
    try:
        return int(request.match_info[name])
    except ValueError:
        raise invalid_form(f"{name}_id", "Value is not snowflake.", "NUMBER_TYPE_COERCE") from None
