"""Buttons and selects, through the real client."""

import pytest

from readbot.front_desk import FrontDesk
from readbot.playground.loopback_discord import NO_ANSWER, CannotDoThatError, Sight, read
from readbot.playground.loopback_discord.people import buttons

from .scenes import Scene, running


async def test_more_replaces_a_private_answer_by_its_next_page(scene: Scene) -> None:
    first = await scene.command("llmread", query="sourdough")

    second = await scene.click(first.message, "More")

    assert second.is_update
    assert second.message is first.message
    assert "6-7 of 7" in second.text
    assert "Back" in second.buttons


async def test_back_leads_to_where_one_came_from(scene: Scene) -> None:
    first = await scene.command("llmread", query="sourdough")
    words = first.text
    second = await scene.click(first.message, "More")

    assert (await scene.click(second.message, "Back")).text == words


async def test_share_posts_a_new_message_and_leaves_the_private_one(scene: Scene) -> None:
    private = await scene.command("llmread", query="sourdough")

    shared = await scene.click(private.message, "Share")

    assert not shared.is_private
    assert shared.message is not private.message
    assert f"Shared by <@{scene.ada.id}>" in shared.text
    assert shared.message in scene.discord.people.visible(scene.grace, scene.channel)


async def test_a_click_on_a_shared_answer_is_answered_to_the_clicker_alone(scene: Scene) -> None:
    shared = await scene.command("llmread", query="sourdough", share=True)
    words = shared.text

    seen = await scene.click(shared.message, "More", by=scene.grace)

    assert seen.is_private
    assert seen.message is not shared.message
    assert shared.message is not None
    assert read(shared.message) == words


async def test_a_section_can_be_picked_from_the_menu(scene: Scene) -> None:
    menu = await scene.command("llmread")

    section = await scene.select(menu.message, "Bread › Flour")

    assert section.is_update
    assert section.text.startswith("### Bread › Flour")


async def test_every_button_and_option_of_every_page_leads_somewhere(scene: Scene) -> None:
    """Walk from the menu through whatever is offered, to a depth of two."""
    for name in ("llmread", "readbot help", "readbot sections", "readbot random", "readbot new"):
        start = await scene.command(name)
        for custom_id, label in _custom_ids(start):
            seen = await scene.press((await scene.command(name)).message, custom_id)
            assert seen.text not in {"", NO_ANSWER}, label
            for further_id, further in _custom_ids(seen):
                seen_next = await scene.press(seen.message, further_id)
                assert seen_next.text not in {"", NO_ANSWER}, (label, further)
        for label in start.options:
            seen = await scene.select((await scene.command(name)).message, label)
            assert seen.text.startswith(f"### {label}")


async def test_an_old_button_works_after_a_restart(quiet_scene: Scene, bot: FrontDesk) -> None:
    async with running(quiet_scene.discord, bot):
        answer = await quiet_scene.command("llmread", query="sourdough")
        menu = await quiet_scene.command("llmread")
    async with running(quiet_scene.discord, bot):
        assert "6-7 of 7" in (await quiet_scene.click(answer.message, "More")).text
        assert (await quiet_scene.select(menu.message, "Bread › Flour")).text.startswith("### Bread › Flour")


@pytest.mark.parametrize("custom_id", ["rb:section ~aaaaaa", "rb:link ~aaaaaa", "rb:share link ~aaaaaa"])
async def test_a_button_whose_section_or_link_has_gone_explains_itself(scene: Scene, custom_id: str) -> None:
    seen = await _press(scene, custom_id)

    assert "no longer on the list" in seen


@pytest.mark.parametrize("custom_id", ["rb:", "rb:search", "rb:search a page:9999", "rb:\u202e", "rb2:help"])
async def test_a_button_of_another_version_is_answered(scene: Scene, custom_id: str) -> None:
    assert await _press(scene, custom_id) not in {"", NO_ANSWER}


async def test_a_button_that_readbot_does_not_make_is_declined_with_a_way_on(scene: Scene) -> None:
    assert "`/llmread` begins anew" in await _press(scene, "something-else")


async def test_a_second_click_on_a_button_that_has_gone_meanwhile_is_answered(scene: Scene) -> None:
    """A double click: the message has already changed when the second one arrives."""
    answer = await scene.command("llmread", query="sourdough")
    ((more, _), *_) = _custom_ids(answer)
    await scene.press(answer.message, more)

    assert "6-7 of 7" in (await scene.press(answer.message, more)).text


async def _press(scene: Scene, custom_id: str) -> str:
    """Press a button that the list, as it is today, would not make."""
    answer = await scene.command("readbot help")
    assert answer.message is not None
    buttons(answer.message)[0]["custom_id"] = custom_id
    return (await scene.press(answer.message, custom_id)).text


def _custom_ids(sight: Sight) -> list[tuple[str, str]]:
    """Return custom_id and label of each button at this moment."""
    assert sight.message is not None
    return [(button["custom_id"], button["label"]) for button in buttons(sight.message)]


async def test_nobody_else_can_use_a_private_answer(scene: Scene) -> None:
    private = await scene.command("llmread", query="sourdough")

    with pytest.raises(CannotDoThatError):
        await scene.click(private.message, "More", by=scene.grace)


async def test_one_answer_can_be_sent_to_many(scene: Scene) -> None:
    world = scene.discord.world
    eve = world.add_user("eve", locale=scene.ada.locale)
    world.add_member(scene.guild, eve)
    first = await scene.command("llmread", query="sourdough")
    second = await scene.command("llmread", query="sourdough", by=eve)

    assert first.message is not second.message
    assert first.text == second.text
    assert "6-7 of 7" in (await scene.click(second.message, "More", by=eve)).text
    assert "6-7 of 7" in (await scene.click(first.message, "More")).text


async def test_answers_leave_nothing_behind_in_the_client(quiet_scene: Scene, bot: FrontDesk) -> None:
    """A view that discord.py keeps would be a leak: there is one for every answer."""
    async with running(quiet_scene.discord, bot) as connection:
        answer = await quiet_scene.command("llmread", query="sourdough")
        await quiet_scene.click(answer.message, "More")
        await quiet_scene.command("llmread", query="sourdough", share=True)

        assert connection.client is not None
        assert connection.client.persistent_views == []
