"""Digests in forums: each is a post of its own, with a name and, where the forum has some, tags.

Source: https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from discord import ChannelFlags
from rapidfuzz import fuzz, process, utils

from readbot.conversation.reply import Heading, LinkCard, Reply
from readbot.language import tn, tr
from readbot.reading_list import Kind
from readbot_discord.markdown import shorten

Json = Mapping[str, Any]

MAX_NAME = 100
#: Of a digest: one tag says where on the list it stands, one what kind of link it is.
_MAX_TAGS = 2
#: From here on, 0 to 100, a tag says the same as a section or a kind (``fuzz.token_set_ratio``).
_FITS = 85
#: Tags that fit any digest.
_GENERAL = (
    "reading",
    "link",
    "digest",
    "resource",
    "learning",
    "article",
    "news",
    "general",
    "other",
    "misc",
)


def make_name(reply: Reply, now: datetime) -> str:
    """Return what a post with *reply* is called: after its links, else after its heading and the day."""
    titles = [part.title for part in reply.parts if isinstance(part, LinkCard)]
    if titles:
        others = len(titles) - 1
        rest = tn(" and {number} more", " and {number} more", others) if others else ""
        return shorten(titles[0], MAX_NAME - len(rest)) + rest
    headings = [part.words for part in reply.parts if isinstance(part, Heading)]
    day = f", {now:%Y-%m-%d}"
    return shorten(headings[0] if headings else tr("Reading"), MAX_NAME - len(day)) + day


def choose_tags(forum: Json, reply: Reply, *, may_moderate: bool) -> list[str]:
    """Return the ids of the tags for a post with *reply*, at most two.

    Those whose name says a section or a kind of its links; where a tag is a must and none does, one
    that fits any digest, else the nearest. Empty where none fits and none is needed.

    Args:
        forum: As ``GET /channels/{id}`` gives it: ``available_tags``, ``flags``.
        reply: The digest.
        may_moderate: Whether the bot may give moderated tags.
    """
    tags = _usable(forum, may_moderate=may_moderate)
    links = [part.entry for part in reply.parts if isinstance(part, LinkCard)]
    sections = [title for entry in links for title in reversed(entry.path)]
    kinds = [str(entry.link.kind) for entry in links if entry.link.kind]
    found = [*_find_best(tags, sections), *_find_best(tags, kinds)]
    if not found and is_tag_needed(forum):
        topics = [topic for entry in links for topic in entry.link.topics]
        found = _find_best(tags, topics) or _find_best(tags, _GENERAL)
        found = found or _find_best(tags, [*sections, *kinds, *topics], fits=0) or list(tags)[:1]
    return list(dict.fromkeys(found))[:_MAX_TAGS]


def is_tag_needed(forum: Json) -> bool:
    return ChannelFlags._from_value(forum.get("flags") or 0).require_tag


def describe_tag_obstacle(forum: Json, *, may_moderate: bool) -> str:
    """Return why no digest can be tagged here, and how to mend it; empty if one can, or need not be."""
    if not is_tag_needed(forum):
        return ""
    tags = _usable(forum, may_moderate=may_moderate)
    if _find_best(tags, _GENERAL) or _find_best(tags, list(map(str, Kind))):
        return ""
    return tr(
        "This forum wants a tag on every post, and it has none that fits a digest. Add one: Edit Channel, "
        "Tags, and call it Reading; then try again."
    )


def _usable(forum: Json, *, may_moderate: bool) -> dict[str, str]:
    """Return the names of the tags that the bot may give, by id."""
    tags = forum.get("available_tags") or []
    return {tag["id"]: tag["name"] for tag in tags if may_moderate or not tag.get("moderated")}


def _find_best(tags: Mapping[str, str], words: Sequence[str], *, fits: float = _FITS) -> list[str]:
    """Return the id of the tag that fits the first of *words* that any fits; empty where none does."""
    for word in words:
        best = process.extractOne(
            word, tags, scorer=fuzz.token_set_ratio, processor=utils.default_process, score_cutoff=fits
        )
        if best is not None:
            return [best[2]]
    return []


def is_candidate(thread: Json, forum_id: str, own_id: str, ids: tuple[int, int]) -> bool:
    """Tell whether a thread may be the post that is looked for: the bot's own there, of that time.

    Args:
        thread: As Discord lists it.
        forum_id: Where.
        own_id: The bot's.
        ids: The first and the last id that something of that time can have.
    """
    is_own = thread.get("parent_id") == forum_id and thread.get("owner_id") == own_id
    return is_own and ids[0] <= int(thread["id"]) <= ids[1]


def archived_at(threads: Iterable[Json]) -> str | None:
    """Return when the last thread of a page was archived, ISO 8601; None for an empty page."""
    times = [thread["thread_metadata"]["archive_timestamp"] for thread in threads]
    return min(times, key=datetime.fromisoformat) if times else None
