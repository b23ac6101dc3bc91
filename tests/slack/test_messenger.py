"""What a post becomes for every kind of answer, from Slack or from whatever stands before it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from readbot.conversation.reply import Paragraph, Picture, Reply, text
from readbot.conversation.request import Reader
from readbot.digests.model import Channel
from readbot.digests.outcomes import Access, CannotLook, LookUp, NoAnswer, NotFound, Refusal, Refused, Sent
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import LoopbackSlack
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_slack import SlackPlatform
from readbot_slack.authorize import Installation
from readbot_slack.messenger import SlackMessenger, open_messenger

CHANNEL = Channel(platform="slack", workspace_id="T1", channel_id="C2")
REPLY = Reply(parts=(Paragraph(text=text("Hello")),), public=True)
WITH_PICTURE = Reply(parts=(*REPLY.parts, Picture(url="https://example.org/a.png", alt="A")), public=True)
NOW = datetime.now(UTC)

JSON = "application/json"
HTML = "text/html"


class Answering:
    """A server that gives one answer to every call."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._make: Callable[[], web.Response] = web.Response

    def say(self, status: int, kind: str, body: str, headers: Mapping[str, str] | None = None) -> None:
        # Made anew for every call: aiohttp sends a response once.
        self._make = lambda: web.Response(status=status, content_type=kind, text=body, headers=headers)

    def say_error(self, code: str) -> None:
        self.say(200, JSON, json.dumps({"ok": False, "error": code}))

    async def answer(self, request: web.Request) -> web.Response:
        self.calls.append(await request.text())
        return self._make()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Answering, str]]:
    answering = Answering()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", answering.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield answering, f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    await runner.cleanup()


@pytest.fixture
def answering(server: tuple[Answering, str]) -> Answering:
    return server[0]


@pytest.fixture
async def messenger(server: tuple[Answering, str]) -> AsyncIterator[SlackMessenger]:
    """A messenger that talks to ``answering``."""
    async with open_messenger(AnyWorkspace(), server[1]) as messenger:
        yield messenger


@pytest.fixture
async def loopback(slack: LoopbackSlack, store: Store) -> AsyncIterator[SlackMessenger]:
    """A messenger that talks to the loopback Slack."""
    settings = Settings(slack_bot_token=Secret(slack.team().bot_token), slack_api_url=slack.api_url)
    opened = SlackPlatform().open_messenger(settings, store)
    assert opened is not None
    async with opened as messenger:
        assert isinstance(messenger, SlackMessenger)
        yield messenger


class AnyWorkspace:
    """One token for every workspace but T9, where readbot is not installed."""

    async def find_installation(
        self, *, enterprise_id: str | None, team_id: str | None
    ) -> Installation | None:
        return None if team_id == "T9" else Installation(bot_token=Secret("xoxb-1"))


class TestPosting:
    @pytest.mark.parametrize(
        "code",
        [
            "not_in_channel",
            "channel_not_found",
            "is_archived",
            "restricted_action",
            "missing_scope",
            "invalid_auth",
            "account_inactive",
            "token_revoked",
            "team_access_not_granted",
        ],
    )
    async def test_a_closed_door_says_how_to_open_it(
        self, messenger: SlackMessenger, answering: Answering, code: str
    ) -> None:
        answering.say_error(code)
        outcome = await messenger.post(CHANNEL, REPLY, "d1")
        assert isinstance(outcome, Refused)
        assert (outcome.refusal, outcome.reason) == (Refusal.UNREACHABLE, code)
        assert outcome.obstacle.endswith(".")

    @pytest.mark.parametrize("code", ["msg_too_long", "no_text", "metadata_too_large", "a_new_word"])
    async def test_a_message_that_slack_does_not_take_is_rejected(
        self, messenger: SlackMessenger, answering: Answering, code: str
    ) -> None:
        answering.say_error(code)
        assert await messenger.post(CHANNEL, REPLY, "d1") == Refused(refusal=Refusal.REJECTED, reason=code)

    @pytest.mark.parametrize("code", ["fatal_error", "internal_error", "service_unavailable"])
    async def test_an_error_after_which_slack_may_have_the_message_is_no_answer(
        self, messenger: SlackMessenger, answering: Answering, code: str
    ) -> None:
        answering.say_error(code)
        assert await messenger.post(CHANNEL, REPLY, "d1") == NoAnswer(reason=code)

    @pytest.mark.parametrize(
        ("status", "kind", "body"),
        [
            (500, "text/plain", "upstream connect error"),
            (502, HTML, "<html>Bad gateway</html>"),
            (503, JSON, '{"ok": false, "error": "ratelimited"}'),
            (504, JSON, "<html>"),
            (200, "text/plain", "all is well"),
            (200, HTML, "<html>Log in to the hotel's network</html>"),
            (200, JSON, "[1]"),
            (200, JSON, "{"),
            (200, JSON, ""),
            (408, HTML, ""),
        ],
    )
    async def test_whatever_else_comes_is_no_answer(
        self, messenger: SlackMessenger, answering: Answering, status: int, kind: str, body: str
    ) -> None:
        answering.say(status, kind, body)
        assert isinstance(await messenger.post(CHANNEL, REPLY, "d1"), NoAnswer)
        assert len(answering.calls) == 1

    @pytest.mark.parametrize(
        ("retry_after", "seconds"),
        [("30", 30.0), ("0.5", 0.5), ("-1", 0.0), ("soon", None), ("nan", None), ("1e9", 86_400.0)],
    )
    async def test_a_rate_limit_is_for_the_workspace_and_as_long_as_slack_says(
        self, messenger: SlackMessenger, answering: Answering, retry_after: str, seconds: float | None
    ) -> None:
        answering.say(429, JSON, '{"ok": false, "error": "ratelimited"}', {"Retry-After": retry_after})
        outcome = await messenger.post(CHANNEL, REPLY, "d1")
        assert outcome == Refused(
            refusal=Refusal.LATER,
            reason="ratelimited",
            retry_after_s=seconds,
            for_all=seconds is not None,
        )

    @pytest.mark.parametrize(("status", "kind"), [(403, HTML), (407, "text/plain"), (429, HTML)])
    async def test_a_proxy_that_lets_nothing_through_means_later(
        self, messenger: SlackMessenger, answering: Answering, status: int, kind: str
    ) -> None:
        answering.say(status, kind, "no")
        outcome = await messenger.post(CHANNEL, REPLY, "d1")
        assert outcome == Refused(refusal=Refusal.LATER, reason=f"status {status}")

    async def test_where_nothing_listens_nothing_was_sent(self, unused_tcp_port: int) -> None:
        async with open_messenger(AnyWorkspace(), f"http://127.0.0.1:{unused_tcp_port}/api/") as messenger:
            outcome = await messenger.post(CHANNEL, REPLY, "d1")
        assert outcome == Refused(refusal=Refusal.LATER, reason="ClientConnectorError")

    async def test_where_readbot_is_not_installed_nothing_is_sent(
        self, messenger: SlackMessenger, answering: Answering
    ) -> None:
        elsewhere = Channel(platform="slack", workspace_id="T9", channel_id="C1")
        outcome = await messenger.post(elsewhere, REPLY, "d1")
        assert isinstance(outcome, Refused)
        assert outcome.refusal is Refusal.UNREACHABLE
        assert answering.calls == []

    async def test_refused_blocks_are_sent_once_more_only_where_a_picture_may_be_why(
        self, messenger: SlackMessenger, answering: Answering
    ) -> None:
        answering.say_error("invalid_blocks")
        rejected = Refused(refusal=Refusal.REJECTED, reason="invalid_blocks")
        assert await messenger.post(CHANNEL, REPLY, "d1") == rejected
        assert len(answering.calls) == 1
        assert await messenger.post(CHANNEL, WITH_PICTURE, "d1") == rejected
        assert len(answering.calls) == 3
        assert '"image"' not in answering.calls[2]
        assert '"id": "d1"' in answering.calls[2]

    async def test_a_caller_that_gives_up_is_heard_at_once(
        self, loopback: SlackMessenger, slack: LoopbackSlack
    ) -> None:
        slack.faults.script("chat.postMessage", Fault(kind=FaultKind.HANG, seconds=5))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await loopback.post(CHANNEL, REPLY, "d1")


class TestFinding:
    async def find(self, messenger: SlackMessenger, delivery_id: str, *, since_s: float = -60) -> LookUp:
        now = datetime.now(UTC)
        since, until = now + timedelta(seconds=since_s), now + timedelta(seconds=60)
        return await messenger.find(CHANNEL, delivery_id, since, until)

    async def test_a_post_is_found_by_its_id_alone(self, loopback: SlackMessenger) -> None:
        sent = await loopback.post(CHANNEL, REPLY, "d1")
        await loopback.post(CHANNEL, REPLY, "d2")
        assert isinstance(sent, Sent)
        assert await self.find(loopback, "d1") == sent
        assert await self.find(loopback, "d3") == NotFound()

    async def test_what_is_older_than_the_time_asked_for_is_not_found(self, loopback: SlackMessenger) -> None:
        await loopback.post(CHANNEL, REPLY, "d1")
        assert await self.find(loopback, "d1", since_s=30) == NotFound()

    async def test_other_apps_metadata_counts_for_nothing(
        self, messenger: SlackMessenger, answering: Answering
    ) -> None:
        metadata = [
            {"event_type": "other", "event_payload": {"id": "d1"}},
            {"event_type": "readbot_digest"},
            None,
        ]
        messages = [{"ts": "1.0", "metadata": each} for each in metadata]
        answering.say(200, JSON, json.dumps({"ok": True, "messages": messages}))
        assert await messenger.find(CHANNEL, "d1", NOW, NOW) == NotFound()

    @pytest.mark.parametrize("code", ["missing_scope", "not_in_channel", "channel_not_found"])
    async def test_a_history_that_cannot_be_read_is_said_so(
        self, messenger: SlackMessenger, answering: Answering, code: str
    ) -> None:
        answering.say_error(code)
        assert await messenger.find(CHANNEL, "d1", NOW, NOW) == CannotLook(reason=code)

    @pytest.mark.parametrize("status", [429, 500])
    async def test_a_failed_look_is_no_answer(
        self, messenger: SlackMessenger, answering: Answering, status: int
    ) -> None:
        answering.say(status, HTML, "")
        assert await messenger.find(CHANNEL, "d1", NOW, NOW) == NoAnswer(reason=f"status {status}")


class TestAsking:
    async def test_what_cannot_be_checked_counts_as_open(
        self, messenger: SlackMessenger, answering: Answering
    ) -> None:
        answering.say_error("missing_scope")
        assert await messenger.check(CHANNEL) == Access()
        answering.say(500, HTML, "")
        assert await messenger.check(CHANNEL) == Access()

    @pytest.mark.parametrize(
        ("channel", "is_open"), [("C1", False), ("C2", True), ("C3", False), ("G1", True), ("G2", False)]
    )
    async def test_a_channel_is_open_where_readbot_is_a_member(
        self, loopback: SlackMessenger, channel: str, is_open: bool
    ) -> None:
        where = Channel(platform="slack", workspace_id="T1", channel_id=channel)
        assert (await loopback.check(where)).is_open is is_open

    async def test_slack_tells_name_zone_and_whether_somebody_is_an_admin(
        self, loopback: SlackMessenger
    ) -> None:
        assert await loopback.describe_reader(CHANNEL, Reader(id="U1")) == Reader(
            id="U1", name="ada", timezone="Europe/Berlin", is_manager=True
        )
        assert (await loopback.describe_reader(CHANNEL, Reader(id="U2"))).is_manager is False

    async def test_somebody_whom_slack_does_not_know_stays_as_they_were(
        self, loopback: SlackMessenger
    ) -> None:
        stranger = Reader(id="U404", name="Eve", timezone="Asia/Tokyo")
        assert await loopback.describe_reader(CHANNEL, stranger) == stranger

    async def test_it_tells_a_person_in_direct_messages_and_names_the_channel(
        self, loopback: SlackMessenger, slack: LoopbackSlack
    ) -> None:
        assert isinstance(await loopback.tell(CHANNEL, "U2", REPLY), Sent)
        (told,) = slack.visible("U2", slack.team().direct_channel("U2").id)
        assert told.words == "Hello\nIn <#C2>"
