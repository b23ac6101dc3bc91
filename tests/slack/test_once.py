"""What Slack or a person repeats acts once, over all replicas, and a private question touches no database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from readbot.conversation.form import Answer, Field, Form
from readbot.conversation.reply import Paragraph, Reply, text
from readbot.conversation.request import Request
from readbot.front_desk import FrontDesk
from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import LoopbackSlack, Message, make_workspace
from readbot.ports import Conversation, Manner
from readbot.search.results import Completion
from readbot.settings import Secret
from readbot.store import Store
from readbot.store.tenant_schema import taken_requests
from readbot.testing import FakeClock
from readbot_slack.once import DOUBLE_CLICK_S, ActOnce
from readbot_slack.service import Service
from tests.slack.bolt_app import make_bolt, serve_bolt
from tests.slack.installing import make_settings, serve_readbot
from tests.slack.patient import make_slack
from tests.waiting import LAST_RESORT_S, until


class Counting:
    """A conversation that waits for what it does, and counts how often it does it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    def manner(self, text: str) -> Manner:
        return Manner.WAITS

    async def answer(self, request: Request) -> Answer:
        self.done.append(request.text)
        await self.may_go_on.wait()
        return Reply(parts=(Paragraph(text=text(f"done {len(self.done)}")),))

    def complete(self, *_: Any, **__: Any) -> list[Completion]:
        return []


class Asking(Counting):
    """The same, with a form before it."""

    async def answer(self, request: Request) -> Answer:
        if request.values:
            return await super().answer(request)
        note = Field(name="note", label="Note")
        return Form(title="Note", submit="Send", command="suggest", fields=(note,))


@contextlib.asynccontextmanager
async def serve_twice(
    conversation: Conversation, slack: LoopbackSlack, store: Store
) -> AsyncIterator[list[str]]:
    """Serve two replicas on one database; give their request URLs."""
    # Nobody waits for long for what is not to come.
    slack.patience_s = 0.1
    settings = make_settings(
        slack,
        slack_bot_token=Secret(slack.team().bot_token),
        slack_client_id=None,
        slack_client_secret=None,
    )
    async with (
        serve_readbot(conversation, settings, store) as (_, one),
        serve_readbot(conversation, settings, store) as (_, other),
    ):
        urls = [f"http://127.0.0.1:{port}/slack/events" for port in (one, other)]
        slack.deliver_to(urls[0])
        yield urls


def rows(store: Store) -> int:
    with store.database.read() as connection:
        return len(connection.execute(taken_requests.select()).all())


def shared(slack: LoopbackSlack) -> list[Message]:
    return [message for message in slack.visible("U2", "C1") if message.only_for is None]


class TestCommands:
    async def test_a_command_that_is_played_back_to_both_replicas_is_done_once(
        self, slack: LoopbackSlack, store: Store
    ) -> None:
        counting = Counting()
        async with serve_twice(counting, slack, store) as urls:
            await slack.command("digest now", user="U1", channel="C1")
            again = await slack.repeat(to=[*urls, *urls])
        assert counting.done == ["digest now"]
        assert [seen.problem for seen in again] == [""] * 4

    async def test_the_same_command_typed_twice_is_done_twice(
        self, slack: LoopbackSlack, store: Store
    ) -> None:
        counting = Counting()
        async with serve_twice(counting, slack, store):
            for _ in range(2):
                await slack.command("digest now", user="U1", channel="C1")
        assert counting.done == ["digest now"] * 2

    async def test_what_comes_again_while_the_first_still_runs_is_acknowledged(
        self, slack: LoopbackSlack, store: Store
    ) -> None:
        counting = Counting()
        counting.may_go_on.clear()
        async with serve_twice(counting, slack, store):
            await slack.command("digest now", user="U1", channel="C1")
            (again,) = await slack.repeat()
            counting.may_go_on.set()
        assert counting.done == ["digest now"]
        assert again.ack is not None
        assert (again.ack.status, again.ack.body) == (200, {})

    async def test_a_shared_answer_that_is_played_back_is_posted_once(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk
    ) -> None:
        async with serve_twice(bot, slack, store) as urls:
            await slack.command("share fine-tuning", user="U1", channel="C1")
            await slack.repeat(to=urls)
        assert len(shared(slack)) == 1

    async def test_a_private_question_from_memory_touches_no_database(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk
    ) -> None:
        async with serve_twice(bot, slack, store):
            for words in ("fine-tuning", "", "sections", "shared memory", "share"):
                message = (await slack.command(words, user="U1", channel="C1")).message
            found = (await slack.command("fine-tuning", user="U1", channel="C1")).message
            slack.patience_s = LAST_RESORT_S
            await slack.click(found, "More", user="U1")
            assert message
        assert rows(store) == 0


class TestClicks:
    @pytest.fixture(autouse=True)
    def clock(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> FakeClock:
        """It stands still: a busy machine may take longer for two clicks than people do."""
        clock = FakeClock(store.now())
        monkeypatch.setattr(store.database, "_clock", clock)
        return clock

    async def test_two_clicks_in_a_row_on_share_are_one(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk
    ) -> None:
        async with serve_twice(bot, slack, store):
            found = (await slack.command("fine-tuning", user="U1", channel="C1")).message
            await slack.click(found, "Share", user="U1")
            await slack.click(found, "Share", user="U1")
        assert len(shared(slack)) == 1

    async def test_two_clicks_at_the_very_same_moment_are_one(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk
    ) -> None:
        async with serve_twice(bot, slack, store):
            found = (await slack.command("fine-tuning", user="U1", channel="C1")).message
            await asyncio.gather(*(slack.click(found, "Share", user="U1") for _ in range(4)))
        assert len(shared(slack)) == 1

    async def test_a_click_after_a_while_counts_again(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk, clock: FakeClock
    ) -> None:
        async with serve_twice(bot, slack, store):
            found = (await slack.command("fine-tuning", user="U1", channel="C1")).message
            await slack.click(found, "Share", user="U1")
            clock.advance(seconds=DOUBLE_CLICK_S)
            await slack.click(found, "Share", user="U1")
        assert len(shared(slack)) == 2

    async def test_clicks_of_two_people_are_two(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk
    ) -> None:
        async with serve_twice(bot, slack, store):
            for user in ("U1", "U2"):
                found = (await slack.command("fine-tuning", user=user, channel="C1")).message
                await slack.click(found, "Share", user=user)
        assert len(shared(slack)) == 2

    async def test_a_click_that_is_played_back_to_both_replicas_acts_once(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk
    ) -> None:
        async with serve_twice(bot, slack, store) as urls:
            found = (await slack.command("fine-tuning", user="U1", channel="C1")).message
            await slack.click(found, "Share", user="U1")
            await slack.repeat(to=urls)
        assert len(shared(slack)) == 1


class TestShortcuts:
    async def test_one_that_waits_and_is_played_back_is_done_once(
        self, slack: LoopbackSlack, store: Store
    ) -> None:
        counting = Counting()
        message = await slack.say("read https://example.org", user="U2", channel="C1")
        async with serve_twice(counting, slack, store) as urls:
            await slack.shortcut("on_list", user="U1", message=message)
            await slack.repeat(to=urls)
        assert len(counting.done) == 1

    async def test_one_from_memory_touches_no_database(
        self, slack: LoopbackSlack, store: Store, bot: FrontDesk
    ) -> None:
        message = await slack.say("how does fine-tuning work?", user="U2", channel="C1")
        async with serve_twice(bot, slack, store):
            slack.patience_s = LAST_RESORT_S
            seen = await slack.shortcut("find_reading", user="U1", message=message)
            assert seen.view
        assert rows(store) == 0


class TestForms:
    async def test_one_that_is_played_back_to_both_replicas_is_taken_once(
        self, slack: LoopbackSlack, store: Store
    ) -> None:
        asking = Asking()
        typed = {"note": {"readbot-field": {"type": "plain_text_input", "value": "good"}}}
        async with serve_twice(asking, slack, store) as urls:
            await slack.command("suggest", user="U1", channel="C1")
            await until(lambda: bool(slack.team().stack("U1")))
            await slack.submit(slack.team().stack("U1")[-1], typed, user="U1")
            await slack.repeat(to=urls)
        assert asking.done == ["suggest"]


class TestEvents:
    """Events by a Bolt app with nothing in it but the middleware."""

    @pytest.fixture
    async def slack(self) -> AsyncIterator[LoopbackSlack]:
        async with make_slack(workspaces=[make_workspace(1)], capture=Capture("slack", None)) as slack:
            slack.retry_delays_s = (0, 0)
            slack.patience_s = 0.05
            slack.team().scopes = ("commands", "app_mentions:read")
            yield slack

    @pytest.fixture
    async def app(self, slack: LoopbackSlack, store: Store) -> AsyncIterator[AsyncApp]:
        app = make_bolt(slack)
        app.use(ActOnce(store, Service(Counting())))
        async with serve_bolt(app) as url:
            slack.deliver_to(url)
            yield app

    async def test_an_event_that_comes_again_is_heard_once(self, slack: LoopbackSlack, app: AsyncApp) -> None:
        heard = []

        @app.event("app_mention")
        async def hear(body: dict[str, Any]) -> None:
            heard.append(body["event_id"])

        await slack.tell("@readbot x", user="U1", channel="C2")
        await slack.repeat()
        await slack.tell("@readbot x", user="U1", channel="C2")
        assert len(heard) == len(set(heard)) == 2

    async def test_an_event_is_heard_once_where_slack_waits_too_short_for_it(
        self, slack: LoopbackSlack, app: AsyncApp
    ) -> None:
        heard, has_begun, may_end = [], asyncio.Event(), asyncio.Event()

        @app.event("app_mention")
        async def hear(body: dict[str, Any]) -> None:
            heard.append(body["event_id"])
            has_begun.set()
            await may_end.wait()

        first = asyncio.create_task(slack.tell("@readbot x", user="U1", channel="C2"))
        await has_begun.wait()
        (again,) = await slack.repeat()
        may_end.set()
        await first
        assert len(heard) == 1
        assert again.ack is not None
        assert again.ack.status == 200

    async def test_without_a_database_it_is_rather_heard_twice_than_never(
        self, slack: LoopbackSlack, app: AsyncApp, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard = []

        def fail(_key: str, _for_s: float) -> bool:
            raise OSError("disk")

        monkeypatch.setattr(store.taken, "take", fail)

        @app.event("app_mention")
        async def hear(body: dict[str, Any]) -> None:
            heard.append(body["event_id"])

        await slack.tell("@readbot x", user="U1", channel="C2")
        assert len(heard) == 1
