"""Digests end to end: the loopback Discord, the real client, the real core on a SQLite file."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readbot.conversation.bot import Bot, Library
from readbot.digests.model import Channel as Place
from readbot.digests.model import DeliveryState, SubscriptionState
from readbot.digests.wish import parse_wish
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_discord import LoopbackDiscord, Message, Permission, Sight, User, read
from readbot.playground.loopback_discord.components import walk
from readbot.playground.loopback_discord.rest import Call
from readbot.playground.loopback_discord.world import MessageFlag, Overwrite
from readbot.process import Process, open_process, serve
from readbot.search import SearchIndex
from readbot.settings import Settings
from readbot_discord import DiscordPlatform

from .reading import READING_LIST
from .scenes import Scene, make_scene, until

POST = "POST /channels/{channel}/messages"
HISTORY = "GET /channels/{channel}/messages"


@dataclass(kw_only=True)
class Town(Scene):
    """A scene with a faulty Discord, and what readbot keeps of it."""

    faults: Faults
    process: Process

    @property
    def place(self) -> Place:
        return Place(platform="discord", workspace_id=str(self.guild.id), channel_id=str(self.channel.id))

    async def digest(self, verb: str, /, *, by: User | None = None, **options: Any) -> Sight:
        return await self.command(f"readbot digest {verb}", by=by, **options)

    async def turn_on(self) -> None:
        assert "The digest is on" in (await self.digest("on", zone="Europe/Berlin")).text

    async def make_due(self, *, in_s: float = 0.1) -> None:
        """Let the next slot come in a moment."""
        next_at = datetime.now(UTC) + timedelta(seconds=in_s)
        await asyncio.to_thread(
            self.process.service.turn_on,
            self.place,
            parse_wish(""),
            person_id=str(self.ada.id),
            timezone="Europe/Berlin",
            next_at=next_at,
        )

    async def post_one(self) -> Message:
        """Let a slot pass and return what was posted for it."""
        before = len(self.posted())
        await self.make_due()
        await until(lambda: len(self.posted()) > before)
        await self.until_over()
        return self.posted()[-1]

    async def until_over(self, count: int = 0) -> None:
        """Wait until no delivery is under way, and there were *count* at least."""

        def is_over() -> bool:
            found = self.deliveries()
            return len(found) >= count and not set(found) & {
                DeliveryState.PENDING,
                DeliveryState.SENDING,
                DeliveryState.UNKNOWN,
            }

        await until(is_over)

    def deliveries(self) -> list[DeliveryState]:
        return [each.state for each in self.process.store.journal.list_deliveries(limit=100)]

    def state(self) -> SubscriptionState | None:
        found = self.process.store.subscriptions.find(self.place)
        return found.state if found else None

    def posted(self) -> list[Message]:
        """Return the digests in the channel, oldest first."""
        return [message for message in self.public() if "of the week" in read(message)]

    def public(self) -> list[Message]:
        return [m for m in self.channel.messages if not m.is_ephemeral and not m.deleted]

    def direct(self, user: User) -> list[str]:
        """Return what *user* was told in private."""
        return [read(message) for message in self.discord.world.open_dm(user).messages]

    def deny(self, permission: Permission) -> None:
        """Take a permission from everybody in the channel."""
        self.channel.overwrites.append(Overwrite(target_id=self.guild.id, deny=permission))


@contextlib.asynccontextmanager
async def living(
    scene: Scene, faults: Faults, folder: Path, *, listens: bool = True, **environ: str
) -> AsyncIterator[Town]:
    """Run readbot as ``readbot run`` does, with digests in fast motion, until the block ends."""
    settings = Settings.from_environ(
        {
            "DISCORD_TOKEN": scene.discord.token,
            "DISCORD_API_URL": scene.discord.api_url,
            "READBOT_DATA_DIR": str(folder),
            "READBOT_TICK_S": "0.05",
            "READBOT_SETTLE_S": "0.3",
            "READBOT_LEASE_S": "1",
            "READBOT_POST_TIMEOUT_S": "0.5",
            "READBOT_JITTER_S": "0",
        }
        | environ
    )
    index = SearchIndex(READING_LIST)
    async with open_process(
        Bot(Library(reading_list=READING_LIST, index=index)),
        settings,
        platforms={"discord": DiscordPlatform()},
        listens=["discord"] if listens else [],
        posts=True,
    ) as process:
        stop = asyncio.Event()
        running = asyncio.create_task(serve(process, stop=stop))
        try:
            if listens:
                await scene.discord.until_ready(timeout_s=20)
                await until(process.connections["discord"].is_ready)
            yield Town(**vars(scene), faults=faults, process=process)
        finally:
            stop.set()
            await running


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def discord(faults: Faults) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord(faults=faults) as discord:
        yield discord


@pytest.fixture
async def town(discord: LoopbackDiscord, faults: Faults, tmp_path: Path) -> AsyncIterator[Town]:
    async with living(make_scene(discord), faults, tmp_path) as town:
        yield town


def posts(town: Town, *, in_channel: int | None = None) -> list[Call]:
    """Return the messages that readbot tried to post."""
    path = f"/channels/{in_channel or town.channel.id}/messages"
    return [call for call in town.discord.rest.calls if (call.method, call.path) == ("POST", path)]


def titles(message: Message) -> list[str]:
    return re.findall(r"\*\*\[([^]]+)\]", read(message))


# What people type


async def test_on_says_when_the_next_one_comes_for_the_zone_and_for_each_reader(town: Town) -> None:
    seen = await town.digest("on", weekday="fri", time="4pm", zone="Europe/Berlin")

    assert seen.is_private
    assert "### The digest is on" in seen.text
    assert re.search(r"Next: \*\*Fri .*16:00 Europe/Berlin, in .*\*\*", seen.text)
    assert re.search(r"<t:\d{10}:F> \(<t:\d{10}:R>\)", seen.text)


async def test_every_option_of_on_counts(town: Town) -> None:
    bread = next(place for place in READING_LIST.places if place.title == "Bread")
    seen = await town.digest(
        "on",
        cadence="fortnightly",
        weekday="wed",
        time="16:30",
        zone="Asia/Tokyo",
        section=f"~{bread.id}",
        kind="post",
        links=2,
    )

    assert "every second Wednesday at 16:30 Asia/Tokyo" in seen.text
    assert "“Bread”" in seen.text
    assert "kind post" in seen.text
    assert "2 at a time" in seen.text


async def test_a_date_of_the_month_makes_it_monthly(town: Town) -> None:
    seen = await town.digest("on", day_of_month=15, zone="Europe/Berlin")

    assert "on day 15 of the month" in seen.text


async def test_a_change_is_announced_with_a_name_that_pings_nobody(town: Town) -> None:
    await town.turn_on()

    (announced,) = town.public()
    assert read(announced).startswith(f"<@{town.ada.id}> turned the digest on. Next: Mon ")
    assert announced.pings == ()
    assert announced in town.discord.people.visible(town.grace, town.channel)


async def test_an_unknown_zone_is_asked_for_and_picking_it_turns_the_digest_on(town: Town) -> None:
    asked = await town.digest("on", weekday="fri", time="4pm")
    assert "In which time zone?" in asked.text
    assert town.state() is None

    picked = await town.select(asked.message, "America/New_York")

    assert "Fri " in picked.text
    assert r"16:00 America/New\_York" in picked.text
    assert picked.is_update
    assert town.state() is SubscriptionState.ACTIVE


async def test_on_with_everything_filled_in_still_leaves_room_to_ask_for_the_zone(town: Town) -> None:
    bread = next(place for place in READING_LIST.places if place.title == "Bread")
    asked = await town.digest(
        "on",
        cadence="fortnightly",
        weekday="wed",
        time="09:00",
        section=f"~{bread.id}",
        kind="paper",
        links=2,
    )

    assert "Europe/Berlin" in asked.options


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("berl", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("india", "Asia/Kolkata"),
        ("", "Europe/London"),
    ],
)
async def test_zones_are_offered_while_typing(town: Town, typed: str, offered: str) -> None:
    assert offered in await town.complete("readbot digest on", "zone", typed)


async def test_sections_are_offered_while_typing_and_all_of_them_together(town: Town) -> None:
    assert (await town.complete("readbot digest on", "section", ""))[0] == "All sections"
    assert (await town.complete("readbot digest on", "section", "brea"))[0].startswith("Bread")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"time": "25:00"}, "is no time of day"),
        ({"zone": "Atlantis City"}, "no time zone"),
        ({"section": "zzzzzz"}, "zzzzzz"),
        ({"time": 'x" links:9'}, "is no time of day"),
    ],
)
async def test_nonsense_gets_a_sentence_and_changes_nothing(
    town: Town, options: dict[str, str], said: str
) -> None:
    filled: dict[str, Any] = {"zone": "Europe/Berlin", **options}
    seen = await town.digest("on", **filled)

    assert said in seen.text
    assert town.state() is None


async def test_a_digest_can_be_paused_resumed_skipped_and_turned_off(town: Town) -> None:
    await town.turn_on()

    assert "**paused**" in (await town.digest("pause")).text
    assert town.state() is SubscriptionState.PAUSED
    assert "It is **on**" in (await town.digest("resume")).text
    before = re.findall(r"<t:(\d+):F>", (await town.digest("status")).text)
    after = re.findall(r"<t:(\d+):F>", (await town.digest("skip")).text)
    assert int(after[0]) - int(before[0]) in {6 * 86400 + 82800, 7 * 86400, 7 * 86400 + 3600}
    assert "The digest is off" in (await town.digest("off")).text
    deeds = [read(message) for message in town.public()]
    assert [deed.split("> ")[1].split(".")[0] for deed in deeds] == [
        "turned the digest on",
        "paused the digest",
        "resumed the digest",
        "skipped the next digest",
        "turned the digest off",
    ]


async def test_a_preview_is_seen_by_the_asker_alone_and_uses_nothing_up(town: Town) -> None:
    await town.turn_on()

    first = await town.digest("preview")

    assert first.is_private
    assert "Only you see this" in first.text
    assert first.text == (await town.digest("preview")).text
    assert town.posted() == []


async def test_now_posts_one_at_once(town: Town) -> None:
    await town.turn_on()

    assert "on its way" in (await town.digest("now")).text
    await until(lambda: len(town.posted()) == 1)


async def test_a_member_without_manage_server_may_look_and_not_change(town: Town) -> None:
    await town.turn_on()

    for verb in ("off", "pause", "skip", "now"):
        assert "Only people who manage" in (await town.digest(verb, by=town.grace)).text
    assert "It is **on**" in (await town.digest("status", by=town.grace)).text
    assert town.state() is SubscriptionState.ACTIVE


async def test_the_buttons_of_a_status_are_checked_as_well(town: Town) -> None:
    await town.turn_on()
    status = await town.digest("status", by=town.grace)

    assert "Only people who manage" in (await town.click(status.message, "Turn off", by=town.grace)).text
    assert town.state() is SubscriptionState.ACTIVE


async def test_everyone_may_change_it_where_the_operator_says_so(
    discord: LoopbackDiscord, faults: Faults, tmp_path: Path
) -> None:
    async with living(make_scene(discord), faults, tmp_path, READBOT_DIGEST_MANAGERS="everyone") as town:
        assert "is on" in (await town.digest("on", by=town.grace, zone="Europe/Berlin")).text


async def test_a_person_can_have_a_digest_in_direct_messages(town: Town) -> None:
    dm = town.discord.world.open_dm(town.grace)
    people = town.discord.people

    seen = await people.command(town.grace, dm, "readbot digest on", zone="Europe/Berlin")
    await people.command(town.grace, dm, "readbot digest now")

    assert "The digest is on" in seen.text
    await until(lambda: any("Link of the week" in each for each in town.direct(town.grace)))


# The message


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
    discord: LoopbackDiscord, faults: Faults, tmp_path: Path
) -> None:
    scene = make_scene(discord)
    async with living(scene, faults, tmp_path) as town:
        await town.digest("on", zone="Europe/Berlin", section="Bread", kind="post")
        message = await town.post_one()
        words = read(message)
    async with living(scene, faults, tmp_path) as town:
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
async def test_whatever_the_answer_was_one_message_arrives(town: Town, fault: Fault) -> None:
    await town.turn_on()
    town.faults.script(POST, fault)

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


async def test_a_digest_goes_out_while_the_gateway_is_down(town: Town) -> None:
    await town.turn_on()
    await town.discord.gateway.close()

    await town.post_one()


async def test_a_process_that_does_not_listen_posts(
    discord: LoopbackDiscord, faults: Faults, tmp_path: Path
) -> None:
    async with living(make_scene(discord), faults, tmp_path, listens=False) as town:
        await town.post_one()

        assert discord.gateway.connected == []


async def test_a_wrong_token_stops_digests_and_says_why(
    discord: LoopbackDiscord, faults: Faults, tmp_path: Path
) -> None:
    async with living(
        make_scene(discord), faults, tmp_path, listens=False, DISCORD_TOKEN="not-a-token"
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
async def test_in_a_storm_every_channel_gets_its_digest_once(tmp_path: Path, seed: int) -> None:
    faults = Faults(
        chances=STORM,
        operations=frozenset({POST, HISTORY}),
        accept_delay_s=(0.005, 0.05),
        history_lag_s=0.05,
        seed=seed,
    )
    async with LoopbackDiscord(faults=faults) as discord:
        scene = make_scene(discord)
        channels = [discord.world.add_channel(scene.guild, f"channel {number}") for number in range(30)]
        async with living(scene, faults, tmp_path, listens=False) as town:
            for channel in channels:
                await replace(town, channel=channel).make_due()
            await town.until_over(len(channels))
            states = town.deliveries()
            faults.clear()

    assert states == [DeliveryState.SENT] * len(channels)
    assert [len(replace(town, channel=channel).posted()) for channel in channels] == [1] * len(channels)
    assert len(faults.happened) > 5
