"""Making and changing messages from what a bot sends."""

import re
from typing import Any

from readbot.playground.loopback_discord.components import check_components, fill_in
from readbot.playground.loopback_discord.errors import empty_message, invalid_form
from readbot.playground.loopback_discord.model import Channel, Interaction, Message, MessageFlag, User
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

MAX_CONTENT = 2000
MAX_NONCE = 25
_MAX_EMBEDS = 10
_MAX_EMBED_TEXT = 6000
_USER_MENTION = re.compile(r"<@!?(\d+)>")
_SETTABLE_FLAGS = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2
)


def make_message(
    world: World,
    channel: Channel,
    author: User,
    body: Json,
    *,
    interaction: Interaction | None = None,
    visible_to: User | None = None,
) -> Message:
    """Return a message that is not yet in its channel.

    Raises:
        ApiError: The body breaks one of Discord's rules.
    """
    flags = int(body.get("flags") or 0) & int(_SETTABLE_FLAGS)
    check_body(body, flags)
    if not any(body.get(key) for key in ("content", "embeds", "components", "sticker_ids", "poll")):
        raise empty_message()
    replies_to = _find_reference(world, channel, body.get("message_reference") or {})
    mentions, everyone = find_pings(world, body, replies_to)
    return Message(
        id=world.new_id(),
        channel=channel,
        author=author,
        content=body.get("content") or "",
        embeds=body.get("embeds") or [],
        components=fill_in(body.get("components") or [], world),
        flags=flags | (MessageFlag.EPHEMERAL if visible_to else 0),
        created_at=world.clock(),
        nonce=None if body.get("nonce") is None else str(body["nonce"]),
        replies_to=replies_to,
        mentions=mentions,
        pings_everyone=everyone,
        interaction=interaction,
        visible_to=visible_to,
    )


def edit_message(world: World, message: Message, body: Json) -> None:
    """Change what *body* names and leave the rest.

    Raises:
        ApiError: The body breaks one of Discord's rules; the message stays as it was.
    """
    had_layout = message.flags & MessageFlag.IS_COMPONENTS_V2
    flags = (int(body.get("flags") or 0) & int(_SETTABLE_FLAGS)) | had_layout
    check_body(body, flags)
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = fill_in(body["components"] or [], world)
    message.flags = (message.flags & ~MessageFlag.LOADING) | flags
    message.edited_at = world.clock()
    world.tell("edit", message)


def check_body(body: Json, flags: int) -> None:
    """Refuse a message that Discord refuses."""
    content = body.get("content")
    if content is not None and (not isinstance(content, str) or len(content) > MAX_CONTENT):
        raise invalid_form("content", f"Must be {MAX_CONTENT} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    embeds = body.get("embeds") or []
    if len(embeds) > _MAX_EMBEDS or sum(map(_embed_text, embeds)) > _MAX_EMBED_TEXT:
        raise invalid_form("embeds", "Embed size exceeds maximum size of 6000", "MAX_EMBED_SIZE_EXCEEDED")
    if flags & MessageFlag.IS_COMPONENTS_V2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(key):
                raise invalid_form(
                    key,
                    f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                )
    check_components(body.get("components") or [], flags)
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > MAX_NONCE:
        raise invalid_form("nonce", f"Must be {MAX_NONCE} or fewer in length.", "NONCE_TYPE_BAD_LENGTH")


def _embed_text(embed: Json) -> int:
    pieces = [embed.get("title"), embed.get("description")]
    pieces += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        pieces += [field.get("name"), field.get("value")]
    return sum(len(piece) for piece in pieces if piece)


def _find_reference(world: World, channel: Channel, reference: Json) -> Message | None:
    """Return the message that is answered; None where there is none, and it need not be there.

    Raises:
        ApiError: 50035, it is not here.
    """
    if not reference.get("message_id"):
        return None
    if str(reference.get("channel_id") or channel.id) != str(channel.id):
        raise invalid_form(
            "message_reference",
            "Cannot reply to a message in a different channel",
            "MESSAGE_REFERENCE_CHANNEL_MISMATCH",
        )
    found = world.find_message(channel, int(reference["message_id"]))
    if (found is None or found.is_ephemeral) and reference.get("fail_if_not_exists", True):
        raise invalid_form("message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
    return found


def find_pings(world: World, body: Json, replies_to: Message | None = None) -> tuple[tuple[User, ...], bool]:
    """Return whom a new message pings, and whether it pings everyone, as if its author were allowed to.

    Without ``allowed_mentions`` all mentions ping, the author of the answered message among them.

    Raises:
        ApiError: 50035, what is allowed contradicts itself.
    """
    words = " ".join([body.get("content") or "", *_component_texts(body.get("components") or [])])
    mentioned = dict.fromkeys(int(found) for found in _USER_MENTION.findall(words))
    everyone = "@everyone" in words or "@here" in words
    allowed = body.get("allowed_mentions")
    pings_author = True
    if allowed is not None:
        kinds, named = allowed.get("parse") or [], [int(each) for each in allowed.get("users") or []]
        if "users" in kinds and named:
            raise invalid_form(
                "allowed_mentions",
                'parse:["users"] and users: [ids...] are mutually exclusive.',
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
            )
        if "users" not in kinds:
            mentioned = dict.fromkeys(each for each in mentioned if each in named)
        everyone = everyone and "everyone" in kinds
        pings_author = bool(allowed.get("replied_user"))
    if replies_to is not None and pings_author:
        mentioned[replies_to.author.id] = None
    return tuple(world.users[each] for each in mentioned if each in world.users), everyone


def _component_texts(components: list[Json]) -> list[str]:
    found = []
    for component in components:
        if isinstance(component.get("content"), str):
            found.append(component["content"])
        found += _component_texts(component.get("components") or [])
    return found
