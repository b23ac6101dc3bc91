"""Digest commands about another channel than the one in which they are typed."""

import pytest

from readbot.digests.model import Channel as Place
from readbot.playground.loopback_discord import Channel, Permission
from readbot.playground.loopback_discord.model import Overwrite
from readbot_discord.components import read_component
from readbot_discord.custom_ids import Aim, make_button_id, make_select_id

from .towns import Town


def news(town: Town) -> Channel:
    return town.discord.world.add_channel(town.guild, "news")


def place(town: Town, channel: Channel) -> Place:
    return Place(platform="discord", workspace_id=str(town.guild.id), channel_id=str(channel.id))


THERE = Aim(channel_id="123")


@pytest.mark.parametrize(
    "custom_id",
    [
        make_button_id("digest off", THERE),
        make_button_id("digest off", THERE, number=2),
        make_button_id("digest off", THERE, mark="0123456789abcdefghij"),
        make_select_id(0, THERE),
    ],
)
def test_a_component_tells_the_channel_that_it_is_about(custom_id: str) -> None:
    carried = read_component({"custom_id": custom_id, "values": ["digest off"]})

    assert carried is not None
    assert (carried.aim, carried.command) == (THERE, "digest off")


async def test_a_digest_is_turned_on_in_the_channel_that_is_named(town: Town) -> None:
    other = news(town)

    answer = await town.digest("on", zone="Europe/Berlin", channel=other)

    assert "The digest is on" in answer.text
    assert town.process.store.subscriptions.find(place(town, other)) is not None
    assert town.process.store.subscriptions.find(town.place) is None
    assert "turned the digest on" in "".join(
        m.components[0]["components"][0]["content"] for m in other.messages
    )


async def test_the_buttons_of_such_an_answer_stay_with_that_channel(town: Town) -> None:
    other = news(town)
    answer = await town.digest("on", zone="Europe/Berlin", channel=other)

    assert f"About <#{other.id}>" in answer.text
    assert "It is **paused**" in (await town.click(answer.message, "Pause")).text
    assert "It is **on**" in (await town.click(answer.message, "Resume")).text
    assert town.process.store.subscriptions.find(town.place) is None


async def test_who_may_not_write_there_may_not_have_readbot_write_there(town: Town) -> None:
    other = news(town)
    other.overwrites.append(Overwrite(target_id=town.guild.id, deny=Permission.SEND_MESSAGES))

    answer = await town.digest("on", by=town.grace, channel=other)

    assert "You may not write in that channel" in answer.text
    assert answer.is_private


async def test_who_may_only_read_there_may_see_how_it_stands(town: Town) -> None:
    other = news(town)
    other.overwrites.append(Overwrite(target_id=town.guild.id, deny=Permission.SEND_MESSAGES))

    for verb in ("status", "preview"):
        assert "This channel has no digest" in (await town.digest(verb, by=town.grace, channel=other)).text


async def test_who_may_not_see_a_channel_is_told_nothing_of_it(town: Town) -> None:
    other = news(town)
    other.overwrites.append(Overwrite(target_id=town.guild.id, deny=Permission.VIEW_CHANNEL))

    answer = await town.digest("status", by=town.grace, channel=other)

    assert "You may not see that channel" in answer.text
    assert answer.is_private
