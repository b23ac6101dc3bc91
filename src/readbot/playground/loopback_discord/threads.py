"""Threads and posts in forums: how they begin, fall asleep, wake up and take messages.

Source: https://docs.discord.com/developers/topics/threads
"""

from typing import Any

from readbot.playground.loopback_discord.errors import (
    invalid_form,
    missing_permissions,
    needs_tag,
    no_message_in_forum,
    no_text_channel,
    thread_exists,
    thread_is_archived,
    thread_is_locked,
    wrong_channel_type,
)
from readbot.playground.loopback_discord.messages import make_message
from readbot.playground.loopback_discord.model import (
    Channel,
    ChannelFlag,
    ChannelType,
    Message,
    MessageFlag,
    Thread,
    User,
)
from readbot.playground.loopback_discord.permissions import Permission
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

#: Minutes that ``auto_archive_duration`` can say.
ARCHIVE_AFTER = frozenset({60, 1440, 4320, 10080})
MAX_NAME = 100
MAX_TAGS = 5

#: What kinds of thread a channel can have; the first is that of a thread from a message.
_THREADS_OF: dict[ChannelType, tuple[ChannelType, ...]] = {
    ChannelType.TEXT: (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD),
    ChannelType.NEWS: (ChannelType.NEWS_THREAD,),
}


def start_post(world: World, forum: Channel, owner: User, body: Json) -> tuple[Channel, Message]:
    """Begin a post in a forum or media channel with its first message, which has the post's id.

    A nonce is no part of a post's message: Discord does not tell a repeated one from a new one.

    Raises:
        ApiError: A missing permission or tag, a name that is too long, a message that does not fit.
    """
    if not world.may(owner, forum, Permission.SEND_MESSAGES):
        raise missing_permissions()
    tags = _check_tags(world, forum, owner, body.get("applied_tags") or [])
    post = _make(world, forum, owner, ChannelType.PUBLIC_THREAD, body, thread_id=world.new_id())
    assert post.thread is not None  # noqa: S101 - just made
    post.thread.applied_tags = tags
    if not isinstance(body.get("message"), dict):
        raise invalid_form("message", "This field is required", "BASE_TYPE_REQUIRED")
    words = {key: value for key, value in body["message"].items() if key not in {"nonce", "enforce_nonce"}}
    message = make_message(world, post, owner, words)
    message.id = post.id
    world.add_thread(post)
    world.add_message(message)
    return post, message


def start_thread(world: World, channel: Channel, owner: User, body: Json) -> Channel:
    """Begin a thread that belongs to no message.

    Raises:
        ApiError: A missing permission, another type of channel, a name that is too long.
    """
    kind = body.get("type", ChannelType.PRIVATE_THREAD)
    if kind not in _THREADS_OF.get(channel.type, ()):
        raise wrong_channel_type()
    kind = ChannelType(kind)
    _check_may_start(world, channel, owner, kind)
    thread = _make(world, channel, owner, kind, body, thread_id=world.new_id())
    world.add_thread(thread)
    return thread


def start_thread_from(world: World, message: Message, owner: User, body: Json) -> Channel:
    """Begin the thread of *message*, whose id it has.

    Raises:
        ApiError: It has one already; see also :func:`start_thread`.
    """
    channel = message.channel
    if channel.type not in _THREADS_OF:
        raise wrong_channel_type()
    if message.thread is not None:
        raise thread_exists()
    kind = _THREADS_OF[channel.type][0]
    _check_may_start(world, channel, owner, kind)
    thread = _make(world, channel, owner, kind, body, thread_id=message.id)
    message.thread = thread
    message.flags |= MessageFlag.HAS_THREAD
    world.add_thread(thread)
    world.tell("edit", message)
    return thread


def check_can_post(world: World, channel: Channel, user: User) -> None:
    """Refuse a message of *user*'s where Discord does.

    Raises:
        ApiError: 40058, 50008, 50013 or 160005.
    """
    if channel.type.holds_posts:
        raise no_message_in_forum()
    if channel.type is ChannelType.CATEGORY:
        raise no_text_channel()
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
    if not world.may(user, channel, needed):
        raise missing_permissions()
    if channel.thread and channel.thread.locked and not _is_moderator(world, channel, user):
        raise thread_is_locked()


def check_can_change(world: World, channel: Channel, user: User, *, deleting: bool = False) -> None:
    """Refuse to change a message in a thread that is archived or locked; one can still be deleted.

    Raises:
        ApiError: 50083 or 160005.
    """
    thread = channel.thread
    if thread is None:
        return
    if thread.locked and not (deleting and not thread.archived) and not _is_moderator(world, channel, user):
        raise thread_is_locked()
    if thread.archived and not deleting:
        raise thread_is_archived()


def join(world: World, channel: Channel, user: User) -> None:
    """Take *user* into a thread; whoever writes there is in it."""
    if channel.thread is not None and user.id not in channel.thread.member_ids:
        channel.thread.member_ids.add(user.id)
        world.tell("thread_update", channel)


def set_archived(world: World, channel: Channel, archived: bool) -> None:
    """Archive a thread, or wake it up."""
    thread = channel.thread
    if thread is not None and thread.archived != archived:
        thread.archived = archived
        thread.archived_at = world.clock()
        world.tell("thread_update", channel)


def set_locked(world: World, channel: Channel, locked: bool) -> None:
    """Lock a thread for all but its moderators, or unlock it."""
    if channel.thread is not None and channel.thread.locked != locked:
        channel.thread.locked = locked
        world.tell("thread_update", channel)


def add_message(world: World, message: Message) -> None:
    """Put *message* into its channel; a thread wakes up and has its author in it."""
    set_archived(world, message.channel, False)
    join(world, message.channel, message.author)
    world.add_message(message)


def archive_idle(world: World) -> None:
    """Archive the threads in which nothing has happened for as long as they wait."""
    now = world.clock()
    for guild in world.guilds.values():
        for channel in guild.threads:
            thread = channel.thread
            if thread is None or thread.archived:
                continue
            last = max([thread.archived_at, *(m.created_at for m in channel.messages[-1:])])
            if now - last >= thread.archive_after * 60:
                set_archived(world, channel, True)


def _make(
    world: World, parent: Channel, owner: User, kind: ChannelType, body: Json, *, thread_id: int
) -> Channel:
    """Return a thread that is not yet in its server."""
    name = body.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME:
        raise invalid_form("name", f"Must be between 1 and {MAX_NAME} in length.")
    archive_after = body.get("auto_archive_duration") or 1440
    if archive_after not in ARCHIVE_AFTER:
        raise invalid_form(
            "auto_archive_duration", "Value must be one of (60, 1440, 4320, 10080).", "BASE_TYPE_CHOICES"
        )
    return Channel(
        id=thread_id,
        type=kind,
        name=name,
        guild=parent.guild,
        thread=Thread(
            parent=parent,
            owner=owner,
            created_at=world.clock(),
            is_private=kind is ChannelType.PRIVATE_THREAD,
            archived_at=world.clock(),
            archive_after=archive_after,
            member_ids={owner.id},
        ),
    )


def _check_tags(world: World, forum: Channel, owner: User, wanted: list[Any]) -> list[int]:
    if not isinstance(wanted, list) or len(wanted) > MAX_TAGS:
        raise invalid_form("applied_tags", f"Must be {MAX_TAGS} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    known = {str(tag.id): tag for tag in forum.tags}
    tags = [known[str(each)] for each in wanted if str(each) in known]
    if len(tags) != len(wanted):
        raise invalid_form("applied_tags", "Unknown tag", "FORUM_UNKNOWN_TAG")
    if any(tag.moderated for tag in tags) and not world.may(owner, forum, Permission.MANAGE_THREADS):
        raise missing_permissions()
    if forum.flags & ChannelFlag.REQUIRE_TAG and not tags:
        raise needs_tag()
    return [tag.id for tag in tags]


def _check_may_start(world: World, channel: Channel, owner: User, kind: ChannelType) -> None:
    needed = (
        Permission.CREATE_PRIVATE_THREADS
        if kind is ChannelType.PRIVATE_THREAD
        else Permission.CREATE_PUBLIC_THREADS
    )
    if not world.may(owner, channel, needed):
        raise missing_permissions()


def _is_moderator(world: World, channel: Channel, user: User) -> bool:
    return world.may(user, channel, Permission.MANAGE_THREADS)
