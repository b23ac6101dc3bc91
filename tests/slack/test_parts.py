"""Settings, tokens, the policy for errors and the logs: the parts around the listeners."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from readbot.conversation.form import Lookup
from readbot.conversation.reply import Paragraph, Reply, text
from readbot.conversation.request import Request, Workspace
from readbot.exceptions import QueryError, SettingsError
from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack
from readbot.ports import Conversation, Manner
from readbot.search.results import Completion
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_slack import SlackPlatform
from readbot_slack.authorize import CACHE_S, CachedAuthorize, Installation
from readbot_slack.logs import make_sdk_logger
from readbot_slack.requests import from_action, from_command
from readbot_slack.service import Answer, Service
from tests.slack.conftest import ServeHttp


class Failing:
    """A conversation that raises instead of answering."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def manner(self, text: str) -> Manner:
        return Manner.MEMORY

    async def answer(self, request: Request) -> Reply:
        raise self.error

    def complete(
        self, text: str, *, what: Lookup = Lookup.QUERY, limit: int, workspace: Workspace
    ) -> list[Completion]:
        raise self.error


class Saying:
    """A conversation that answers one thing to everything."""

    def __init__(self, words: str, *, public: bool = False) -> None:
        self.reply = Reply(parts=(Paragraph(text=text(words)),), public=public)
        self.heard: list[Request] = []

    def manner(self, text: str) -> Manner:
        return Manner.MEMORY

    async def answer(self, request: Request) -> Reply:
        self.heard.append(request)
        return self.reply

    def complete(
        self, text: str, *, what: Lookup = Lookup.QUERY, limit: int, workspace: Workspace
    ) -> list[Completion]:
        return []


class TestSettings:
    @pytest.fixture
    def connect(self, store: Store) -> Callable[..., object]:
        def connect(**settings: str) -> object:
            tokens = {f"slack_{name}": Secret(value) for name, value in settings.items()}
            return SlackPlatform().connect(Saying("x"), Settings(**tokens), store)  # type: ignore[arg-type]

        return connect

    def test_without_any_of_its_settings_slack_is_left_alone(self, connect: Callable[..., object]) -> None:
        assert connect() is None

    def test_a_signing_secret_means_http(self, connect: Callable[..., object]) -> None:
        connection = connect(bot_token="xoxb-1", signing_secret="s")
        assert type(connection).__name__ == "HttpConnection"

    def test_an_app_token_means_socket_mode_even_beside_a_signing_secret(
        self, connect: Callable[..., object]
    ) -> None:
        connection = connect(bot_token="xoxb-1", app_token="xapp-1", signing_secret="s")
        assert type(connection).__name__ == "SocketConnection"

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"app_token": "xapp-1"}, "SLACK_BOT_TOKEN: is missing"),
            ({"signing_secret": "s"}, "SLACK_BOT_TOKEN: is missing"),
            ({"bot_token": "xoxb-1"}, "SLACK_APP_TOKEN: set it for Socket Mode"),
            ({"bot_token": "xapp-1", "app_token": "xapp-1"}, "that is an app token"),
            ({"bot_token": "xoxb-1", "app_token": "xoxb-1"}, "an app token starts with xapp-"),
        ],
    )
    def test_what_is_missing_or_mixed_up_is_said(
        self, connect: Callable[..., object], settings: dict[str, str], sentence: str
    ) -> None:
        with pytest.raises(SettingsError, match=sentence):
            connect(**settings)

    def test_no_complaint_shows_a_token(self, connect: Callable[..., object]) -> None:
        with pytest.raises(SettingsError) as caught:
            connect(bot_token="xapp-secret", app_token="xoxb-secret")
        assert "secret" not in str(caught.value)


class TestErrors:
    async def test_a_bug_is_answered_with_an_id_that_the_log_knows(
        self, serve_http: ServeHttp, slack: LoopbackSlack, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with serve_http(Failing(ZeroDivisionError("zanzibar"))):
            seen = await slack.command("fine-tuning", user="U1", channel="C1")
        assert "Something went wrong on my side" in seen.message.words
        assert seen.message.only_for == "U1"
        assert "zanzibar" not in seen.message.words
        (record,) = (record for record in caplog.records if record.exc_info)
        error_id = record.getMessage().removeprefix("error ")
        assert f"`{error_id}`" in seen.message.words

    async def test_an_error_written_for_people_is_shown_as_it_is(
        self, serve_http: ServeHttp, slack: LoopbackSlack, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with serve_http(Failing(QueryError("Type a word to search."))):
            seen = await slack.command("?!", user="U1", channel="C1")
        assert seen.message.words == "Type a word to search."
        assert not [record for record in caplog.records if record.exc_info]

    async def test_the_app_answers_on_after_a_bug(self, serve_http: ServeHttp, slack: LoopbackSlack) -> None:
        failing = Failing(ZeroDivisionError())
        async with serve_http(failing):
            await slack.command("a", user="U1", channel="C1")
            failing.error = QueryError("still here")
            seen = await slack.command("b", user="U1", channel="C1")
        assert seen.message.words == "still here"


class TestService:
    async def test_a_public_reply_to_a_command_is_for_the_channel(
        self, serve_http: ServeHttp, slack: LoopbackSlack
    ) -> None:
        async with serve_http(Saying("for all", public=True)):
            seen = await slack.command("share x", user="U1", channel="C1")
        assert seen.message.only_for is None

    async def test_the_core_hears_what_was_typed_and_who_asks(
        self, serve_http: ServeHttp, slack: LoopbackSlack
    ) -> None:
        saying = Saying("x")
        async with serve_http(saying):
            await slack.command("R&D <now>", user="U2", channel="C2")
        (request,) = saying.heard
        assert (request.text, request.platform) == ("R&D <now>", "slack")
        assert (request.workspace_id, request.channel_id) == ("T1", "C2")
        assert (request.reader.id, request.reader.name) == ("U2", "grace")

    async def test_stopping_waits_for_answers_that_are_under_way(self) -> None:
        service, may_end, done = Service(Saying("x")), asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            await may_end.wait()
            done.set()

        await service.start(slow())
        assert not done.is_set()
        may_end.set()
        await service.drain()
        assert done.is_set()

    async def test_what_comes_while_stopping_is_seen_through(self) -> None:
        service, done = Service(Saying("x")), asyncio.Event()

        async def late() -> None:
            done.set()

        await service.drain()
        await service.start(late())
        assert done.is_set()

    def test_a_click_of_an_organisation_wide_app_names_the_persons_workspace(self) -> None:
        payload = {"team": None, "user": {"id": "U1", "team_id": "T9"}, "channel": {"id": "C1"}}
        assert from_action(payload, {"value": "help"}).workspace_id == "T9"

    @pytest.mark.parametrize(
        ("channel", "is_private"), [("D1", True), ("C1", False), ("G1", False), ("", False)]
    )
    def test_a_direct_message_is_known_by_its_channel(self, channel: str, is_private: bool) -> None:
        assert from_command({"channel_id": channel}).is_private is is_private
        assert from_action({"channel": {"id": channel}}, {"value": "help"}).is_private is is_private

    def test_a_command_with_no_text_at_all_asks_for_the_menu(self) -> None:
        assert from_command({"team_id": "T1"}).text == ""


async def answered(service: Service, request: Request) -> Answer:
    """Return the message that answers a request, which asks for no form."""
    answer = await service.answer(request)
    assert isinstance(answer, Answer)
    return answer


class TestKeptAnswers:
    """A message is rendered once for as long as the core gives the very same reply."""

    def request(self, words: str, *, user: str = "U1") -> Request:
        return from_command({"text": words, "team_id": "T1", "channel_id": "C1", "user_id": user})

    async def test_a_question_asked_again_is_not_rendered_again(self, bot: Conversation) -> None:
        service = Service(bot)
        first = await answered(service, self.request("fine-tuning"))
        assert await answered(service, self.request("fine-tuning", user="U2")) is first

    async def test_another_page_is_another_message(self, bot: Conversation) -> None:
        service = Service(bot)
        first = await answered(service, self.request("search fine-tuning"))
        assert (await answered(service, self.request("search fine-tuning page:2"))).message != first.message

    async def test_a_new_reply_to_the_same_words_is_rendered_anew(self) -> None:
        saying = Saying("one")
        service = Service(saying)
        await answered(service, self.request("x"))
        saying.reply = Saying("two").reply
        assert (await answered(service, self.request("x"))).message["text"] == "two"

    async def test_nobody_is_named_for_what_another_shares(self, bot: Conversation) -> None:
        service = Service(bot)
        for user in ("U1", "U2"):
            answer = await answered(service, self.request("share fine-tuning", user=user))
            assert f"Shared by <@{user}>" in answer.ack

    async def test_any_number_of_questions_is_answered(self, bot: Conversation) -> None:
        service = Service(bot)
        for number in range(1200):
            assert await answered(service, self.request(f"section ~{number}"))


class Counting:
    """Installations that count how often they are asked."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    async def find_installation(
        self, *, enterprise_id: str | None, team_id: str | None
    ) -> Installation | None:
        self.asked.append(team_id)
        return None if team_id == "T404" else Installation(bot_token=Secret(f"xoxb-{team_id}"))


class TestAuthorize:
    def make(self) -> tuple[Counting, CachedAuthorize]:
        self.now = 0.0
        counting = Counting()
        return counting, CachedAuthorize(counting, clock=lambda: self.now)

    async def ask(self, authorize: CachedAuthorize, team_id: str) -> str | None:
        result = await authorize(
            context=AsyncBoltContext(), enterprise_id=None, team_id=team_id, user_id="U1"
        )
        return result.bot_token if result else None

    async def test_each_workspace_gets_its_own_token(self) -> None:
        _, authorize = self.make()
        assert [await self.ask(authorize, team) for team in ("T1", "T2")] == ["xoxb-T1", "xoxb-T2"]

    async def test_a_token_is_believed_for_a_minute(self) -> None:
        counting, authorize = self.make()
        await self.ask(authorize, "T1")
        self.now = CACHE_S - 1
        await self.ask(authorize, "T1")
        assert counting.asked == ["T1"]
        self.now = CACHE_S
        await self.ask(authorize, "T1")
        assert counting.asked == ["T1", "T1"]

    async def test_an_uninstalled_workspace_is_forgotten_at_once(self) -> None:
        counting, authorize = self.make()
        await self.ask(authorize, "T1")
        authorize.forget("T1")
        await self.ask(authorize, "T1")
        assert counting.asked == ["T1", "T1"]

    async def test_a_workspace_without_the_app_has_no_token_and_is_asked_for_again(self) -> None:
        counting, authorize = self.make()
        assert await self.ask(authorize, "T404") is None
        assert await self.ask(authorize, "T404") is None
        assert counting.asked == ["T404", "T404"]

    async def test_slack_is_asked_about_the_token_once_not_per_request(self, app: LoopbackSlack) -> None:
        for _ in range(3):
            await app.command("fine-tuning", user="U1", channel="C1")
        assert len(app.calls_of("auth.test")) == 1


class TestLogs:
    @pytest.mark.parametrize(
        "token", ["xoxb-1-abc", "xapp-1-A2-def", "xoxp-99-x", "xoxe.xoxb-1-abc", "xoxe-1-x"]
    )
    def test_a_token_is_cut_to_its_kind(self, caplog: pytest.LogCaptureFixture, token: str) -> None:
        caplog.set_level(logging.INFO)
        make_sdk_logger().info("answered with %s", {"access_token": token})
        assert token not in caplog.text
        assert token.split("-", 1)[0] in caplog.text

    def test_other_words_stay(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        make_sdk_logger().info("a box-office hit: %d", 7)
        assert caplog.messages == ["a box-office hit: 7"]

    async def test_no_token_is_logged_when_everything_else_is(
        self, serve_http: ServeHttp, slack: LoopbackSlack, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        async with serve_http(Saying("x")):
            seen = await slack.command("zanzibar", user="U1", channel="C1")
            assert seen.message
        assert slack.team().bot_token not in caplog.text
        assert SIGNING_SECRET not in caplog.text
        assert "zanzibar" not in caplog.text
