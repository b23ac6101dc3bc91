"""Digests as people ask for them, from the command to the answer."""

import re
from pathlib import Path
from typing import Any

import pytest

from readbot.digests.model import SubscriptionState
from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import LoopbackDiscord, read

from .reading import READING_LIST
from .scenes import make_scene, until
from .towns import Town, living, titles


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
    second = await town.digest("preview")
    assert first.message is not None
    assert second.message is not None
    assert titles(first.message) == titles(second.message) != []
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
    discord: LoopbackDiscord, faults: Faults, home: Path
) -> None:
    async with living(
        make_scene(discord), faults, home, environ={"READBOT_DIGEST_MANAGERS": "everyone"}
    ) as town:
        assert "is on" in (await town.digest("on", by=town.grace, zone="Europe/Berlin")).text


async def test_a_person_can_have_a_digest_in_direct_messages(town: Town) -> None:
    dm = town.discord.world.open_dm(town.grace)
    people = town.discord.people

    seen = await people.command(town.grace, dm, "readbot digest on", zone="Europe/Berlin")
    await people.command(town.grace, dm, "readbot digest now")

    assert "The digest is on" in seen.text
    await until(lambda: any("Link of the week" in each for each in town.direct(town.grace)))
    assert not any("turned the digest on" in each for each in town.direct(town.grace))
