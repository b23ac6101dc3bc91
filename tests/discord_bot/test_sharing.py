"""Answers for others: shared, addressed to somebody, taken back."""

from readbot.playground.loopback_discord import read

from .scenes import Scene


async def test_an_answer_for_somebody_pings_them_and_nobody_else(scene: Scene) -> None:
    seen = await scene.command("llmread", query="sourdough", mention=scene.grace)

    assert not seen.is_private
    assert f"Shared by <@{scene.ada.id}> for <@{scene.grace.id}>" in seen.text
    assert seen.message is not None
    assert seen.message.pings == (scene.grace.id,)


async def test_an_answer_that_holds_nothing_for_others_stays_private_and_pings_nobody(scene: Scene) -> None:
    seen = await scene.command("llmread", query="zymurgy", mention=scene.grace)

    assert seen.is_private
    assert seen.message is not None
    assert seen.message.pings == ()


async def test_who_shares_without_a_question_is_asked_for_one(scene: Scene) -> None:
    for options in ({"share": True}, {"mention": scene.grace}):
        seen = await scene.command("llmread", **options)

        assert seen.is_private
        assert "nothing to share yet: fill in **query**" in seen.text


async def test_an_answer_kept_from_before_pings_nobody_anew(scene: Scene) -> None:
    await scene.command("llmread", query="sourdough", mention=scene.grace)

    seen = await scene.command("llmread", query="sourdough", share=True)

    assert seen.message is not None
    assert seen.message.pings == ()


async def test_what_is_typed_can_ping_nobody(scene: Scene) -> None:
    words = f"@everyone <@{scene.grace.id}>"
    seen = await scene.command("llmread", query=f"sourdough {words}"[:60], share=True)

    assert seen.message is not None
    assert seen.message.pings == ()
    assert not seen.message.pings_everyone


async def test_who_shared_an_answer_can_delete_it(scene: Scene) -> None:
    shared = await scene.command("llmread", query="sourdough", share=True)

    await scene.click(shared.message, "Delete")

    assert shared.message is not None
    assert shared.message.deleted


async def test_an_answer_shared_from_a_private_one_can_be_deleted_too(scene: Scene) -> None:
    private = await scene.command("llmread", query="sourdough")
    shared = await scene.click(private.message, "Share")

    await scene.click(shared.message, "Delete")

    assert shared.message is not None
    assert shared.message.deleted
    assert private.message is not None
    assert not private.message.deleted


async def test_nobody_else_can_delete_it_and_is_told_so_privately(scene: Scene) -> None:
    shared = await scene.command("llmread", query="sourdough", share=True)

    refused = await scene.click(shared.message, "Delete", by=scene.grace)

    assert refused.is_private
    assert shared.message is not None
    assert not shared.message.deleted
    assert refused.message is not None
    assert "Only whoever shared this can delete it." in read(refused.message)


async def test_a_second_click_on_delete_harms_nobody(scene: Scene) -> None:
    """A double click: the message has gone when the second one arrives."""
    shared = await scene.command("llmread", query="sourdough", share=True)
    assert shared.message is not None
    await scene.click(shared.message, "Delete")
    shared.message.deleted = False

    await scene.click(shared.message, "Delete")

    assert shared.message.deleted
