"""What people see who click and pick, over signed HTTP and real Bolt."""

import asyncio

import pytest

from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import Change, ChangeKind, LoopbackSlack, Message
from tests.waiting import until


async def search(app: LoopbackSlack, query: str = "fine-tuning") -> Message:
    return (await app.command(query, user="U1", channel="C1")).message


async def share(app: LoopbackSlack) -> Message:
    private = await search(app)
    return (await app.click(private, "Share", user="U1")).message


async def test_more_and_back_turn_the_pages_of_one_message(app: LoopbackSlack) -> None:
    message = await search(app)
    first_page = message.words
    await app.click(message, "More", user="U1")
    assert "part 6" in message.words
    assert app.visible("U1", "C1") == [message]
    await app.click(message, "Back", user="U1")
    assert message.words == first_page


async def test_share_posts_to_the_channel_with_the_askers_name(app: LoopbackSlack) -> None:
    shared = await share(app)
    assert app.visible("U2", "C1") == [shared]
    assert "Shared by <@U1>" in shared.words


async def test_share_leaves_the_askers_own_answer_where_it_is(app: LoopbackSlack) -> None:
    private = await search(app)
    shared = (await app.click(private, "Share", user="U1")).message
    assert app.visible("U1", "C1") == [private, shared]


async def test_share_works_where_the_bot_is_no_member(app: LoopbackSlack) -> None:
    assert "UBOT" not in app.team().channels["C1"].members
    assert (await share(app)).channel == "C1"


async def test_a_click_on_a_shared_answer_is_answered_to_who_clicked(app: LoopbackSlack) -> None:
    shared = await share(app)
    before = shared.words
    seen = await app.click(shared, "More", user="U2")
    assert "part 6" in seen.message.words
    assert seen.message.only_for == "U2"
    assert shared.words == before


async def test_a_section_picked_from_the_menu_opens(app: LoopbackSlack) -> None:
    menu = await search(app, "")
    seen = await app.click(menu, "Transformers (2 links)", user="U1")
    assert "Attention is all you need" in seen.message.words


async def test_surprise_me_replaces_the_menu_by_a_link(app: LoopbackSlack) -> None:
    menu = await search(app, "")
    await app.click(menu, "Surprise me", user="U1")
    assert "Picked for you" in menu.words
    assert app.visible("U1", "C1") == [menu]


async def test_no_answer_ever_shows_previews_of_its_links(app: LoopbackSlack) -> None:
    message = await search(app)
    await app.click(message, "Share", user="U1")
    for sent in (message.sent, *app.calls_of("response_url")):
        assert sent["unfurl_links"] is False
        assert sent["unfurl_media"] is False


async def test_every_answer_has_words_for_notifications(app: LoopbackSlack) -> None:
    shared = await share(app)
    assert shared.text.startswith("13 links for “fine-tuning”\nFine-tuning in practice, part 1")


async def test_an_answer_lost_on_the_way_is_not_sent_twice(
    app: LoopbackSlack, caplog: pytest.LogCaptureFixture
) -> None:
    private = await search(app)
    app.faults.script("response_url", Fault(kind=FaultKind.RESET, accepted=True))
    await app.click(private, "Share", user="U1")
    await until(lambda: bool(caplog.messages))
    await app.click(private, "More", user="U1")
    assert len(app.visible("U2", "C1")) == 1
    assert caplog.messages == ["an answer did not reach Slack: ServerDisconnectedError"]


async def test_a_picture_that_slack_cannot_fetch_costs_no_answer(app: LoopbackSlack) -> None:
    app.broken_images.add("https://example.org/pictures/tuning.png")
    menu = await search(app, "")
    changes: asyncio.Queue[Change] = asyncio.Queue()
    app.observe(changes.put_nowait)
    await app.click(menu, "Fine-Tuning (13 links)", user="U1")
    kinds = [(await changes.get()).kind for _ in range(2)]
    assert kinds == [ChangeKind.REFUSED, ChangeKind.UPDATED]
    assert "Fine-tuning in practice, part 1" in menu.words
    assert "image" not in [block["type"] for block in menu.blocks]


async def test_the_app_lives_on_when_slack_fails_to_take_an_answer(app: LoopbackSlack) -> None:
    private = await search(app)
    app.faults.script("response_url", Fault(kind=FaultKind.SERVER_ERROR, accepted=True))
    await app.click(private, "More", user="U1")
    assert "Back" in private.labels
    assert "part 11" in (await app.click(private, "More", user="U1")).message.words


async def test_a_click_asks_slack_for_nothing_but_to_show_the_answer(app: LoopbackSlack) -> None:
    message = await search(app)
    asked_before = len(app.calls)
    await app.click(message, "More", user="U1")
    asked = [method for method, _ in app.calls[asked_before:] if method != "auth.test"]
    assert asked == ["response_url"]
