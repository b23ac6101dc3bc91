"""Digests in forums and threads: a post each, tags respected, effectively once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from readbot.conversation.reply import Heading, LinkCard, Paragraph, Reply, text
from readbot.digests.model import Channel as Place
from readbot.digests.model import DeliveryState
from readbot.digests.outcomes import NotFound, Refusal, Refused, Sent
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_discord import Channel, Permission, read
from readbot.playground.loopback_discord.model import ChannelType, Overwrite
from readbot.playground.loopback_discord.threads import set_archived, set_locked, start_post, start_thread
from readbot.settings import Secret
from readbot.store.rows import new_id
from readbot_discord.forums import choose_tags, make_name
from readbot_discord.messenger import open_discord_messenger

from .reading import READING_LIST
from .towns import Town

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
START_POST = "POST /channels/{channel}/threads"
FLOUR = next(entry for entry in READING_LIST.entries if entry.path[-1] == "Flour")


def digest(*entries: Any) -> Reply:
    return Reply(parts=(Heading(words="Link of the week"), *(LinkCard(entry=each) for each in entries)))


def forum_with(*names: str, needs_tag: bool = False, moderated: bool = False) -> dict[str, Any]:
    tags = [{"id": str(n), "name": name, "moderated": moderated} for n, name in enumerate(names)]
    return {"available_tags": tags, "flags": 16 if needs_tag else 0}


# Names


def test_a_post_is_called_after_its_link() -> None:
    assert make_name(digest(FLOUR), NOW) == FLOUR.link.title


def test_a_name_has_at_most_a_hundred_characters() -> None:
    name = make_name(digest(*READING_LIST.entries[:3]), NOW)

    assert name.endswith(" and 2 more")
    assert len(name) <= 100


def test_a_name_shows_what_it_says_and_hides_nothing() -> None:
    hostile = replace(FLOUR, link=replace(FLOUR.link, title="Rye\u202e flour\n\u200b  bread"))

    assert make_name(digest(hostile), NOW) == "Rye flour bread"


def test_a_post_without_a_link_is_called_after_its_heading_and_the_day() -> None:
    assert make_name(digest(), NOW) == "Link of the week, 2026-11-24"
    assert make_name(Reply(parts=(Paragraph(text=text("x")),)), NOW) == "Reading, 2026-11-24"


# Tags


@pytest.mark.parametrize(
    ("names", "needs_tag", "chosen"),
    [
        # The section, however it is written.
        (("Cats", "flour!"), False, ["1"]),
        (("Bread & more", "Cats"), False, ["0"]),
        # Nothing fits, and nothing has to.
        (("Cats", "Reading"), False, []),
        # Nothing fits and something has to.
        (("Cats", "Reading"), True, ["1"]),
        (("Cats", "Dogs"), True, ["0"]),
        ((), True, []),
    ],
)
def test_a_tag_fits_the_section_or_stands_in(
    names: tuple[str, ...], needs_tag: bool, chosen: list[str]
) -> None:
    found = choose_tags(forum_with(*names, needs_tag=needs_tag), digest(FLOUR), may_moderate=False)

    assert len(found) == len(chosen)
    assert found == chosen or names == ("Cats", "Dogs")


def test_a_moderated_tag_is_given_by_moderators_only() -> None:
    forum = forum_with("Flour", moderated=True)

    assert choose_tags(forum, digest(FLOUR), may_moderate=False) == []
    assert choose_tags(forum, digest(FLOUR), may_moderate=True) == ["0"]


# In a town


def add_forum(town: Town, *tags: str, needs_tag: bool = False) -> Channel:
    world = town.discord.world
    return world.add_channel(town.guild, "links", kind=ChannelType.FORUM, tags=tags, needs_tag=needs_tag)


def place_of(town: Town, channel: Channel) -> Place:
    return Place(platform="discord", workspace_id=str(town.guild.id), channel_id=str(channel.id))


def posts_in(town: Town, forum: Channel) -> list[Channel]:
    return [each for each in town.guild.threads if each.holder is forum]


async def post_now(town: Town, channel: Channel) -> None:
    before = len(town.deliveries())
    assert "on its way" in (await town.digest("now", channel=channel)).text
    await town.until_over(before + 1)


async def test_a_digest_in_a_forum_is_a_new_post_with_its_tag(town: Town) -> None:
    forum = add_forum(town, "Reading", "Other", needs_tag=True)
    assert "The digest is on" in (await town.digest("on", zone="Europe/Berlin", channel=forum)).text
    # Who turned it on is no post.
    assert posts_in(town, forum) == []

    await post_now(town, forum)
    await post_now(town, forum)

    first, second = posts_in(town, forum)
    assert town.deliveries() == [DeliveryState.SENT] * 2
    assert first.name in read(first.messages[0])
    assert first.name != second.name
    assert first.thread is not None
    assert first.thread.applied_tags


async def test_the_buttons_of_a_post_are_about_the_forum(town: Town) -> None:
    forum = add_forum(town)
    await town.digest("on", zone="Europe/Berlin", channel=forum)
    await post_now(town, forum)
    (post,) = posts_in(town, forum)

    settings = await town.click(post.messages[0], "Settings")
    another = await town.click(post.messages[0], "Another")

    assert f"About <#{forum.id}>" not in read(post.messages[0])
    assert f"About <#{forum.id}>" in settings.text
    assert "It is **on**" in settings.text
    assert another.is_private
    assert post.name not in another.text
    assert "example.org" in another.text


async def test_on_says_what_a_forum_lacks(town: Town) -> None:
    forum = add_forum(town, "Cats", needs_tag=True)
    denied = add_forum(town)
    denied.overwrites.append(Overwrite(target_id=town.guild.id, deny=Permission.SEND_MESSAGES))

    assert "call it Reading" in (await town.digest("on", zone="Europe/Berlin", channel=forum)).text
    assert "I lack Create Posts" in (await town.digest("on", zone="Europe/Berlin", channel=denied)).text


@pytest.mark.parametrize("is_asleep", [False, True])
async def test_a_post_whose_answer_was_lost_is_found_and_not_made_again(town: Town, is_asleep: bool) -> None:
    forum = add_forum(town)
    await town.digest("on", zone="Europe/Berlin", channel=forum)
    town.faults.script(START_POST, Fault(kind=FaultKind.RESET, accepted=True))
    await town.digest("now", channel=forum)
    if is_asleep:
        await town.discord.until(lambda: bool(posts_in(town, forum)))
        set_archived(town.discord.world, posts_in(town, forum)[0], True)
    await town.until_over(1)

    assert town.deliveries() == [DeliveryState.SENT]
    assert len(posts_in(town, forum)) == 1


async def test_a_post_that_never_arrived_is_made_after_all(town: Town) -> None:
    forum = add_forum(town)
    await town.digest("on", zone="Europe/Berlin", channel=forum)
    town.faults.script(START_POST, Fault(kind=FaultKind.RESET))
    await post_now(town, forum)

    assert town.deliveries() == [DeliveryState.SENT]
    assert len(posts_in(town, forum)) == 1


async def test_somebody_else_s_post_is_not_taken_for_ours(town: Town) -> None:
    forum = add_forum(town)
    body = {"name": "x", "message": {"content": "x"}}
    start_post(town.discord.world, forum, town.ada, body)
    now = datetime.now(UTC)
    async with open_discord_messenger(Secret(town.discord.token), api_url=town.discord.api_url) as messenger:
        found = await messenger.find(
            place_of(town, forum), new_id(), now - timedelta(minutes=5), now + timedelta(minutes=5)
        )

    assert found == NotFound()


async def test_a_thread_that_has_fallen_asleep_wakes_up_for_a_digest(town: Town) -> None:
    world = town.discord.world
    thread = start_thread(world, town.channel, town.ada, {"name": "reading", "type": 11})
    assert "The digest is on" in (await town.digest("on", zone="Europe/Berlin", channel=thread)).text
    set_archived(world, thread, True)

    await post_now(town, thread)

    assert town.deliveries() == [DeliveryState.SENT]
    assert thread.thread is not None
    assert not thread.thread.archived


async def test_a_locked_thread_says_so(town: Town) -> None:
    world = town.discord.world
    thread = start_thread(world, town.channel, town.ada, {"name": "reading", "type": 11})
    set_locked(world, thread, True)

    assert "This thread is locked" in (await town.digest("on", zone="Europe/Berlin", channel=thread)).text
    async with open_discord_messenger(Secret(town.discord.token), api_url=town.discord.api_url) as messenger:
        outcome = await messenger.post(place_of(town, thread), digest(FLOUR), new_id())
    assert outcome == Refused(refusal=Refusal.UNREACHABLE, reason="the thread is locked")


async def test_an_announcement_channel_takes_digests(town: Town) -> None:
    news = town.discord.world.add_channel(town.guild, "news", kind=ChannelType.NEWS)
    await town.digest("on", zone="Europe/Berlin", channel=news)
    await post_now(town, news)

    assert town.deliveries() == [DeliveryState.SENT]
    assert "of the week" in read(news.messages[-1])


async def test_a_silent_digest_notifies_nobody(town: Town) -> None:
    forum = add_forum(town)
    for place in (town.channel, forum):
        await town.digest("on", zone="Europe/Berlin", silent=True, channel=place)
        await post_now(town, place)

    (post,) = posts_in(town, forum)
    assert town.posted()[-1].flags & 1 << 12
    assert post.messages[0].flags & 1 << 12


async def test_a_category_is_no_place_for_a_digest(town: Town) -> None:
    category = town.discord.world.add_channel(town.guild, "all", kind=ChannelType.CATEGORY)
    async with open_discord_messenger(Secret(town.discord.token), api_url=town.discord.api_url) as messenger:
        outcome = await messenger.post(place_of(town, category), digest(FLOUR), new_id())
        access = await messenger.check(place_of(town, category))

    assert outcome == Refused(refusal=Refusal.UNREACHABLE, reason="this is no channel for messages")
    assert "name a text channel, a thread or a forum" in access.obstacle


async def test_a_forum_remembered_as_one_is_posted_into_at_once(town: Town) -> None:
    forum = add_forum(town)
    async with open_discord_messenger(Secret(town.discord.token), api_url=town.discord.api_url) as messenger:
        for _ in range(2):
            assert isinstance(await messenger.post(place_of(town, forum), digest(FLOUR), new_id()), Sent)

    tried = [c for c in town.discord.rest.calls if c.path == f"/channels/{forum.id}/messages"]
    assert len(tried) == 1
