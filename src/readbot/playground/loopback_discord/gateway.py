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

from readbot.playground.loopback_discord import message_payloads, payloads
from readbot.playground.loopback_discord.permissions import Permission
from readbot.playground.loopback_discord.world import Change, Channel, Guild, Interaction, Message, World

Json = dict[str, Any]

#: Events kept for a client that resumes; one that missed more has to begin anew.
_KEPT_EVENTS = 1000


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
    INVALID_SHARD = 4010
    DISALLOWED_INTENTS = 4014


class Intent(IntEnum):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


#: What a bot gets only after it has been allowed in the developer portal.
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT


#: What a bot gets of a message that it must not read.
_BLANK: Json = {"content": "", "embeds": [], "components": [], "attachments": []}


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
        return (guild.id >> 22) % self.shard_count == self.shard if guild else self.shard == 0


class Gateway:
    """Sessions of every client, and what is sent to them."""

    def __init__(
        self,
        world: World,
        *,
        token: str,
        url: Callable[[], str],
        heartbeat_interval_s: float,
        allowed_intents: int = 0,
    ) -> None:
        """Serve *world* to who knows *token*; *allowed_intents* are privileged ones it may ask for."""
        self._world = world
        self._token = token
        self._url = url
        self._heartbeat_interval_s = heartbeat_interval_s
        self._allowed_intents = allowed_intents
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

    async def close(self) -> None:
        for socket in tuple(self._sockets):
            await socket.close(code=1001)

    async def disconnect(self, *, code: int = 1006) -> None:
        """Lose every connection, without a goodbye (1006) or with a close code.

        Sessions stay: a client can resume them.
        """
        for socket, transport in tuple(self._sockets.items()):
            if code != 1006:
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
        match change.what, change.subject:
            case "interaction", Interaction() as interaction:
                self.dispatch(
                    "INTERACTION_CREATE",
                    message_payloads.interaction(interaction, self._world),
                    guild=interaction.channel.guild,
                )
            case "message", Message() as message if not message.is_ephemeral:
                self._dispatch_message("MESSAGE_CREATE", message)
            case "edit", Message() as message if not message.is_ephemeral:
                self._dispatch_message("MESSAGE_UPDATE", message)
            case "delete", Message() as message if not message.is_ephemeral:
                self._dispatch_message("MESSAGE_DELETE", message)
            case "guild_join", Guild() as guild:
                data = payloads.guild_create(guild, self._world.bot)
                self.dispatch("GUILD_CREATE", data, guild=guild, needed=Intent.GUILDS)
            case "guild_leave", Guild() as guild:
                self.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild=guild, needed=Intent.GUILDS)
            case "channel_create" | "channel_delete" | "thread_create" | "thread_update" | "thread_delete", (
                Channel() as channel
            ) if self._sees(channel):
                self.dispatch(
                    change.what.upper(),
                    _describe_channel(change.what, channel, self._world),
                    guild=channel.guild,
                    needed=Intent.GUILDS,
                )

    def _sees(self, channel: Channel) -> bool:
        return self._world.may(self._world.bot, channel, Permission.VIEW_CHANNEL)

    def _dispatch_message(self, event: str, message: Message) -> None:
        guild = message.channel.guild
        if not self._sees(message.channel):
            return
        needed = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
        for session in self._audience(guild, needed):
            data: Json
            if event == "MESSAGE_DELETE":
                data = {"id": str(message.id), "channel_id": str(message.channel.id)}
            else:
                data = self._message_for(session, message)
            if guild:
                data["guild_id"] = str(guild.id)
            self._send_event(session, event, data)

    def _message_for(self, session: Session, message: Message) -> Json:
        """Blank what a bot without the message content intent does not see, in the answered message too."""
        data = message_payloads.message(message)
        if not self._may_read(session, message):
            data |= _BLANK
        answered = message.replies_to
        if data.get("referenced_message") and answered and not self._may_read(session, answered):
            data["referenced_message"] |= _BLANK
        guild = message.channel.guild
        if guild and message.author.id in guild.members:
            data["member"] = payloads.member(guild.members[message.author.id], with_user=False)
        data["channel_type"] = int(message.channel.type)
        return data

    def _may_read(self, session: Session, message: Message) -> bool:
        """Tell whether the bot gets to read it: with the intent, when addressed, or its own.

        Source: https://docs.discord.com/developers/events/gateway#message-content-intent
        """
        bot = self._world.bot
        return bool(
            session.intents & Intent.MESSAGE_CONTENT
            or message.author is bot
            or message.channel.guild is None
            or bot in message.mentions
        )

    def dispatch(self, event: str, data: Json, *, guild: Guild | None, needed: int = 0) -> None:
        """Send an event to every session of the shard that asked for it by intent."""
        for session in self._audience(guild, needed):
            self._send_event(session, event, data)

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
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                session = await self._hear(socket, session, message.data)
                if socket.closed:
                    break
        finally:
            self._sockets.pop(socket, None)
            if session is not None and session.socket is socket:
                session.socket = None
                self._world.tell("gateway", session)
        return socket

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
                await socket.send_str(_frame(Op.HEARTBEAT_ACK, None))
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
        elif intents & PRIVILEGED & ~self._allowed_intents:
            refusal = CloseCode.DISALLOWED_INTENTS
        if refusal is not None:
            await socket.close(code=refusal)
            return None
        session = Session(
            id=secrets.token_hex(16), shard=shard, shard_count=shard_count, intents=intents, socket=socket
        )
        self.sessions[session.id] = session
        self._send_event(session, "READY", self._ready(session))
        for guild in self._guilds(session):
            if intents & Intent.GUILDS:
                self._send_event(session, "GUILD_CREATE", payloads.guild_create(guild, self._world.bot))
        self._world.tell("gateway", session)
        return session

    def _guilds(self, session: Session) -> list[Guild]:
        bot = self._world.bot
        return [g for g in self._world.guilds.values() if session.serves(g) and bot.id in g.members]

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": payloads.own_user(self._world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self._guilds(session)],
            "session_id": session.id,
            "resume_gateway_url": self._url(),
            "shard": [session.shard, session.shard_count],
            "application": {"id": str(self._world.application_id), "flags": 0},
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


def _describe_channel(what: str, channel: Channel, world: World) -> Json:
    if what == "thread_delete":
        parent_id = str(channel.holder.id)
        guild_id = str(channel.guild.id) if channel.guild else None
        return {
            "id": str(channel.id),
            "guild_id": guild_id,
            "parent_id": parent_id,
            "type": int(channel.type),
        }
    described = payloads.channel(channel, viewer=world.bot)
    return described | {"newly_created": True} if what == "thread_create" else described


def _frame(op: Op, data: Any) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


async def _send_quietly(socket: web.WebSocketResponse, frame: str) -> None:
    """Send, unless the connection is going away: the event is kept for a resume."""
    with contextlib.suppress(ConnectionError):
        await socket.send_str(frame)
