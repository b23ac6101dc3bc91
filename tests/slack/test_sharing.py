"""Sharing from where one is, and taking it back."""

from readbot.playground.loopback_slack import LoopbackSlack, Message
from tests.waiting import until


async def share(app: LoopbackSlack) -> Message:
    private = (await app.command("fine-tuning", user="U1", channel="C1")).message
    return (await app.click(private, "Share", user="U1")).message


async def test_outside_of_threads_nobody_is_asked_where_to(any_app: LoopbackSlack) -> None:
    assert (await share(any_app)).thread_ts is None


async def test_whoever_shared_it_can_delete_it(any_app: LoopbackSlack) -> None:
    """Also where readbot is no member, as in C1."""
    shared = await share(any_app)
    await any_app.click(shared, "Delete", user="U1")
    await until(lambda: any_app.visible("U2", "C1") == [])


async def test_nobody_else_can(app: LoopbackSlack) -> None:
    shared = await share(app)
    refusal = (await app.click(shared, "Delete", user="U2")).message
    assert refusal.only_for == "U2"
    assert "Only whoever shared this" in refusal.words
    assert shared in app.visible("U2", "C1")


async def test_back_leaves_the_question_where_to(app: LoopbackSlack) -> None:
    await app.tell("@readbot fine-tuning", user="U1", channel="C2")
    answer = app.visible("U1", "C2")[-1]
    page = (await app.click(answer, "More", user="U2")).message
    await app.click(page, "Share", user="U2")
    assert "Where to?" in page.words
    await app.click(page, "Back", user="U2")
    assert "Where to?" not in page.words


async def test_this_thread_keeps_it_within_the_thread(app: LoopbackSlack) -> None:
    await app.tell("@readbot fine-tuning", user="U1", channel="C2")
    answer = app.visible("U1", "C2")[-1]
    page = (await app.click(answer, "More", user="U2")).message
    await app.click(page, "Share", user="U2")
    shared = (await app.click(page, "This thread", user="U2")).message
    assert shared.thread_ts == answer.thread_ts
    assert shared.only_for is None


async def test_a_double_click_shares_once(app: LoopbackSlack) -> None:
    await share(app)
    app.patience_s = 0.3
    await app.repeat()
    assert len(app.visible("U2", "C1")) == 1


async def test_whoever_types_that_they_take_it_back_is_told_where_to_press(app: LoopbackSlack) -> None:
    seen = await app.command("unshare U1", user="U1", channel="C1")
    assert "press Delete below it" in seen.message.words
