"""The loopback Slack lets people install an app as Slack does, towards Slack's own SDK."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import (
    CLIENT_ID,
    CLIENT_SECRET,
    Ack,
    AuthorizeError,
    Enterprise,
    LoopbackSlack,
    Registration,
    Retry,
    make_organisation,
    make_workspace,
)
from tests.slack.patient import make_slack

REDIRECT = "http://127.0.0.1:3000/slack/oauth_redirect"
SCOPES = ["commands", "chat:write", "channels:history"]

Json = dict[str, Any]


class Hearing:
    """A way to an app that hears everything and says nothing."""

    def __init__(self) -> None:
        self.heard: list[Json] = []

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
        self.heard.append(payload)
        return Ack(status=200, body={})


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hearing() -> Hearing:
    return Hearing()


@pytest.fixture
async def slack(clock: Clock, hearing: Hearing) -> AsyncIterator[LoopbackSlack]:
    """A workspace with the app, one without, and an organisation without."""
    organisation = Enterprise(id="E1", name="Organisation 1")
    teams = [
        make_workspace(1),
        make_workspace(2, is_installed=False),
        *(make_workspace(number, is_installed=False, enterprise=organisation) for number in (3, 4)),
    ]
    app = Registration(
        redirect_urls=[REDIRECT], optional_scopes=frozenset({"channels:history"}), allows_organisations=True
    )
    async with make_slack(workspaces=teams, app=app, capture=Capture("slack", None), clock=clock) as slack:
        slack.delivery = hearing
        yield slack


def make_client(slack: LoopbackSlack, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[], timeout=60)


def address(slack: LoopbackSlack, **changes: str) -> str:
    """Return the authorize address as Slack's SDK writes it."""
    generator = AuthorizeUrlGenerator(
        client_id=CLIENT_ID, scopes=SCOPES, redirect_uri=REDIRECT, authorization_url=slack.authorize_url
    )
    made = urlsplit(generator.generate("state-1"))
    query = {key: values[0] for key, values in parse_qs(made.query).items()} | changes
    return made._replace(query=urlencode(query)).geturl()


def query_of(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


async def exchange(slack: LoopbackSlack, code: str, **changes: str) -> Json:
    arguments = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "code": code,
        "redirect_uri": REDIRECT,
        **changes,
    }
    answer = await make_client(slack).oauth_v2_access(**arguments)
    assert isinstance(answer.data, dict)
    return answer.data


async def install(slack: LoopbackSlack, team: str = "T2", **options: Any) -> Json:
    return await exchange(slack, query_of(slack.oauth.approve(address(slack), team=team, **options))["code"])


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


class TestAsking:
    async def test_whoever_allows_it_is_sent_back_with_a_code_and_the_state(
        self, slack: LoopbackSlack
    ) -> None:
        url = slack.oauth.approve(address(slack), team="T2")
        assert url.startswith(f"{REDIRECT}?code=")
        assert query_of(url)["state"] == "state-1"

    async def test_whoever_cancels_is_sent_back_with_a_refusal(self, slack: LoopbackSlack) -> None:
        assert query_of(slack.oauth.cancel(address(slack))) == {
            "error": "access_denied",
            "state": "state-1",
        }

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"client_id": "1.2"}, "client_id"),
            ({"redirect_uri": "https://evil.example/slack/oauth_redirect"}, "redirect_uri did not match"),
            ({"redirect_uri": f"{REDIRECT}er"}, "redirect_uri did not match"),
            ({"scope": ""}, "No scopes"),
        ],
    )
    async def test_an_address_that_is_wrong_is_shown_as_an_error_and_sends_nobody_anywhere(
        self, slack: LoopbackSlack, changes: dict[str, str], complaint: str
    ) -> None:
        with pytest.raises(AuthorizeError, match=complaint):
            slack.oauth.approve(address(slack, **changes), team="T2")
        async with aiohttp.ClientSession() as session, session.get(address(slack, **changes)) as page:
            assert complaint in await page.text()

    async def test_a_browser_sees_the_scopes_and_chooses_among_the_workspaces(
        self, slack: LoopbackSlack
    ) -> None:
        async with aiohttp.ClientSession() as session:
            async with session.get(address(slack, team="T2")) as response:
                page = await response.text()
            assert re.findall(r'value="(T\d|E1)"', page) == ["T1", "T2", "T3", "T4", "E1"]
            assert '<option value="T2" selected>' in page
            assert "commands, chat:write" in page
            form = {"answer": "approve", "team": "T2"}
            async with session.post(address(slack), data=form, allow_redirects=False) as response:
                sent_to = response.headers["Location"]
        answer = await exchange(slack, query_of(sent_to)["code"])
        assert answer["scope"] == "commands,chat:write", "the optional scope was left unticked"

    async def test_a_browser_that_cancels_is_sent_back(self, slack: LoopbackSlack) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.post(address(slack), data={"answer": "cancel"}, allow_redirects=False) as response,
        ):
            assert query_of(response.headers["Location"])["error"] == "access_denied"


class TestExchange:
    async def test_a_code_becomes_a_token_of_its_workspace(self, slack: LoopbackSlack) -> None:
        answer = await install(slack)
        token = answer.pop("access_token")
        assert answer == {
            "ok": True,
            "app_id": "A1",
            "authed_user": {"id": "U1"},
            "scope": "commands,chat:write,channels:history",
            "token_type": "bot",
            "bot_user_id": "UBOT",
            "team": {"id": "T2", "name": "Workspace 2"},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        assert (await make_client(slack, token).auth_test())["team_id"] == "T2"

    async def test_a_code_works_once(self, slack: LoopbackSlack) -> None:
        code = query_of(slack.oauth.approve(address(slack), team="T2"))["code"]
        await exchange(slack, code)
        assert await refusal(exchange(slack, code)) == "invalid_code"

    async def test_a_code_ends_after_ten_minutes(self, slack: LoopbackSlack, clock: Clock) -> None:
        code = query_of(slack.oauth.approve(address(slack), team="T2"))["code"]
        clock.now += 10 * 60 + 1
        assert await refusal(exchange(slack, code)) == "invalid_code"

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"client_id": "1.2"}, "invalid_client_id"),
            ({"client_secret": "wrong"}, "bad_client_secret"),
            ({"redirect_uri": f"{REDIRECT}/other"}, "bad_redirect_uri"),
            ({"code": "made-up"}, "invalid_code"),
            ({"grant_type": "password"}, "invalid_grant_type"),
        ],
    )
    async def test_what_does_not_fit_is_refused_by_name(
        self, slack: LoopbackSlack, changes: dict[str, str], error: str
    ) -> None:
        code = query_of(slack.oauth.approve(address(slack), team="T2"))["code"]
        assert await refusal(exchange(slack, changes.pop("code", code), **changes)) == error

    async def test_credentials_may_come_in_the_form_and_are_kept_nowhere(
        self, slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        captured: list[Any] = []
        monkeypatch.setattr(slack.capture, "add", captured.append)
        form = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uri": REDIRECT,
            "code": query_of(slack.oauth.approve(address(slack), team="T2"))["code"],
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{slack.api_url}oauth.v2.access", data=form) as response,
        ):
            assert (await response.json())["ok"]
        assert CLIENT_SECRET not in str(slack.calls)
        assert captured == []

    async def test_optional_scopes_can_be_left_out_and_others_cannot(self, slack: LoopbackSlack) -> None:
        answer = await install(slack, without=("channels:history",))
        assert answer["scope"] == "commands,chat:write"
        with pytest.raises(LookupError, match="chat:write"):
            await install(slack, without=("chat:write",))

    async def test_installing_again_adds_scopes_and_keeps_the_token(self, slack: LoopbackSlack) -> None:
        first = await install(slack, without=("channels:history",))
        again = await install(slack)
        assert again["access_token"] == first["access_token"]
        assert "channels:history" in again["scope"]

    async def test_every_answer_says_which_scopes_the_token_has(self, slack: LoopbackSlack) -> None:
        answer = await make_client(slack, slack.team("T1").bot_token).auth_test()
        assert "chat:write" in answer.headers["X-OAuth-Scopes"].split(",")

    async def test_a_user_scope_brings_a_users_token(self, slack: LoopbackSlack) -> None:
        wish = address(slack, user_scope="users:read")
        answer = await exchange(slack, query_of(slack.oauth.approve(wish, team="T2"))["code"])
        assert answer["authed_user"]["scope"] == "users:read"
        assert answer["authed_user"]["access_token"].startswith("xoxp-")


class TestOrganisations:
    async def test_an_installation_for_all_of_it_has_no_team(self, slack: LoopbackSlack) -> None:
        answer = await install(slack, "E1")
        assert (answer["is_enterprise_install"], answer["team"]) == (True, None)
        assert answer["enterprise"] == {"id": "E1", "name": "Organisation 1"}

    async def test_its_token_works_in_every_member_and_in_no_other_workspace(
        self, slack: LoopbackSlack
    ) -> None:
        client = make_client(slack, (await install(slack, "E1"))["access_token"])
        for team in ("T3", "T4"):
            await client.chat_postMessage(channel=slack.team(team).direct_channel("U1").id, text=team)
        assert [message.text for message in slack.visible("U1", "D1-4", workspace="T4")] == ["T4"]
        assert await refusal(client.chat_postMessage(channel="C2", text="x")) == "channel_not_found"

    async def test_lists_need_to_be_told_the_workspace(self, slack: LoopbackSlack) -> None:
        teams = make_organisation(5, 6)
        for team in teams:
            slack.add(team)
        client = make_client(slack, teams[0].bot_token)
        assert await refusal(client.conversations_list()) == "missing_argument"
        listed = await client.conversations_list(team_id="T6")
        assert listed["channels"][0]["id"] == "C1-6"
        assert await refusal(client.conversations_list(team_id="T1")) == "team_access_not_granted"

    async def test_payloads_tell_the_organisation(self, slack: LoopbackSlack, hearing: Hearing) -> None:
        slack.add(make_organisation(5)[0])
        await slack.command(user="U1", channel="C2-5", workspace="T5")
        await slack.event({"type": "app_home_opened"}, user="U1", workspace="T5")
        command, event = hearing.heard
        assert (command["enterprise_id"], command["is_enterprise_install"]) == ("E1", "true")
        assert event["authorizations"][0]["enterprise_id"] == "E1"
        assert event["authorizations"][0]["is_enterprise_install"]


class TestRotation:
    @pytest.fixture(autouse=True)
    def rotating(self, slack: LoopbackSlack) -> None:
        slack.app.rotates_tokens = True

    async def refresh(self, slack: LoopbackSlack, refresh_token: str) -> Json:
        answer = await make_client(slack).oauth_v2_access(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            grant_type="refresh_token",
            refresh_token=refresh_token,
        )
        assert isinstance(answer.data, dict)
        return answer.data

    async def test_a_token_comes_with_its_end_and_with_what_renews_it(
        self, slack: LoopbackSlack, clock: Clock
    ) -> None:
        answer = await install(slack)
        assert answer["expires_in"] == 12 * 3600
        assert answer["access_token"].startswith("xoxe.xoxb-")
        assert answer["refresh_token"].startswith("xoxe-")
        clock.now += 12 * 3600
        assert await refusal(make_client(slack, answer["access_token"]).auth_test()) == "token_expired"

    async def test_a_refresh_brings_another_and_can_be_used_once(
        self, slack: LoopbackSlack, clock: Clock
    ) -> None:
        first = await install(slack)
        clock.now += 11 * 3600
        second = await self.refresh(slack, first["refresh_token"])
        assert second["team"]["id"] == "T2"
        for answer in (first, second):
            assert (await make_client(slack, answer["access_token"]).auth_test())["ok"]
        clock.now += 2 * 3600
        assert await refusal(make_client(slack, first["access_token"]).auth_test()) == "token_expired"
        assert (await make_client(slack, second["access_token"]).auth_test())["ok"]
        assert await refusal(self.refresh(slack, first["refresh_token"])) == "invalid_refresh_token"


class TestUninstalling:
    async def test_the_app_is_told_twice_and_its_token_opens_nothing_more(
        self, slack: LoopbackSlack, hearing: Hearing
    ) -> None:
        client = make_client(slack, slack.team("T1").bot_token)
        await slack.uninstall("T1")
        events = [payload["event"] for payload in hearing.heard]
        assert events == [
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}},
            {"type": "app_uninstalled"},
        ]
        assert {payload["team_id"] for payload in hearing.heard} == {"T1"}
        assert await refusal(client.auth_test()) == "account_inactive"

    async def test_there_is_nothing_to_type_or_click_afterwards(self, slack: LoopbackSlack) -> None:
        await slack.uninstall("T1")
        with pytest.raises(LookupError, match="not installed in T1"):
            await slack.command(user="U1", channel="C2")

    async def test_other_workspaces_keep_theirs(self, slack: LoopbackSlack) -> None:
        token = (await install(slack))["access_token"]
        await slack.uninstall("T1")
        assert (await make_client(slack, token).auth_test())["team_id"] == "T2"

    async def test_it_can_come_back_with_another_token(self, slack: LoopbackSlack) -> None:
        before = slack.team("T1").bot_token
        await slack.uninstall("T1")
        token = (await install(slack, "T1"))["access_token"]
        assert token != before
        assert (await make_client(slack, token).auth_test())["team_id"] == "T1"

    async def test_it_leaves_every_member_of_an_organisation(
        self, slack: LoopbackSlack, hearing: Hearing
    ) -> None:
        await install(slack, "E1")
        await slack.uninstall("T3")
        assert slack.team("T4").grant is None
        assert {payload["enterprise_id"] for payload in hearing.heard} == {"E1"}

    async def test_the_app_can_revoke_its_own_token_and_is_told_so(
        self, slack: LoopbackSlack, hearing: Hearing
    ) -> None:
        client = make_client(slack, slack.team("T1").bot_token)
        assert not (await client.auth_revoke(test=True))["revoked"]
        assert (await client.auth_revoke())["revoked"]
        await slack.settle()
        assert [payload["event"]["type"] for payload in hearing.heard] == ["tokens_revoked"]
        assert await refusal(client.auth_test()) == "token_revoked"

    async def test_the_app_can_uninstall_itself_with_its_own_credentials(
        self, slack: LoopbackSlack, hearing: Hearing
    ) -> None:
        client = make_client(slack, slack.team("T1").bot_token)
        wrong = client.apps_uninstall(client_id=CLIENT_ID, client_secret="wrong")
        assert await refusal(wrong) == "bad_client_secret"
        await client.apps_uninstall(client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        await slack.settle()
        assert hearing.heard[-1]["event"] == {"type": "app_uninstalled"}


async def test_a_thousand_workspaces_cost_next_to_nothing() -> None:
    """Each call finds its workspace at once, so a benchmark may have as many as it likes."""
    teams = [make_workspace(number) for number in range(1, 1001)]
    async with make_slack(workspaces=teams, capture=Capture("slack", None)) as slack:
        assert (await make_client(slack, "xoxb-1000-loopback").auth_test())["team_id"] == "T1000"
