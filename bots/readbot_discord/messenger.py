"""Posting digests on Discord: by REST alone, so that a process without a gateway can do it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from discord import MessageFlags
from discord.utils import time_snowflake

from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader
from readbot.digests.model import Channel
from readbot.digests.outcomes import (
    Access,
    CannotLook,
    LookUp,
    NoAnswer,
    NotFound,
    Pace,
    PostOutcome,
    Refusal,
    Refused,
    Sent,
)
from readbot.language import tr, translatable
from readbot.settings import Managers, Secret
from readbot_discord.access import (
    FORUMS,
    THREADS,
    ChannelType,
    describe_obstacle,
    resolve_permissions,
)
from readbot_discord.components import mark, read_marks
from readbot_discord.custom_ids import HERE, Aim
from readbot_discord.forums import archived_at, choose_tags, is_candidate, make_name
from readbot_discord.rendering import render
from readbot_discord.rest import Answer, NoAnswerError, Rest, UnsentError, open_rest

#: Discord takes 50 requests a second from one bot over all its servers; the rest is for everything else
#: it does. A channel takes five messages in five seconds, at any rhythm; digests are far apart.
#: Source: https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
PACE = Pace(per_second=40, channel_gap_s=0.2, at_once=16, shared=True)

#: A page of history; Discord gives no more at once.
_PAGE = 100
#: A thread is archived (it has to be opened again), or the channel takes no messages: both come as a 400.
_CODES_UNREACHABLE = frozenset({40058, 40067, 50008, 50024, 50083, 160005})
#: What a forum says to a message: it takes posts, each with a thread of its own.
_CODES_FORUM = frozenset({40058, 50008})
#: In words, where Discord's own say less to whoever set a digest up.
_REASONS = {
    10003: translatable("the channel is gone"),
    40067: translatable("the forum wants a tag on every post, and has none for it"),
    50001: translatable("I may not see the channel"),
    50013: translatable("I may not write in the channel"),
    160005: translatable("the thread is locked"),
}
_NOT_A_MEMBER = translatable(
    "I can answer here, but I am no member of this server or may not see this channel. Whoever manages the "
    "server adds me by my invite link and allows me View Channel and Send Messages here; then try again."
)
_GONE = translatable("Discord no longer knows this channel.")
_WRONG_TOKEN = translatable("Discord no longer knows my token: whoever runs readbot has to set a new one.")
_IN_TROUBLE = translatable("Discord does not answer me just now: try again in a minute.")


class _UnknownError(Exception):
    """A question to Discord was not answered with what was asked for."""

    def __init__(self, reason: str, answer: Answer | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        #: None where there was none.
        self.answer = answer


class DiscordMessenger:
    """Implements ``readbot.ports.Messenger``."""

    platform = "discord"
    pace = PACE
    default_managers = Managers.ADMINS
    can_be_silent = True

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._own_id: str | None = None
        #: Channels that turned out to be forums.
        self._forums: set[str] = set()

    async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        """Post, with the delivery id twice.

        As the nonce, by which Discord itself drops a repeat for some minutes; and in a button's
        custom_id, where a look-up finds it at any time and nobody sees it: history does not tell
        nonces, and a line of text would stand in every message for the few that are looked up.
        """
        if channel.channel_id in self._forums:
            return await self._post_into_forum(channel, reply, delivery_id)
        body = _make_message(reply, delivery_id)
        body |= {"nonce": delivery_id, "enforce_nonce": True}
        answer = await self._try("POST", f"/channels/{channel.channel_id}/messages", body)
        if isinstance(answer, Answer) and answer.code in _CODES_FORUM:
            return await self._post_into_forum(channel, reply, delivery_id)
        return _explain(answer)

    async def find(self, channel: Channel, delivery_id: str, since: datetime, until: datetime) -> LookUp:
        try:
            own_id = await self._learn_own_id()
            place = await self._get(f"/channels/{channel.channel_id}")
            if place["type"] in FORUMS:
                return await self._find_post(place, delivery_id, since, until)
            after, end = time_snowflake(since), time_snowflake(until, high=True)
            seen = 0
            while True:
                path = f"/channels/{channel.channel_id}/messages"
                page = await self._get(path, after=str(after), limit=str(_PAGE))
                for message in page:
                    if message["author"]["id"] == own_id and delivery_id in read_marks(message["components"]):
                        return Sent(message_id=message["id"])
                seen += len(page)
                after = max((int(message["id"]) for message in page), default=end)
                if len(page) < _PAGE or after >= end:
                    break
            # To who may not read it, Discord shows a history that is empty.
            if not seen and not await self._may_read(place):
                return CannotLook(reason="I lack Read Message History")
        except _UnknownError as unknown:
            return _explain_look_up(unknown)
        return NotFound()

    async def check(self, channel: Channel) -> Access:
        try:
            place = await self._get(f"/channels/{channel.channel_id}")
            if place["type"] in {ChannelType.DM, ChannelType.GROUP_DM}:
                # Discord shows a bot no direct messages but its own.
                return Access(is_certain=True)
            guild, member, governing = await self._learn_place(place)
        except _UnknownError as unknown:
            return Access(obstacle=tr(_explain_obstacle(unknown)))
        permissions = resolve_permissions(guild, member, governing)
        return Access(obstacle=describe_obstacle(place, permissions, member))

    async def describe_reader(self, channel: Channel, reader: Reader) -> Reader:
        """Return *reader*: Discord tells nobody's time zone, and who manages came with the command.

        In a direct message nobody else is there to manage it.
        """
        return replace(reader, is_manager=True) if channel.workspace_id == reader.id else reader

    async def tell(self, channel: Channel, person_id: str, reply: Reply) -> PostOutcome:
        opened = await self._try("POST", "/users/@me/channels", {"recipient_id": person_id})
        if not isinstance(opened, Answer):
            return opened
        if not opened.is_ok:
            return _explain_refusal(opened)
        body = _make_message(reply)
        if channel.channel_id:
            # A person may read in many channels: this names the one, as a link where it still is there.
            named = tr("About {channel}", channel=f"<#{int(channel.channel_id)}>")
            about = {"type": 10, "content": f"-# {named}"}
            body["components"] = [about, *body["components"]]
        return await self._send(opened.body["id"], body)

    # Sending

    async def _send(self, channel_id: str, body: dict[str, Any]) -> PostOutcome:
        return _explain(await self._try("POST", f"/channels/{channel_id}/messages", body))

    async def _post_into_forum(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        """Begin a new post. It has no nonce: only a look-up tells whether it is there.

        A post is a channel of its own, and the digest is the forum's: its buttons say so.
        """
        if reply.is_aside:
            return Refused(refusal=Refusal.REJECTED, reason="a forum is spared what makes no post")
        try:
            place = await self._get(f"/channels/{channel.channel_id}")
            if place["type"] not in FORUMS:
                return Refused(
                    refusal=Refusal.UNREACHABLE, reason=translatable("this is no channel for messages")
                )
            guild, member, governing = await self._learn_place(place)
        except _UnknownError as unknown:
            answer = unknown.answer
            if answer is not None and not _is_passing(answer):
                return _explain(answer)
            # Nothing was sent: whatever the reason, it can be tried again.
            return Refused(refusal=Refusal.LATER, reason=unknown.reason)
        self._forums.add(channel.channel_id)
        may_moderate = resolve_permissions(guild, member, governing).manage_threads
        post = {
            "name": make_name(reply, datetime.now(UTC)),
            "applied_tags": choose_tags(place, reply, may_moderate=may_moderate),
            "message": _make_message(reply, delivery_id, Aim(channel_id=channel.channel_id)),
        }
        return _explain(await self._try("POST", f"/channels/{channel.channel_id}/threads", post))

    async def _try(self, method: str, path: str, body: Any) -> Answer | NoAnswer | Refused:
        try:
            return await self._rest.call(method, path, body=body)
        except UnsentError as error:
            return Refused(refusal=Refusal.LATER, reason=str(error))
        except NoAnswerError as error:
            return NoAnswer(reason=str(error))

    # Asking

    async def _find_post(self, forum: Any, delivery_id: str, since: datetime, until: datetime) -> LookUp:
        """Look for a post in a forum, among those that are open and those that have fallen asleep."""
        own_id, ids = await self._learn_own_id(), (time_snowflake(since), time_snowflake(until, high=True))
        active = (await self._get(f"/guilds/{forum['guild_id']}/threads/active"))["threads"]
        for thread in [*active, *await self._list_archived(forum["id"], since)]:
            if not is_candidate(thread, forum["id"], own_id, ids):
                continue
            # The message with which a post begins has the post's id.
            answer = await self._call("GET", f"/channels/{thread['id']}/messages/{thread['id']}")
            if answer.is_ok and delivery_id in read_marks(answer.body["components"]):
                return Sent(message_id=thread["id"])
            if not answer.is_ok and answer.status != HTTPStatus.NOT_FOUND:
                raise _UnknownError(answer.reason, answer)
        return NotFound()

    async def _list_archived(self, forum_id: str, since: datetime) -> list[Any]:
        """Return the forum's posts that fell asleep after *since*: no other can have begun after it."""
        found: list[Any] = []
        before: dict[str, str] = {}
        while True:
            path = f"/channels/{forum_id}/threads/archived/public"
            page = await self._get(path, limit=str(_PAGE), **before)
            found += page["threads"]
            oldest = archived_at(page["threads"])
            if not page["has_more"] or oldest is None or datetime.fromisoformat(oldest) < since:
                return found
            before = {"before": oldest}

    async def _get(self, path: str, **query: str) -> Any:
        """Return what stands at *path*.

        Raises:
            _UnknownError: Discord did not say.
        """
        answer = await self._call("GET", path, query=query)
        if not answer.is_ok or answer.body is None:
            raise _UnknownError(answer.reason, answer)
        return answer.body

    async def _call(self, method: str, path: str, **request: Any) -> Answer:
        """Return Discord's answer, whatever it is.

        Raises:
            _UnknownError: There was none.
        """
        try:
            return await self._rest.call(method, path, **request)
        except (UnsentError, NoAnswerError) as error:
            raise _UnknownError(str(error)) from error

    async def _learn_own_id(self) -> str:
        if self._own_id is None:
            self._own_id = str((await self._get("/users/@me"))["id"])
        return self._own_id

    async def _learn_place(self, place: Any) -> tuple[Any, Any, Any]:
        """Return the server of a channel, the bot in it, and the channel whose permissions count."""
        guild = await self._get(f"/guilds/{place['guild_id']}")
        member = await self._get(f"/guilds/{place['guild_id']}/members/{await self._learn_own_id()}")
        governing = await self._get(f"/channels/{place['parent_id']}") if place["type"] in THREADS else place
        return guild, member, governing

    async def _may_read(self, place: Any) -> bool:
        if place["type"] in {ChannelType.DM, ChannelType.GROUP_DM}:
            return True
        return resolve_permissions(*await self._learn_place(place)).read_message_history


def _make_message(reply: Reply, delivery_id: str = "", aim: Aim = HERE) -> dict[str, Any]:
    """Return *reply* as it is sent, marked with *delivery_id* where there is one."""
    flags = MessageFlags(components_v2=True, suppress_embeds=True, suppress_notifications=reply.silent)
    components: list[dict[str, Any]] = render(reply, aim).to_components()  # type: ignore[no-untyped-call]
    return {
        "components": mark(components, delivery_id) if delivery_id else components,
        "flags": flags.value,
        "allowed_mentions": {"parse": []},
    }


def _explain(answer: Answer | NoAnswer | Refused) -> PostOutcome:
    """Return what an answer to a post means."""
    if not isinstance(answer, Answer):
        return answer
    if not answer.is_ok:
        return _explain_refusal(answer)
    message_id = answer.body.get("id") if isinstance(answer.body, dict) else None
    return Sent(message_id=message_id) if message_id else NoAnswer(reason="an answer without a message")


def _explain_refusal(answer: Answer) -> Refused | NoAnswer:
    """Return what an answer that is no success means for the message."""
    if answer.is_limited:
        return Refused(
            refusal=Refusal.LATER,
            reason="rate limited",
            retry_after_s=answer.retry_after_s,
            for_all=answer.is_limited_for_all,
        )
    if answer.is_broken:
        return NoAnswer(reason=answer.reason)
    if not answer.is_discords:
        return Refused(refusal=Refusal.LATER, reason=f"{answer.reason}, not from Discord itself")
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return Refused(refusal=Refusal.UNREACHABLE, reason=translatable("Discord no longer knows my token"))
    gone = answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND} or answer.code in _CODES_UNREACHABLE
    reason = _REASONS.get(answer.code, answer.reason)
    return Refused(refusal=Refusal.UNREACHABLE if gone else Refusal.REJECTED, reason=reason)


def _is_passing(answer: Answer) -> bool:
    """Whether an answer says nothing about the channel: asked again later, it will be another one."""
    return answer.is_limited or answer.is_broken or not answer.is_discords


def _explain_obstacle(unknown: _UnknownError) -> str:
    answer = unknown.answer
    if answer is None or _is_passing(answer):
        # Not "open": a channel that is tried once a day would be taken for mended.
        return _IN_TROUBLE
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _WRONG_TOKEN
    return _GONE if answer.status == HTTPStatus.NOT_FOUND else _NOT_A_MEMBER


def _explain_look_up(unknown: _UnknownError) -> CannotLook | NoAnswer:
    answer = unknown.answer
    if answer is None or _is_passing(answer):
        return NoAnswer(reason=unknown.reason)
    return CannotLook(reason=unknown.reason)


@asynccontextmanager
async def open_discord_messenger(token: Secret, *, api_url: str) -> AsyncIterator[DiscordMessenger]:
    """Give what posts as the bot of *token*, until the block ends."""
    async with open_rest(token, api_url=api_url) as rest:
        yield DiscordMessenger(rest)
