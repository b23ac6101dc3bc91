"""The REST calls on a channel: its messages and its threads."""

from typing import Any

from aiohttp import web

from readbot.playground.loopback_discord import payloads, threads
from readbot.playground.loopback_discord.errors import (
    cannot_read_history,
    invalid_form,
    missing_access,
    missing_permissions,
    not_in_dm,
    others_message,
    thread_is_archived,
    unknown_channel,
    unknown_message,
    wrong_channel_type,
)
from readbot.playground.loopback_discord.events import Intent
from readbot.playground.loopback_discord.message_payloads import message as to_json
from readbot.playground.loopback_discord.message_payloads import message_for
from readbot.playground.loopback_discord.messages import edit_message, make_message
from readbot.playground.loopback_discord.model import Channel, ChannelType, Message
from readbot.playground.loopback_discord.permissions import Permission
from readbot.playground.loopback_discord.rest import Handler, Rest, read_body, to_id, to_response
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]


class Channels:
    """Answers what the bot asks of channels, threads and messages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rest: Rest | None = None

    def routes(self, rest: Rest) -> list[web.RouteDef]:
        self._rest = rest
        channel, message = "/channels/{channel}", "/channels/{channel}/messages/{message}"
        table: list[tuple[str, str, Handler]] = [
            ("GET", channel, self._get_channel),
            ("PATCH", channel, self._patch_channel),
            ("DELETE", channel, self._delete_channel),
            ("POST", f"{channel}/typing", self._type),
            ("GET", f"{channel}/messages", self._get_history),
            ("POST", f"{channel}/messages", self._post_message),
            ("GET", message, self._get_message),
            ("PATCH", message, self._patch_message),
            ("DELETE", message, self._delete_message),
            ("POST", f"{channel}/threads", self._start_thread),
            ("POST", f"{message}/threads", self._start_thread_from),
            ("PUT", f"{channel}/thread-members/@me", self._join_thread),
            ("GET", f"{channel}/threads/archived/public", self._get_archived),
        ]
        return [rest.route(method, path, handler) for method, path, handler in table]

    async def _get_channel(self, request: web.Request) -> Json:
        return payloads.channel(self._find_channel(request), viewer=self._world.bot)

    async def _patch_channel(self, request: web.Request) -> Json:
        """Archive, lock or wake a thread up; nothing else of a channel can be changed here."""
        channel = self._find_channel(request)
        body = await read_body(request) or {}
        if channel.thread is None:
            self._require(channel, Permission.MANAGE_CHANNELS)
            raise wrong_channel_type()
        manages = self._may(channel, Permission.MANAGE_THREADS)
        wakes_only = body.keys() == {"archived"} and not body["archived"] and not channel.thread.locked
        is_own = channel.thread.owner is self._world.bot and "locked" not in body
        if not (manages or is_own or (wakes_only and self._world.bot.id in channel.thread.member_ids)):
            raise missing_permissions()
        if "locked" in body:
            threads.set_locked(self._world, channel, bool(body["locked"]))
        if "archived" in body:
            threads.set_archived(self._world, channel, bool(body["archived"]))
        return payloads.channel(channel, viewer=self._world.bot)

    async def _delete_channel(self, request: web.Request) -> Json:
        channel = self._find_channel(request)
        needed = Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
        self._require(channel, needed)
        described = payloads.channel(channel)
        self._world.delete_channel(channel)
        return described

    async def _type(self, request: web.Request) -> None:
        channel = self._find_channel(request)
        threads.check_can_post(self._world, channel, self._world.bot)
        self._world.tell("typing", channel)

    async def _get_history(self, request: web.Request) -> list[Json]:
        """Newest first; before, after or around an id; 50 unless told, 100 at most."""
        channel = self._find_channel(request)
        if not self._may(channel, Permission.READ_MESSAGE_HISTORY):
            return []
        limit = _read_limit(request)
        faults = self._rest.faults if self._rest else None
        seen_until = self._world.clock() - (faults.history_lag_s if faults else 0.0)
        messages = [
            m for m in channel.messages if not m.deleted and not m.is_ephemeral and m.created_at <= seen_until
        ]
        if "before" in request.query:
            messages = [m for m in messages if m.id < int(request.query["before"])]
        if "after" in request.query:
            # The ones right after the id, and still newest first.
            messages = [m for m in messages if m.id > int(request.query["after"])][:limit]
        if "around" in request.query:
            middle = int(request.query["around"])
            older = [m for m in messages if m.id < middle][-(limit // 2) :]
            messages = older + [m for m in messages if m.id >= middle][: limit - len(older)]
        return [self._show(m) for m in reversed(messages[-limit:])]

    async def _post_message(self, request: web.Request) -> Json:
        channel = self._find_channel(request)
        threads.check_can_post(self._world, channel, self._world.bot)
        body = await read_body(request) or {}
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce"):
            earlier = self._world.find_nonce(self._world.bot, channel, str(nonce))
            if earlier is not None:
                return to_json(earlier)
        if body.get("message_reference") and not self._may(channel, Permission.READ_MESSAGE_HISTORY):
            raise cannot_read_history()
        message = make_message(self._world, channel, self._world.bot, body)
        threads.add_message(self._world, message)
        return to_json(message)

    async def _get_message(self, request: web.Request) -> Json:
        return self._show(self._find_message(request))

    async def _patch_message(self, request: web.Request) -> Json:
        message = self._find_message(request)
        body = await read_body(request) or {}
        if message.author is not self._world.bot:
            raise others_message()
        threads.check_can_change(self._world, message.channel, self._world.bot)
        edit_message(self._world, message, body)
        return to_json(message)

    async def _delete_message(self, request: web.Request) -> None:
        message = self._find_message(request)
        if message.author is not self._world.bot:
            if message.channel.guild is None:
                raise not_in_dm()
            self._require(message.channel, Permission.MANAGE_MESSAGES)
        threads.check_can_change(self._world, message.channel, self._world.bot, deleting=True)
        self._world.delete_message(message)

    async def _start_thread(self, request: web.Request) -> web.Response:
        channel = self._find_channel(request)
        body = await read_body(request) or {}
        bot = self._world.bot
        if channel.guild is None:
            raise not_in_dm()
        if channel.type.holds_posts:
            post, message = threads.start_post(self._world, channel, bot, body)
            return to_response({**payloads.channel(post, viewer=bot), "message": to_json(message)}, 201)
        thread = threads.start_thread(self._world, channel, bot, body)
        return to_response(payloads.channel(thread, viewer=bot), 201)

    async def _start_thread_from(self, request: web.Request) -> web.Response:
        message = self._find_message(request)
        if message.channel.guild is None:
            raise not_in_dm()
        body = await read_body(request) or {}
        thread = threads.start_thread_from(self._world, message, self._world.bot, body)
        return to_response(payloads.channel(thread, viewer=self._world.bot), 201)

    async def _join_thread(self, request: web.Request) -> None:
        channel = self._find_channel(request)
        if channel.thread is None:
            raise wrong_channel_type()
        if channel.thread.archived:
            raise thread_is_archived()
        threads.join(self._world, channel, self._world.bot)

    async def _get_archived(self, request: web.Request) -> Json:
        """Archived public threads, the latest archived first."""
        channel = self._find_channel(request)
        self._require(channel, Permission.READ_MESSAGE_HISTORY)
        archived = [
            (each.thread.archived_at, each)
            for each in (channel.guild.threads if channel.guild else [])
            if each.holder is channel
            and each.thread
            and each.thread.archived
            and each.type is not ChannelType.PRIVATE_THREAD
        ]
        limit = _read_limit(request)
        latest = [each for _, each in sorted(archived, key=lambda pair: pair[0], reverse=True)]
        bot = self._world.bot
        return {
            "threads": [payloads.channel(each) for each in latest[:limit]],
            "members": [
                payloads.thread_member(each, bot)
                for each in latest[:limit]
                if each.thread and bot.id in each.thread.member_ids
            ],
            "has_more": len(latest) > limit,
        }

    def _show(self, message: Message) -> Json:
        reads_all = bool(self._world.application.allowed_intents & Intent.MESSAGE_CONTENT)
        return message_for(self._world.bot, message, reads_all=reads_all)

    def _find_channel(self, request: web.Request) -> Channel:
        channel = self._world.channels.get(to_id(request, "channel"))
        if channel is None:
            raise unknown_channel()
        if not self._may(channel, Permission.VIEW_CHANNEL):
            raise missing_access()
        return channel

    def _find_message(self, request: web.Request) -> Message:
        message = self._world.find_message(self._find_channel(request), to_id(request, "message"))
        if message is None or message.is_ephemeral:
            raise unknown_message()
        return message

    def _may(self, channel: Channel, permission: Permission) -> bool:
        return self._world.may(self._world.bot, channel, permission)

    def _require(self, channel: Channel, permission: Permission) -> None:
        if not self._may(channel, permission):
            raise missing_permissions()


def _read_limit(request: web.Request) -> int:
    """Return the query's limit, 50 where it says none.

    Raises:
        ApiError: 50035, it is not from 1 to 100.
    """
    try:
        limit = int(request.query.get("limit", 50))
    except ValueError:
        limit = 0
    if not 1 <= limit <= 100:
        raise invalid_form("limit", "int value should be between 1 and 100.", "NUMBER_TYPE_MAX")
    return limit
