"""Digests in the channel: their look, their buttons, and what comes of them when something goes wrong."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from readbot.digests.model import DeliveryState, SubscriptionState
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_discord import LoopbackDiscord, Permission, read
from readbot.playground.loopback_discord.components import walk
from readbot.playground.loopback_discord.model import MessageFlag, Overwrite

from .scenes import make_discord, make_scene, until
from .towns import HISTORY, POST, Town, living, posts, titles


async def test_a_digest_has_a_heading_a_link_its_picture_progress_and_buttons(town: Town) -> None:
    await town.digest("on", zone="Europe/Berlin", section="Bread", kind="post")
    message = await town.post_one()

    words = read(message)
    assert words.startswith("### Link of the week")
    assert re.search(r"\*\*\[Sourdough, part \d\]\(https://example\.org/sourdough/\d\)\*\*", words)
    assert re.search(r"-# Bread · post, 200\d", words)
    assert "-# 1 of 7 in this channel" in words
    pictures = [each["items"] for each in walk(message.components) if each["type"] == 12]
    assert [item["media"]["url"] for (item,) in pictures] == ["https://example.org/bread.png"]
    labels = [each["label"] for each in walk(message.components) if each["type"] == 2]
    assert labels == ["Another", "Read next in this section", "Settings"]


async def test_a_digest_pings_nobody_and_shows_no_previews(town: Town) -> None:
    await town.turn_on()
    message = await town.post_one()

    assert message.flags & MessageFlag.SUPPRESS_EMBEDS
    assert message.pings == ()
    for call in posts(town):
        assert call.body["allowed_mentions"] == {"parse": []}


async def test_the_delivery_id_is_the_nonce_and_in_a_button_and_nowhere_to_be_read(town: Town) -> None:
    await town.turn_on()
    message = await town.post_one()

    (delivery,) = town.process.store.journal.list_deliveries(limit=5)
    call = posts(town)[-1]
    assert (call.body["nonce"], call.body["enforce_nonce"]) == (delivery.id, True)
    assert delivery.id in str(message.components)
    assert delivery.id not in read(message)
    assert delivery.message_id == str(message.id)


async def test_a_digest_s_buttons_answer_the_clicker_alone_even_after_a_restart(
    discord: LoopbackDiscord, faults: Faults, home: Path
) -> None:
    scene = make_scene(discord)
    async with living(scene, faults, home) as town:
        await town.digest("on", zone="Europe/Berlin", section="Bread", kind="post")
        message = await town.post_one()
        words = read(message)
    async with living(scene, faults, home) as town:
        for label in ("Another", "Read next in this section", "Settings"):
            seen = await town.click(message, label, by=town.grace)
            assert seen.is_private, label
            assert seen.message is not message, label
        assert "It is **on**" in seen.text
        another = await town.click(message, "Another", by=town.grace)
        assert not set(re.findall(r"part \d", another.text)) & set(re.findall(r"part \d", words))
    assert read(message) == words


async def test_two_slots_never_bring_the_same_link(town: Town) -> None:
    await town.turn_on()
    first = await town.post_one()
    second = await town.post_one()

    assert len({*titles(first), *titles(second)}) == 2
    assert "1 of 12" in read(first)
    assert "2 of 12" in read(second)


# When something goes wrong


async def test_a_post_that_was_accepted_and_answered_with_500_stays_one_message(town: Town) -> None:
    await town.turn_on()
    town.faults.script(POST, Fault(kind=FaultKind.SERVER_ERROR, accepted=True))

    await town.post_one()

    assert town.deliveries() == [DeliveryState.SENT]
    assert len(town.posted()) == 1


async def test_the_nonce_alone_keeps_a_repeat_from_the_channel(town: Town) -> None:
    """History that lags behind hides the message: what is posted again, Discord drops."""
    await town.turn_on()
    town.faults.history_lag_s = 60
    town.faults.script(POST, Fault(kind=FaultKind.SERVER_ERROR, accepted=True))

    await town.post_one()

    assert len(posts(town)) == 3  # the announcement, and the digest twice
    assert len(town.posted()) == 1
    assert town.deliveries() == [DeliveryState.SENT]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.SERVER_ERROR),
        Fault(kind=FaultKind.RESET),
        Fault(kind=FaultKind.HANG, seconds=30),
        Fault(kind=FaultKind.RESET, accepted=True),
        Fault(kind=FaultKind.HANG, seconds=30, accepted=True),
    ],
    ids=str,
)
async def test_whatever_the_answer_was_one_message_arrives(
    discord: LoopbackDiscord, faults: Faults, home: Path, fault: Fault
) -> None:
    async with living(make_scene(discord), faults, home, post_timeout_s=0.3) as town:
        await town.turn_on()
        faults.script(POST, fault)

        await town.post_one()

        assert town.deliveries() == [DeliveryState.SENT]
        assert len(town.posted()) == 1


async def test_a_rate_limit_is_waited_out_in_the_ledger(town: Town) -> None:
    await town.turn_on()
    town.faults.script(POST, Fault(kind=FaultKind.RATE_LIMIT, seconds=0.4))

    await town.post_one()

    assert len(posts(town)) == 3
    (delivery,) = town.process.store.journal.list_deliveries(limit=5)
    assert delivery.attempts == 2


async def test_where_history_may_not_be_read_a_lost_answer_is_left_unconfirmed(town: Town) -> None:
    """Discord shows an empty history then: taken at its word, everything would be posted twice."""
    await town.turn_on()
    town.deny(Permission.READ_MESSAGE_HISTORY)
    town.faults.script(POST, Fault(kind=FaultKind.SERVER_ERROR, accepted=True))
    await town.make_due()

    def is_unconfirmed() -> bool:
        return any(each.is_unconfirmed for each in town.process.store.journal.list_deliveries(limit=5))

    await until(is_unconfirmed)
    status = await town.digest("status")
    assert "1 unconfirmed" in status.text
    assert len(town.posted()) == 1
    assert "on its way" in (await town.click(status.message, "Post again")).text


@pytest.mark.parametrize(
    ("permission", "said"),
    [
        (Permission.SEND_MESSAGES, "I lack Send Messages"),
        (Permission.VIEW_CHANNEL, "may not see this channel"),
    ],
)
async def test_on_says_at_once_that_it_may_not_post(town: Town, permission: Permission, said: str) -> None:
    town.deny(permission)

    seen = await town.digest("on", zone="Europe/Berlin")

    assert "I cannot post here." in seen.text
    assert said in seen.text
    assert town.state() is None
    assert town.public() == []


async def test_on_says_so_where_people_brought_readbot_along(town: Town) -> None:
    elsewhere = town.discord.world.add_guild("strangers", owner=town.ada, with_bot=False)
    channel = town.discord.world.add_channel(elsewhere, "talk")
    town.discord.world.installed_by.add(town.ada.id)

    seen = await town.discord.people.command(town.ada, channel, "readbot digest on", zone="Europe/Berlin")

    assert "invite link" in seen.text


async def test_a_role_s_overwrite_opens_a_channel_that_is_closed_to_everyone(town: Town) -> None:
    town.deny(Permission.SEND_MESSAGES)
    role = town.discord.world.add_role(town.guild, "bots", 0)
    town.guild.members[town.discord.world.bot.id].roles.append(role)
    town.channel.overwrites.append(Overwrite(target_id=role.id, allow=Permission.SEND_MESSAGES))

    await town.turn_on()


async def test_a_channel_that_is_deleted_stops_the_digest_and_its_owner_is_told_once(town: Town) -> None:
    await town.turn_on()
    town.discord.world.delete_channel(town.channel)

    await town.make_due()

    await until(lambda: bool(town.direct(town.ada)))
    assert town.state() is SubscriptionState.UNREACHABLE
    (words,) = town.direct(town.ada)
    assert words.startswith(f"-# About <#{town.channel.id}>")
    assert "the channel is gone" in words
    assert "settings are kept" in words
    subscription = town.process.store.subscriptions.find(town.place)
    assert subscription is not None
    assert subscription.schedule.timezone == "Europe/Berlin"


async def test_why_a_digest_stopped_is_said_in_the_language_of_whoever_asks(town: Town) -> None:
    await town.turn_on()
    town.deny(Permission.SEND_MESSAGES)
    await town.make_due()
    await until(lambda: town.state() is SubscriptionState.UNREACHABLE)
    emil = town.discord.world.add_user("emil", locale="de")
    town.discord.world.add_member(town.guild, emil)

    assert "The reason: I may not write in the channel" in (await town.digest("status")).text
    seen = await town.digest("status", by=emil)
    assert "Der Grund: ich darf im Kanal nicht schreiben" in seen.text


async def test_a_digest_goes_out_while_the_gateway_is_down(town: Town) -> None:
    await town.turn_on()
    await town.discord.gateway.close()

    await town.post_one()


async def test_a_process_that_does_not_listen_posts(
    discord: LoopbackDiscord, faults: Faults, home: Path
) -> None:
    async with living(make_scene(discord), faults, home, listens=False) as town:
        await town.post_one()

        assert discord.gateway.connected == []


async def test_a_wrong_token_stops_digests_and_says_why(
    discord: LoopbackDiscord, faults: Faults, home: Path
) -> None:
    async with living(
        make_scene(discord), faults, home, listens=False, environ={"DISCORD_TOKEN": "not-a-token"}
    ) as town:
        await town.make_due()
        await until(lambda: town.state() is SubscriptionState.UNREACHABLE)

        subscription = town.process.store.subscriptions.find(town.place)
        assert subscription is not None
        assert "token" in subscription.trouble


STORM = {
    Fault(kind=FaultKind.SERVER_ERROR): 0.05,
    Fault(kind=FaultKind.SERVER_ERROR, accepted=True): 0.05,
    Fault(kind=FaultKind.RESET): 0.05,
    Fault(kind=FaultKind.RESET, accepted=True): 0.05,
    Fault(kind=FaultKind.HANG, seconds=30): 0.03,
    Fault(kind=FaultKind.HANG, seconds=30, accepted=True): 0.03,
    Fault(kind=FaultKind.RATE_LIMIT, seconds=0.2): 0.1,
}


@pytest.mark.parametrize("seed", [1, 2])
async def test_in_a_storm_every_channel_gets_its_digest_once(home: Path, seed: int) -> None:
    faults = Faults(
        chances=STORM,
        operations=frozenset({POST, HISTORY}),
        accept_delay_s=(0.005, 0.05),
        history_lag_s=0.05,
        seed=seed,
    )
    async with make_discord(faults=faults) as discord:
        scene = make_scene(discord)
        channels = [discord.world.add_channel(scene.guild, f"channel {number}") for number in range(30)]
        async with living(scene, faults, home, listens=False, post_timeout_s=0.3) as town:
            for channel in channels:
                await replace(town, channel=channel).make_due()
            await town.until_over(len(channels))
            states = town.deliveries()

    assert states == [DeliveryState.SENT] * len(channels)
    assert [len(replace(town, channel=channel).posted()) for channel in channels] == [1] * len(channels)
    assert len(faults.happened) > 5
