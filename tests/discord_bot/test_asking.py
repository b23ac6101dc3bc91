"""``/llmread`` and ``/readbot``, through the real client."""

from .scenes import Scene


async def test_a_query_is_answered_privately_with_links_from_the_list(scene: Scene) -> None:
    sight = await scene.command("llmread", query="fine-tuning")

    assert sight.is_private
    assert "](http" in sight.text
    assert "Share" in sight.buttons
