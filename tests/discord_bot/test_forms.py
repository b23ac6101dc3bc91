"""Forms as modals, through the real client and the whole core."""

from readbot.playground.loopback_discord import Sight
from readbot.playground.loopback_discord.modals import list_fields

from .scenes import Scene
from .towns import Town

LINK = "https://example.org/rye"


async def fill(town: Scene, opened: Sight, **values: object) -> Sight:
    return await town.discord.people.submit(town.ada, opened, **values)


async def test_the_digest_is_set_up_in_a_form(town: Town) -> None:
    opened = await town.digest("setup")
    assert opened.modal is not None
    assert opened.modal["title"] == "Digest of this channel"

    answer = await fill(town, opened, cadence="daily", time="16:30", zone="Berlin")

    assert answer.is_private
    assert "every day at 16:30 Europe/Berlin" in answer.text


async def test_what_the_form_has_no_room_for_is_picked_below_its_answer(town: Town) -> None:
    answer = await fill(town, await town.digest("setup"), zone="Berlin")

    silent = await town.select(answer.message, "Post without a notification")
    assert silent.message is answer.message
    assert "posted silently" in silent.text

    loud = await town.select(silent.message, "Post with a notification")
    assert "The digest has changed" in loud.text
    assert "posted silently" not in loud.text


async def test_a_form_shows_what_is_set_already(town: Town) -> None:
    await town.digest("on", zone="Europe/Berlin", time="7:15")

    opened = await town.digest("setup")

    assert opened.modal is not None
    fields = {field["custom_id"]: field for field in list_fields(opened.modal)}
    assert fields["time"]["value"] == "07:15"
    assert fields["zone"]["value"] == "Europe/Berlin"
    assert [o["label"] for o in fields["weekday"]["options"] if o.get("default")] == ["Monday"]


async def test_sections_that_fit_into_a_select_are_picked(town: Town) -> None:
    opened = await town.digest("setup")
    assert opened.modal is not None
    section = next(f for f in list_fields(opened.modal) if f["custom_id"] == "section")
    flour = next(o["value"] for o in section["options"] if o["label"] == "Flour")

    answer = await fill(town, opened, zone="Berlin", section=flour)

    assert "Flour" in answer.text


async def test_a_form_about_another_channel_stays_with_it(town: Town) -> None:
    other = town.discord.world.add_channel(town.guild, "news")

    answer = await fill(town, await town.digest("setup", channel=other), zone="Berlin")

    assert f"About <#{other.id}>" in answer.text
    assert town.process.store.subscriptions.find(town.place) is None


async def test_mistakes_are_named_and_the_form_opens_as_it_was_filled_in(town: Town) -> None:
    opened = await town.digest("setup")

    refused = await fill(town, opened, time="half past", zone="Atlantis")

    assert refused.is_private
    assert "**At what time?**" in refused.text
    assert "Atlantis" in refused.text
    again = await town.click(refused.message, "Edit again")
    assert again.modal is not None
    fields = {field["custom_id"]: field for field in list_fields(again.modal)}
    assert fields["time"]["value"] == "half past"
    mended = await fill(town, again, time="9:00", zone="Berlin")
    assert mended.is_update
    assert "every Monday at 09:00 Europe/Berlin" in mended.text


async def test_what_one_server_sets_up_another_knows_nothing_of(town: Town) -> None:
    world = town.discord.world
    other = world.add_guild("writers", owner=town.ada)
    elsewhere = world.add_channel(other, "drafts")
    await fill(town, await town.digest("setup"), zone="Berlin")
    people = town.discord.people

    opened = await people.command(town.ada, elsewhere, "readbot digest setup")
    status = await people.command(town.ada, elsewhere, "readbot digest status")
    suggested = await fill(town, await town.command("readbot suggest"), url="https://example.org/rye")
    queue = await people.command(town.ada, elsewhere, "readbot-curate suggestions")
    known = await people.command(town.ada, elsewhere, "readbot privacy")

    assert opened.modal is not None
    assert "value" not in next(f for f in list_fields(opened.modal) if f["custom_id"] == "zone")
    assert "Berlin" not in status.text
    assert "Thank you!" in suggested.text
    assert "example.org" not in queue.text + known.text
    assert "Nothing" in known.text


async def test_a_button_of_a_suggestion_that_somebody_decided_says_so(town: Town) -> None:
    await fill(town, await town.command("readbot suggest"), url="https://example.org/rye", title="Rye")
    queue = await town.command("readbot-curate suggestions")
    form = await town.click(queue.message, "Reject")
    await fill(town, form, reason="Too rye")

    again = await fill(town, form, reason="Still too rye")

    assert again.is_private
    assert "rejected" in again.text.lower()


async def test_who_may_not_curate_is_refused_though_the_command_is_on_their_screen(town: Town) -> None:
    """Discord hides the command from them; a server's admins can show it, and buttons stay in messages."""
    for each in town.discord.world.commands[None]:
        each["default_member_permissions"] = None

    seen = await town.command("readbot-curate suggestions", by=town.grace)

    assert seen.is_private
    assert "Only curators" in seen.text
