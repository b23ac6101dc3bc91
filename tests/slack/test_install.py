"""A workspace installs readbot in a browser, and whoever is not meant to finish an install cannot."""

import logging
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import (
    CLIENT_SECRET,
    Enterprise,
    LoopbackSlack,
    make_workspace,
)
from readbot.ports import Conversation
from readbot.settings import Secret
from readbot.store import Store
from readbot.vault import Vault
from tests.slack.installing import (
    KEY,
    URL,
    Browser,
    Town,
    make_registration,
    make_settings,
    serve_readbot,
    serve_town,
)


@pytest.fixture
async def town(bot: Conversation, store: Store) -> AsyncIterator[Town]:
    """Two workspaces, neither of which has readbot."""
    teams = [make_workspace(number, is_installed=False) for number in (1, 2)]
    async with serve_town(bot, store, teams=teams) as town:
        yield town


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class TestPage:
    async def test_it_says_what_the_app_may_do_scope_by_scope(self, town: Town) -> None:
        page = await town.browser().get("/slack/install")
        assert (page.status, page.title) == (200, "Add readbot to Slack")
        needed, _, optional = page.text.partition("What you may leave out")
        for scope in ("commands", "chat:write", "users:read"):
            assert f"<code>{scope}</code>" in needed
        for scope in ("channels:history", "groups:read"):
            assert f"<code>{scope}</code>" in optional
        assert "Without it:" in optional

    async def test_it_loads_and_runs_nothing_and_can_be_framed_by_nobody(self, town: Town) -> None:
        page = await town.browser().get("/slack/install")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert not {"<script", "<img", "<link", "src="} & set(page.text.split())

    async def test_looking_at_it_begins_nothing(self, town: Town) -> None:
        browser = town.browser()
        await browser.get("/slack/install")
        assert browser.cookies == {}

    async def test_its_button_leads_to_slack_with_the_least_scopes_and_a_state(self, town: Town) -> None:
        query = query_of(await town.browser().begin())
        assert query["redirect_uri"] == f"{URL}/slack/oauth_redirect"
        assert query["scope"].split(",") == list(make_registration().scopes)
        assert len(query["state"]) >= 43

    async def test_people_are_sent_to_the_slack_of_the_api(self, town: Town) -> None:
        assert (await town.browser().begin()).startswith(town.slack.authorize_url + "?")

    async def test_the_cookie_is_for_https_alone_and_for_no_script(self, town: Town) -> None:
        answered = await town.browser().get("/slack/install?begin")
        cookie = answered.headers["Set-Cookie"]
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"):
            assert part in cookie
        assert query_of(answered.headers["Location"])["state"] not in cookie


class TestLanguage:
    async def test_each_page_speaks_the_language_of_its_browser(self, town: Town) -> None:
        german = "de-AT,de;q=0.9,en;q=0.5"
        page = await town.browser(german).get("/slack/install")
        assert page.title == "readbot zu Slack hinzufügen"
        assert '<html lang="de">' in page.text
        done = await town.install("T1", without=("channels:history",), languages=german)
        assert done.title == "readbot ist in Workspace 1"
        assert "Ohne <code>channels:history</code>: ein Digest, dessen" in done.text
        failed = await town.browser(german).get("/slack/oauth_redirect?code=x&state=y")
        assert failed.title == "Diese Installation lässt sich nicht abschließen"

    async def test_one_that_nobody_translated_is_english(self, town: Town) -> None:
        page = await town.browser("tlh,nl;q=0.5").get("/slack/install")
        assert page.title == "Add readbot to Slack"
        assert '<html lang="en">' in page.text


class TestInstalling:
    async def test_it_ends_with_what_to_do_next_and_with_a_bot_that_answers(self, town: Town) -> None:
        page = await town.install("T2")
        assert (page.status, page.title) == (200, "readbot is in Workspace 2")
        assert f"{town.slack.api_url.removesuffix('/api/')}/app_redirect?app=A1&amp;team=T2" in page.text
        for hint in ("/llmread", "/invite @readbot", "/llmread digest on"):
            assert f"<code>{hint}</code>" in page.text
        seen = await town.slack.command("fine-tuning", user="U1", channel="C1", workspace="T2")
        assert "Fine-tuning in practice" in seen.message.words

    async def test_the_token_is_kept_encrypted_beside_what_it_may_do(self, town: Town) -> None:
        await town.install("T1")
        (kept,) = town.store.installations.list_()
        token = town.slack.team("T1").bot_token
        assert token.encode() not in kept.secret
        assert Vault(Secret(KEY)).open(kept.secret, owner="slack T1") == {"bot_token": token}
        assert (kept.name, kept.app_id, kept.bot_id, kept.bot_user_id) == (
            "Workspace 1",
            "A1",
            "BBOT",
            "UBOT",
        )
        assert kept.scopes == make_registration().scopes
        assert kept.installed_by == "U1"

    async def test_what_was_left_out_is_said_with_what_is_different(self, town: Town) -> None:
        page = await town.install("T1", without=("channels:history",))
        assert "Without <code>channels:history</code>: a digest whose confirmation was lost" in page.text
        assert "groups:history" not in page.text

    async def test_a_second_install_takes_the_place_of_the_first_at_once(self, town: Town) -> None:
        await town.install("T1")
        first = await town.slack.command("help", user="U1", channel="C1", workspace="T1")
        assert first.message
        await town.install("T1")
        assert len(town.store.installations.list_()) == 1

    async def test_two_tabs_of_one_browser_can_both_finish(self, town: Town) -> None:
        browser = town.browser()
        addresses = [await browser.begin(), await browser.begin()]
        for address, team in zip(addresses, ("T1", "T2"), strict=True):
            page = await browser.get(town.slack.oauth.approve(address, team=team))
            assert page.status == 200, page.title

    async def test_the_name_of_a_workspace_is_no_markup(self, town: Town) -> None:
        town.slack.team("T1").name = "<script>alert(1)</script>"
        page = await town.install("T1")
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.title


class TestWhoeverIsNotMeant:
    async def test_a_state_works_once(self, town: Town) -> None:
        browser = town.browser()
        address = await browser.begin()
        back = town.slack.oauth.approve(address, team="T1")
        assert (await browser.get(back)).status == 200
        again = await browser.get(back)
        assert (again.status, again.title) == (400, "This install cannot be finished")
        assert "Try again" in again.text

    async def test_another_browser_cannot_finish_what_was_begun_here(self, town: Town) -> None:
        mine, another = town.browser(), town.browser()
        await another.begin()
        back = town.slack.oauth.approve(await mine.begin(), team="T1")
        assert (await another.get(back)).status == 400
        assert town.store.installations.list_() == []
        assert (await mine.get(back)).status == 200

    @pytest.mark.parametrize("state", ["", "zanzibar", "%00", "a" * 5000])
    async def test_a_state_that_nobody_issued_is_refused(self, town: Town, state: str) -> None:
        browser = town.browser()
        await browser.begin()
        page = await browser.get(f"/slack/oauth_redirect?code=x&state={state}")
        assert page.status == 400
        assert "zanzibar" not in page.text

    async def test_without_a_cookie_nothing_is_finished(self, town: Town) -> None:
        browser = town.browser()
        back = town.slack.oauth.approve(await browser.begin(), team="T1")
        browser.cookies.clear()
        assert (await browser.get(back)).status == 400

    async def test_a_cookie_that_is_none_of_ours_is_replaced(self, town: Town) -> None:
        browser = town.browser()
        browser.cookies["readbot_install"] = "chosen-by-somebody-else"
        await browser.begin()
        assert browser.cookies["readbot_install"] != "chosen-by-somebody-else"

    async def test_no_code_is_exchanged_before_the_state_is_known(self, town: Town) -> None:
        await town.browser().get("/slack/oauth_redirect?code=x&state=y")
        assert town.slack.calls_of("oauth.v2.access") == []


class TestTrouble:
    async def test_saying_no_changes_nothing_and_says_so(self, town: Town) -> None:
        browser = town.browser()
        page = await browser.get(town.slack.oauth.cancel(await browser.begin()))
        assert (page.status, page.title) == (200, "readbot was not installed")

    async def test_an_error_of_slacks_is_named_and_is_no_markup(self, town: Town) -> None:
        for error, shown in (("invalid_scope", "invalid_scope"), ("<b>x</b>", "something unexpected")):
            browser = town.browser()
            state = query_of(await browser.begin())["state"]
            page = await browser.get(f"/slack/oauth_redirect?error={error}&state={state}")
            assert (page.status, page.title) == (502, "Slack did not let readbot in")
            assert f"Slack says {shown}." in page.text
            assert "<b>" not in page.text

    async def test_a_code_that_slack_does_not_know_is_refused(self, town: Town) -> None:
        browser = town.browser()
        state = query_of(await browser.begin())["state"]
        page = await browser.get(f"/slack/oauth_redirect?code=made-up&state={state}")
        assert page.status == 502
        assert "invalid_code" in page.text

    async def test_a_wrong_client_secret_is_told_to_whoever_runs_readbot(
        self, town: Town, caplog: pytest.LogCaptureFixture
    ) -> None:
        town.slack.app.client_secret = "another"
        page = await town.install("T1")
        assert (page.status, page.title) == (502, "readbot is not set up rightly")
        assert "compare SLACK_CLIENT_ID, SLACK_CLIENT_SECRET" in caplog.text

    async def test_where_slack_does_not_answer_it_says_to_try_again(self, town: Town) -> None:
        town.slack.faults.script("oauth.v2.access", Fault(kind=FaultKind.SERVER_ERROR))
        page = await town.install("T1")
        assert (page.status, page.title) == (502, "Slack did not answer")
        assert town.store.installations.list_() == []

    async def test_a_whole_organisation_is_refused_in_a_sentence_and_its_token_ended(
        self, bot: Conversation, store: Store
    ) -> None:
        organisation = Enterprise(id="E1", name="Organisation 1")
        teams = [make_workspace(number, is_installed=False, enterprise=organisation) for number in (1, 2)]
        app = make_registration(allows_organisations=True)
        async with serve_town(bot, store, teams=teams, app=app) as town:
            page = await town.install("E1")
            assert (page.status, page.title) == (400, "readbot is installed workspace by workspace")
            assert store.installations.list_() == []
            assert town.slack.calls_of("auth.revoke")

    async def test_one_workspace_of_an_organisation_is_installed_like_any(
        self, bot: Conversation, store: Store
    ) -> None:
        organisation = Enterprise(id="E1", name="Organisation 1")
        teams = [make_workspace(number, is_installed=False, enterprise=organisation) for number in (1, 2)]
        async with serve_town(bot, store, teams=teams) as town:
            assert (await town.install("T2")).status == 200
            (kept,) = store.installations.list_()
            assert (kept.enterprise_id, kept.workspace_id) == ("E1", "T2")
            seen = await town.slack.command("help", user="U1", channel="C1-2", workspace="T2")
            assert seen.message

    async def test_nothing_secret_is_logged_even_where_everything_else_is(
        self, town: Town, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        browser = town.browser()
        back = town.slack.oauth.approve(await browser.begin(), team="T1")
        await browser.get(back)
        token = town.slack.team("T1").bot_token
        for secret in (token, CLIENT_SECRET, KEY, query_of(back)["code"], query_of(back)["state"]):
            assert secret not in caplog.text


async def test_over_socket_mode_the_pages_are_served_as_well(bot: Conversation, store: Store) -> None:
    teams = [make_workspace(number, is_installed=False) for number in (1, 2)]
    async with serve_town(bot, store, teams=teams, over_socket=True) as town:
        for team in ("T1", "T2"):
            assert (await town.install(team)).status == 200
            seen = await town.slack.command("fine-tuning", user="U1", channel="C1", workspace=team)
            assert seen.message


async def test_people_of_govslack_install_it_there(
    bot: Conversation, store: Store, slack: LoopbackSlack
) -> None:
    settings = make_settings(slack, slack_api_url="https://slack-gov.com/api/")
    async with serve_readbot(bot, settings, store) as (_, port):
        location = await Browser(port).begin()
    assert location.startswith("https://slack-gov.com/oauth/v2/authorize?")


async def test_people_are_sent_to_slack_itself_where_a_proxy_stands_before_its_api(
    bot: Conversation, store: Store, slack: LoopbackSlack
) -> None:
    settings = make_settings(
        slack, slack_api_url="https://proxy.example.com/slack/api/", slack_url="https://slack.com/"
    )
    async with serve_readbot(bot, settings, store) as (_, port):
        location = await Browser(port).begin()
    assert location.startswith("https://slack.com/oauth/v2/authorize?")
