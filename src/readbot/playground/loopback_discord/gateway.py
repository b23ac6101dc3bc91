"""The gateway half of the loopback: sessions over a websocket, as bots keep them with Discord.

Source: https://docs.discord.com/developers/events/gateway. Frames are plain text JSON; a client
that asks for compression accepts that.
"""

import asyncio
import contextlib
import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from readbot.playground.loopback_discord import payloads
from readbot.playground.loopback_discord.events import ALL_INTENTS, PRIVILEGED, Intent, find_event
from readbot.playground.loopback_discord.model import Change, Guild
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

#: Close codes by which a client ends its session for good.
_GOODBYES = frozenset({1000, 1001})

#: Discord takes one IDENTIFY for each bucket of shards in this time.
IDENTIFY_EVERY_S = 5.0

#: How often clients may identify in a day.
_MAX_IDENTIFIES = 1000

#: Frames that a client may send in this many seconds.
_MAX_FRAMES, _FRAMES_WITHIN_S = 120, 60.0

#: Servers that one shard can serve.
_MAX_GUILDS = 2500

#: Events kept for a client that resumes; one that missed more has to begin anew.
_KEPT_EVENTS = 1000
#: No network answers at once, and discord.py counts on it: it notes a heartbeat only after it was sent,
#: and takes an answer that is there before that for one to the heartbeat before, "41.3s behind".
ROUND_TRIP_S = 0.05


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class CloseCode(IntEnum):
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    RATE_LIMITED = 4008
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


@dataclass(eq=False, kw_only=True)
class Session:
    """What one client has seen of the world; it outlives a lost connection."""

    id: str
    shard: int
    shard_count: int
    intents: int
    #: Number of the last event.
    sequence: int = 0
    #: (number, frame) of the latest events, for a client that resumes.
    events: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS))
    socket: web.WebSocketResponse | None = None

    def serves(self, guild: Guild | None) -> bool:
        """Tell whether events of *guild*, or of a DM (None), belong to this session's shard."""
        return find_shard(guild, self.shard_count) == self.shard


def find_shard(guild: Guild | None, shard_count: int) -> int:
    """Return the shard that hears of *guild*; None stands for what is in no server."""
    return (guild.id >> 22) % shard_count if guild else 0


class Gateway:
    """Sessions of every client, and what is sent to them."""

    def __init__(
        self,
        world: World,
        *,
        token: str,
        url: Callable[[], str],
        heartbeat_interval_s: float,
        max_concurrency: int,
        limits_identify: bool,
    ) -> None:
        """Serve *world* to who knows *token*.

        Args:
            world: What there is.
            token: The bot's.
            url: Where the gateway is reached.
            heartbeat_interval_s: What HELLO asks for.
            max_concurrency: How many shards may identify at once.
            limits_identify: Whether they are kept to that, by the world's clock.
        """
        self._world = world
        self._token = token
        self._url = url
        self._heartbeat_interval_s = heartbeat_interval_s
        self._answering: set[asyncio.Future[None]] = set()
        self.max_concurrency = max_concurrency
        self._limits_identify = limits_identify
        #: When the last shard of a bucket identified.
        self._identified_at: dict[int, float] = {}
        #: How often clients have identified.
        self.identified = 0
        self.sessions: dict[str, Session] = {}
        #: Every frame received, oldest first: {"op", "d"}.
        self.received: list[Json] = []
        #: Whether new connections are turned away, as when Discord is down.
        self.is_down = False
        #: Open connections, each with what cuts it.
        self._sockets: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self._sending: set[asyncio.Task[None]] = set()
        world.observe(self._follow)

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.socket is not None]

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/gateway", self._serve), web.get("/gateway/", self._serve)]

    def describe(self) -> Json:
        """Return what ``/gateway/bot`` says of it."""
        return {
            "url": self._url(),
            "session_start_limit": {
                "total": _MAX_IDENTIFIES,
                "remaining": max(0, _MAX_IDENTIFIES - self.identified),
                "reset_after": 24 * 3600 * 1000 if self.identified else 0,
                "max_concurrency": self.max_concurrency,
            },
        }

    async def close(self) -> None:
        for socket in tuple(self._sockets):
            del self._sockets[socket]
            await socket.close(code=1001)

    async def disconnect(self, *, code: int = 1006) -> None:
        """Lose every connection, without a goodbye (1006) or with a close code.

        Sessions stay: a client can resume them.
        """
        for socket, transport in tuple(self._sockets.items()):
            if code != 1006:
                del self._sockets[socket]
                await socket.close(code=code)
            elif transport is not None:
                transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Send op 7, as Discord does before it moves a client to another machine."""
        await self._send_to_all({"op": Op.RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate_sessions(self, *, resumable: bool = False) -> None:
        """Send op 9; unless *resumable*, the sessions are gone."""
        sessions = self.connected
        if not resumable:
            self.sessions.clear()
        for session in sessions:
            if session.socket is not None:
                await session.socket.send_str(_frame(Op.INVALID_SESSION, resumable))

    async def _send_to_all(self, frame: Json) -> None:
        for session in self.connected:
            if session.socket is not None:
                await session.socket.send_str(json.dumps(frame))

    def _follow(self, change: Change) -> None:
        event = find_event(change, self._world)
        if event is None:
            return
        for session in self._audience(event.guild, event.needed):
            self._send_event(session, event.name, event.describe(session.intents))

    def _audience(self, guild: Guild | None, needed: int) -> list[Session]:
        return [
            session
            for session in self.sessions.values()
            if session.serves(guild) and session.intents & needed == needed
        ]

    def _send_event(self, session: Session, event: str, data: Json) -> None:
        """Number and keep the event, and send it if the client is there to hear it."""
        session.sequence += 1
        frame = json.dumps({"op": Op.DISPATCH, "t": event, "s": session.sequence, "d": data})
        session.events.append((session.sequence, frame))
        if session.socket is not None and not session.socket.closed:
            task = asyncio.ensure_future(_send_quietly(session.socket, frame))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = request.transport
        session: Session | None = None
        try:
            interval = int(self._heartbeat_interval_s * 1000)
            await socket.send_str(_frame(Op.HELLO, {"heartbeat_interval": interval}))
            frames: deque[float] = deque(maxlen=_MAX_FRAMES)
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                if not self._takes_frame(frames):
                    await socket.close(code=CloseCode.RATE_LIMITED)
                    break
                session = await self._hear(socket, session, message.data)
                if socket.closed:
                    break
        finally:
            left_by_itself = socket in self._sockets
            self._sockets.pop(socket, None)
            if session is not None and session.socket is socket:
                session.socket = None
                if left_by_itself and socket.close_code in _GOODBYES:
                    self.sessions.pop(session.id, None)
                self._world.tell("gateway", session)
        return socket

    def _takes_frame(self, frames: "deque[float]") -> bool:
        """Count a frame of a connection; tell whether it may still send."""
        now = self._world.clock()
        if len(frames) == _MAX_FRAMES and now - frames[0] < _FRAMES_WITHIN_S:
            return False
        frames.append(now)
        return True

    async def _hear(self, socket: web.WebSocketResponse, session: Session | None, raw: str) -> Session | None:
        """Act on one frame; return the session that the socket belongs to from then on."""
        try:
            frame = json.loads(raw)
            op = Op(frame["op"])
        except (ValueError, KeyError, TypeError):
            await socket.close(code=CloseCode.DECODE_ERROR)
            return session
        self.received.append(frame)
        match op:
            case Op.HEARTBEAT:
                answering = asyncio.ensure_future(_acknowledge(socket))
                self._answering.add(answering)
                answering.add_done_callback(self._answering.discard)
            case Op.IDENTIFY if session is not None:
                await socket.close(code=CloseCode.ALREADY_AUTHENTICATED)
            case Op.IDENTIFY:
                return await self._identify(socket, frame["d"])
            case Op.RESUME:
                return await self._resume(socket, frame["d"])
            case _ if session is None:
                await socket.close(code=CloseCode.NOT_AUTHENTICATED)
        return session

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> Session | None:
        shard, shard_count = data.get("shard") or (0, 1)
        intents = int(data.get("intents", 0))
        refusal = None
        if data.get("token") != self._token:
            refusal = CloseCode.AUTHENTICATION_FAILED
        elif not 0 <= shard < shard_count:
            refusal = CloseCode.INVALID_SHARD
        elif intents & ~ALL_INTENTS or "intents" not in data:
            refusal = CloseCode.INVALID_INTENTS
        elif intents & PRIVILEGED & ~self._world.application.allowed_intents:
            refusal = CloseCode.DISALLOWED_INTENTS
        elif len(self._guilds(shard, shard_count)) > _MAX_GUILDS:
            refusal = CloseCode.SHARDING_REQUIRED
        if refusal is not None:
            await socket.close(code=refusal)
            return None
        if not self._may_identify(shard):
            await socket.send_str(_frame(Op.INVALID_SESSION, False))
            return None
        session = Session(
            id=secrets.token_hex(16), shard=shard, shard_count=shard_count, intents=intents, socket=socket
        )
        self.sessions[session.id] = session
        self._send_event(session, "READY", self._ready(session))
        for guild in self._guilds(shard, shard_count):
            if intents & Intent.GUILDS:
                self._send_event(session, "GUILD_CREATE", payloads.guild_create(guild, self._world.bot))
        self._world.tell("gateway", session)
        return session

    def _may_identify(self, shard: int) -> bool:
        """Tell whether the shard's bucket is free, and take it.

        Source: https://docs.discord.com/developers/events/gateway#sharding-max-concurrency
        """
        bucket, now = shard % self.max_concurrency, self._world.clock()
        if (
            self._limits_identify
            and now - self._identified_at.get(bucket, -IDENTIFY_EVERY_S) < IDENTIFY_EVERY_S
        ):
            return False
        self._identified_at[bucket] = now
        self.identified += 1
        return True

    def _guilds(self, shard: int, shard_count: int) -> list[Guild]:
        bot = self._world.bot
        return [
            guild
            for guild in self._world.guilds.values()
            if find_shard(guild, shard_count) == shard and bot.id in guild.members
        ]

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": payloads.own_user(self._world.bot),
            "guilds": [
                {"id": str(guild.id), "unavailable": True}
                for guild in self._guilds(session.shard, session.shard_count)
            ],
            "session_id": session.id,
            "resume_gateway_url": self._url(),
            "shard": [session.shard, session.shard_count],
            "application": {
                "id": str(self._world.application_id),
                "flags": payloads.application_flags(self._world.application),
            },
        }

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> Session | None:
        """Send what was missed, in order, then RESUMED; or tell the client to begin anew."""
        if data.get("token") != self._token:
            await socket.close(code=CloseCode.AUTHENTICATION_FAILED)
            return None
        session = self.sessions.get(data.get("session_id", ""))
        heard = data.get("seq")
        if session is None or not isinstance(heard, int) or heard > session.sequence:
            await socket.send_str(_frame(Op.INVALID_SESSION, False))
            return None
        kept = sum(number > heard for number, _ in session.events)
        if kept < session.sequence - heard:
            del self.sessions[session.id]
            await socket.send_str(_frame(Op.INVALID_SESSION, False))
            return None
        # What happens while these are being sent is sent in its turn, before anything newer.
        while heard < session.sequence:
            heard, frame = next(event for event in session.events if event[0] > heard)
            await socket.send_str(frame)
        session.socket = socket
        self._send_event(session, "RESUMED", {})
        self._world.tell("gateway", session)
        return session


def _frame(op: Op, data: Any) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


async def _send_quietly(socket: web.WebSocketResponse, frame: str) -> None:
    """Send, unless the connection is going away: the event is kept for a resume."""
    with contextlib.suppress(ConnectionError):
        await socket.send_str(frame)


async def _acknowledge(socket: web.WebSocketResponse) -> None:
    """Answer a heartbeat, unless its connection has gone by then."""
    await asyncio.sleep(ROUND_TRIP_S)
    with contextlib.suppress(ConnectionError):
        await socket.send_str(_frame(Op.HEARTBEAT_ACK, None))
