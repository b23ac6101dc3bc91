"""What belongs to one server stays there: in each feature, the other server sees nothing of it.

Ada owns both, so that no permission stands between her and what is not hers to see there.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import LoopbackDiscord, Sight
from readbot.playground.loopback_discord.components import BUTTON
from readbot.playground.loopback_discord.people import buttons

from .curating import Circle, run_circle


@pytest.fixture
async def circle(discord: LoopbackDiscord, faults: Faults, home: Path) -> AsyncIterator[Circle]:
    async with run_circle(discord, faults, home) as circle:
        yield circle


async def over_there(circle: Circle, name: str, /, **options: str) -> Sight:
    """Let Ada use a command in the other server."""
    return await circle.discord.people.command(circle.ada, circle.elsewhere, name, **options)


async def press_over_there(circle: Circle, custom_id: str) -> Sight:
    """Let Ada press a button in the other server that was made in this one."""
    own = (await over_there(circle, "llmread")).message
    assert own is not None
    return await circle.discord.people.use_component(circle.ada, own, custom_id, BUTTON)


async def test_a_suggestion_waits_in_its_own_server_alone(circle: Circle) -> None:
    await circle.suggest("https://example.org/yeast", "On yeast")

    assert "No suggestion waits" in (await over_there(circle, "readbot-curate suggestions")).text
    assert "On yeast" in (await circle.curate("suggestions")).text


async def test_a_suggestion_cannot_be_decided_on_from_another_server(circle: Circle) -> None:
    await circle.suggest("https://example.org/yeast", "On yeast")
    shown = await circle.curate("suggestions")
    assert shown.message is not None
    (approve,) = [each["custom_id"] for each in buttons(shown.message) if each["label"] == "Approve"]

    pressed = await press_over_there(circle, approve)

    assert "On yeast" not in pressed.text
    assert pressed.modal is None or "On yeast" not in str(pressed.modal)
    assert "On yeast" in (await circle.curate("suggestions")).text


async def test_an_approved_link_is_offered_and_listed_in_its_own_server_alone(circle: Circle) -> None:
    await circle.suggest("https://example.org/yeast", "On yeast")
    await circle.approve()
    people = circle.discord.people

    here = await people.autocomplete(circle.grace, circle.channel, "llmread", "query", "yea")
    there = await people.autocomplete(circle.grace, circle.elsewhere, "llmread", "query", "yea")

    assert "On yeast" in str(here)
    assert "On yeast" not in str(there)
    for command in ("readbot new", "readbot sections"):
        assert "On yeast" not in (await over_there(circle, command)).text
    assert "On yeast" not in (await over_there(circle, "readbot section", name="Flour")).text


async def test_what_people_missed_is_counted_in_their_own_server_alone(circle: Circle) -> None:
    await circle.ask("zebra husbandry")
    await circle.ask("zebra husbandry", by=circle.cleo)

    there = await over_there(circle, "readbot-curate gaps")

    assert "zebra" not in there.text
    assert "zebra" in (await circle.curate("gaps")).text


async def test_what_is_kept_about_somebody_is_shown_and_forgotten_server_by_server(circle: Circle) -> None:
    await circle.command("llmread", query="flour")
    await circle.digest("on", zone="Europe/Berlin")

    there = await over_there(circle, "readbot privacy")
    assert "flour" not in there.text
    assert "digest" not in there.text
    await press_over_there(circle, "rb:privacy forget")

    assert "1 digest" in (await circle.command("readbot privacy")).text


async def test_a_digest_of_one_server_is_no_digest_of_another(circle: Circle) -> None:
    await circle.digest("on", zone="Europe/Berlin", weekday="wed")

    for verb in ("status", "preview", "now", "skip", "pause", "off"):
        assert "Wednesday" not in (await over_there(circle, f"readbot digest {verb}")).text
    await circle.post_one()

    assert "every Wednesday" in (await circle.digest("status")).text
    assert circle.elsewhere.messages == [m for m in circle.elsewhere.messages if m.is_ephemeral]


async def test_a_digest_cannot_be_changed_through_a_button_used_in_another_server(circle: Circle) -> None:
    await circle.digest("on", zone="Europe/Berlin")
    await press_over_there(circle, f"rb@{circle.channel.id}:digest off")

    assert "It is **on**" in (await circle.digest("status")).text


async def test_digests_of_two_servers_go_through_the_list_each_by_itself(circle: Circle) -> None:
    await circle.turn_on()
    await over_there(circle, "readbot digest on", zone="Europe/Berlin")
    await circle.post_one()

    assert "1 of" in (await circle.digest("status")).text
    assert "0 of" in (await over_there(circle, "readbot digest status")).text
