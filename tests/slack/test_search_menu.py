"""The menu of ``/llmread``: it completes titles, sections and other words while somebody types."""

import pytest

from readbot.playground.loopback_slack import LoopbackSlack, Message

MENU = "Search the list"


async def open_menu(app: LoopbackSlack) -> Message:
    return (await app.command("", user="U1", channel="C1")).message


async def offered(app: LoopbackSlack, typed: str) -> list[str]:
    menu = await open_menu(app)
    options = await app.options(menu, typed, user="U1", menu=MENU)
    return [option["text"]["text"] for option in options]


async def test_what_is_typed_can_be_searched_as_it_is(any_app: LoopbackSlack) -> None:
    assert (await offered(any_app, "transf"))[0] == "Search “transf”"


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("transf", "Transformers"),
        ("low-rank", "Low-rank adaptation of large models"),
        ("attention is", "Attention is all you need"),
    ],
)
async def test_sections_and_titles_complete_it(app: LoopbackSlack, typed: str, completed: str) -> None:
    assert completed in await offered(app, typed)


async def test_nothing_typed_offers_the_sections(app: LoopbackSlack) -> None:
    assert "Fine-Tuning" in await offered(app, "")


async def test_a_section_that_is_picked_opens(any_app: LoopbackSlack) -> None:
    menu = await open_menu(any_app)
    await any_app.select(menu, "Transformers", user="U1", menu=MENU, typed="transf")
    assert "Attention is all you need" in menu.words


async def test_a_typed_query_that_is_picked_is_searched(app: LoopbackSlack) -> None:
    menu = await open_menu(app)
    await app.select(menu, "Search “fine-tuning”", user="U1", menu=MENU, typed="fine-tuning")
    assert "13 links for “fine-tuning”" in menu.words


@pytest.mark.parametrize("typed", ["x" * 400, "<!channel> & <@U1>", "kind:", '"', "\u202e\u200b", "page:3"])
async def test_whatever_is_typed_is_answered_within_slacks_limits(app: LoopbackSlack, typed: str) -> None:
    menu = await open_menu(app)
    options = await app.options(menu, typed, user="U1", menu=MENU)
    assert len(options) <= 100
    for option in options:
        assert 0 < len(option["text"]["text"]) <= 75
        assert 0 < len(option["value"]) <= 150
        assert option["text"]["type"] == "plain_text"
