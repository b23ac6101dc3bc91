"""``readbot doctor slack``, tried with each thing broken: it says what, and what to do about it."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from readbot.doctor import examine_secrets
from readbot.findings import Finding, Verdict
from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import (
    APP_TOKEN,
    CLIENT_SECRET,
    CONFIG_TOKEN,
    LoopbackSlack,
    make_workspace,
)
from readbot.ports import Conversation
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot.vault import new_key
from readbot_slack import make_manifest
from readbot_slack.doctor import examine
from tests.slack.installing import KEY, URL, Town, make_registration, make_settings, serve_readbot, serve_town
from tests.slack.patient import make_slack

SIGNING = "0123456789abcdef" * 2
ALL = make_registration().scopes
EVENTS = sorted(make_registration().events or ())


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    """A Slack with one workspace that has the app as the manifest makes it."""
    async with make_slack(app=make_registration(), capture=Capture("slack", None)) as slack:
        slack.team().scopes = ALL
        yield slack


def single(slack: LoopbackSlack, **changes: Any) -> Settings:
    """Return settings for one workspace over HTTP."""
    given = {
        "slack_bot_token": Secret(slack.team().bot_token),
        "slack_client_id": None,
        "slack_client_secret": None,
        "slack_signing_secret": Secret(SIGNING),
        "slack_config_token": Secret(CONFIG_TOKEN),
    }
    return make_settings(slack, **given | changes)


async def look(settings: Settings, store: Store | None, **options: Any) -> dict[str, list[Finding]]:
    """Return all findings by subject."""
    found: dict[str, list[Finding]] = {}
    async for finding in examine(settings, store, **options):
        assert finding.found.endswith("."), finding
        assert bool(finding.advice) is (finding.verdict is not Verdict.OK), finding
        found.setdefault(finding.subject, []).append(finding)
    return found


def only(found: dict[str, list[Finding]], subject: str) -> Finding:
    (finding,) = found[subject]
    return finding


def assert_fails(finding: Finding, found: str, advice: str) -> None:
    assert finding.verdict is Verdict.FAIL
    assert found in finding.found
    assert advice in finding.advice


def verdicts(found: dict[str, list[Finding]]) -> dict[str, str]:
    return {subject: "/".join(each.verdict for each in findings) for subject, findings in found.items()}


async def test_where_all_is_well_it_says_so(slack: LoopbackSlack, store: Store) -> None:
    assert verdicts(await look(single(slack), store)) == {
        "settings": "ok",
        "bot token": "ok",
        "clock": "ok",
        "scopes": "ok",
        "signing secret": "ok",
        "request URL": "skipped",
        "manifest": "ok",
    }


async def test_socket_mode_is_tried_with_its_token(slack: LoopbackSlack, store: Store) -> None:
    slack.app.take_manifest(yaml.safe_load(make_manifest()))
    found = await look(single(slack, slack_app_token=Secret(APP_TOKEN)), store)
    assert only(found, "app token").verdict is Verdict.OK
    assert only(found, "manifest").verdict is Verdict.OK
    assert "request URL" not in found


class TestTokens:
    async def test_a_token_that_slack_does_not_know(self, slack: LoopbackSlack, store: Store) -> None:
        found = await look(single(slack, slack_bot_token=Secret("xoxb-wrong")), store)
        assert_fails(only(found, "bot token"), "invalid_auth", "No such token")
        assert only(found, "manifest").verdict is Verdict.SKIPPED

    async def test_a_token_that_was_revoked(self, slack: LoopbackSlack, store: Store) -> None:
        settings = single(slack)
        slack.tokens.end([slack.team().bot_token], "token_revoked")
        found = await look(settings, store)
        assert_fails(only(found, "bot token"), "token_revoked", "install the app again")

    async def test_a_persons_token(self, slack: LoopbackSlack, store: Store) -> None:
        found = await look(single(slack, slack_bot_token=Secret("xoxp-1")), store)
        assert_fails(only(found, "bot token"), "a person's token", "xoxb-")

    async def test_a_token_that_ends_by_itself(self, slack: LoopbackSlack, store: Store) -> None:
        token = "xoxe.xoxb-1-loopback"
        slack.team().installed.tokens.append(token)
        slack.tokens.add(slack.team().installed)
        found = await look(single(slack, slack_bot_token=Secret(token)), store)
        assert_fails(only(found, "bot token"), "token rotation is on", "SLACK_CLIENT_ID")

    async def test_a_wrong_app_token(self, slack: LoopbackSlack, store: Store) -> None:
        found = await look(single(slack, slack_app_token=Secret("xapp-wrong")), store)
        assert_fails(only(found, "app token"), "invalid_auth", "No such token")

    async def test_a_slack_that_nobody_reaches(self, slack: LoopbackSlack, store: Store) -> None:
        found = await look(single(slack, slack_api_url="http://127.0.0.1:9/api/"), store)
        assert_fails(only(found, "bot token"), "does not answer", "HTTPS_PROXY")

    async def test_settings_that_do_not_go_together(self, slack: LoopbackSlack, store: Store) -> None:
        found = await look(single(slack, slack_signing_secret=None), store)
        assert_fails(only(found, "settings"), "set it for Socket Mode", "Both are under Basic Information")
        found = await look(make_settings(slack, slack_bot_token=Secret("xoxb-1")), store)
        assert_fails(found["settings"][0], "SLACK_CLIENT_ID lets many install", "Take one of them away")

    async def test_a_signing_secret_that_is_something_else(self, slack: LoopbackSlack, store: Store) -> None:
        found = await look(single(slack, slack_signing_secret=Secret("xoxb-zanzibar")), store)
        assert only(found, "signing secret").verdict is Verdict.WARN
        assert "Basic Information" in only(found, "signing secret").advice

    @pytest.mark.parametrize(("off_s", "verdict"), [(-400, "fail"), (301, "fail"), (90, "warn"), (5, "ok")])
    async def test_a_clock_that_is_off(
        self, slack: LoopbackSlack, store: Store, off_s: float, verdict: str
    ) -> None:
        found = await look(single(slack), store, clock=lambda: time.time() + off_s)
        assert only(found, "clock").verdict == verdict


class TestScopes:
    async def test_one_that_nobody_can_leave_out(self, slack: LoopbackSlack, store: Store) -> None:
        slack.team().scopes = [scope for scope in ALL if scope != "chat:write"]
        found = await look(single(slack), store)
        assert_fails(only(found, "scopes"), "lacks chat:write", "install the app again")

    async def test_an_optional_one_says_what_is_different(self, slack: LoopbackSlack, store: Store) -> None:
        slack.team().scopes = [scope for scope in ALL if scope != "channels:history"]
        found = only(await look(single(slack), store), "scopes")
        assert found.verdict is Verdict.WARN
        assert "channels:history was left out: a digest whose confirmation was lost" in found.found

    async def test_more_than_is_needed(self, slack: LoopbackSlack, store: Store) -> None:
        slack.team().scopes = [*ALL, "files:write"]
        found = only(await look(single(slack), store), "scopes")
        assert (found.verdict, found.advice) == (Verdict.WARN, "Take it away.")
        assert "files:write" in found.found


class TestManifest:
    async def look(self, slack: LoopbackSlack, store: Store, change: str, value: Any) -> Finding:
        """Change the app's own manifest at a path with dots, and return what is found."""
        manifest = yaml.safe_load(make_manifest(URL))
        *path, last = change.split(".")
        inner = manifest
        for name in path:
            inner = inner[name]
        inner[last] = value
        slack.app.manifest = manifest
        return only(await look(single(slack), store), "manifest")

    @pytest.mark.parametrize(
        ("change", "value", "said"),
        [
            ("features.slash_commands", [], "features.slash_commands lacks /llmread"),
            (
                "settings.event_subscriptions.bot_events",
                [event for event in EVENTS if event != "tokens_revoked"],
                "bot_events lacks tokens_revoked",
            ),
            (
                "settings.interactivity.is_enabled",
                False,
                "settings.interactivity.is_enabled is false, not true",
            ),
            (
                "settings.interactivity.request_url",
                "https://old.example.com",
                "is https://old.example.com, not",
            ),
            ("settings.socket_mode_enabled", True, "settings.socket_mode_enabled is true, not false"),
            ("settings.token_rotation_enabled", True, "settings.token_rotation_enabled is true, not false"),
            ("oauth_config.scopes.bot", ["commands"], "oauth_config.scopes.bot lacks chat:write"),
        ],
    )
    async def test_what_the_app_lacks(
        self, slack: LoopbackSlack, store: Store, change: str, value: Any, said: str
    ) -> None:
        found = await self.look(slack, store, change, value)
        assert_fails(found, said, "readbot manifest slack")

    async def test_a_command_that_goes_elsewhere(self, slack: LoopbackSlack, store: Store) -> None:
        commands = yaml.safe_load(make_manifest(URL))["features"]["slash_commands"]
        commands[0]["url"] = "https://old.example.com"
        found = await self.look(slack, store, "features.slash_commands", commands)
        assert_fails(found, "slash_commands /llmread.url is https://old.example.com, not", "install")

    async def test_what_the_app_has_beyond(self, slack: LoopbackSlack, store: Store) -> None:
        events = [*EVENTS, "message.channels"]
        found = await self.look(slack, store, "settings.event_subscriptions.bot_events", events)
        assert found.verdict is Verdict.WARN
        assert "bot_events has message.channels as well" in found.found

    async def test_names_and_descriptions_are_free(self, slack: LoopbackSlack, store: Store) -> None:
        found = await self.look(slack, store, "display_information.name", "Our reading list")
        assert found.verdict is Verdict.OK

    async def test_a_configuration_token_that_has_ended(self, slack: LoopbackSlack, store: Store) -> None:
        found = only(await look(single(slack, slack_config_token=Secret("xoxe.xoxp-old")), store), "manifest")
        assert (found.verdict, "twelve hours" in found.advice) == (Verdict.WARN, True)

    async def test_without_a_token_for_it_nothing_is_compared(
        self, slack: LoopbackSlack, store: Store
    ) -> None:
        found = only(await look(single(slack, slack_config_token=None), store), "manifest")
        assert (found.verdict, "SLACK_CONFIG_TOKEN" in found.advice) == (Verdict.SKIPPED, True)


class TestRequestUrl:
    async def try_at(
        self, slack: LoopbackSlack, store: Store, bot: Conversation, secret: str, path: str
    ) -> Finding:
        async with serve_readbot(bot, single(slack), store) as (_, port):
            settings = single(slack, slack_signing_secret=Secret(secret))
            return only(await look(settings, store, url=f"http://127.0.0.1:{port}{path}"), "request URL")

    @pytest.mark.parametrize("path", ["", "/", "/slack/events"])
    async def test_a_readbot_that_answers(
        self, slack: LoopbackSlack, store: Store, bot: Conversation, path: str
    ) -> None:
        assert (await self.try_at(slack, store, bot, SIGNING, path)).verdict is Verdict.OK

    async def test_a_readbot_with_another_secret(
        self, slack: LoopbackSlack, store: Store, bot: Conversation
    ) -> None:
        assert_fails(
            await self.try_at(slack, store, bot, "f" * 32, ""), "refuses what is signed", "another signing"
        )

    async def test_a_server_that_is_none(self, slack: LoopbackSlack, store: Store, bot: Conversation) -> None:
        assert_fails(await self.try_at(slack, store, bot, SIGNING, "/elsewhere"), "status 404", "proxy")

    async def test_nothing_at_all(self, slack: LoopbackSlack, store: Store) -> None:
        found = only(await look(single(slack), store, url="http://127.0.0.1:9"), "request URL")
        assert_fails(found, "Nothing answers", "running")

    @pytest.mark.parametrize("url", ["nonsense", "not an address", "http://["])
    async def test_what_is_no_address(self, slack: LoopbackSlack, store: Store, url: str) -> None:
        found = only(await look(single(slack), store, url=url), "request URL")
        assert_fails(found, "is no address", "http://127.0.0.1:3000")


class TestManyWorkspaces:
    @pytest.fixture
    async def town(self, bot: Conversation, store: Store) -> AsyncIterator[Town]:
        teams = [make_workspace(number, is_installed=False) for number in (1, 2)]
        async with serve_town(bot, store, teams=teams) as town:
            for team in ("T1", "T2"):
                await town.install(team)
            yield town

    async def test_all_are_well(self, town: Town) -> None:
        settings = make_settings(town.slack, slack_config_token=Secret(CONFIG_TOKEN))
        found = await look(settings, town.store)
        assert only(found, "workspaces").found == "2 of 2 are well."
        assert {each: found[each][0].verdict for each in ("client", "manifest", "clock")} == {
            "client": "ok",
            "manifest": "ok",
            "clock": "ok",
        }

    async def test_before_the_first_has_installed_it(self, slack: LoopbackSlack, store: Store) -> None:
        settings = make_settings(slack, slack_config_token=Secret(CONFIG_TOKEN))
        found = await look(settings, store)
        assert "has installed the app" in only(found, "manifest").advice
        assert "install page" in only(found, "workspaces").advice
        assert only(found, "install page").link == f"{URL}/slack/install"
        (secrets,) = [finding async for finding in examine_secrets(settings, store)]
        assert (secrets.verdict, secrets.found) == (Verdict.OK, "They can encrypt; no token is kept yet.")

    async def test_one_whose_token_was_revoked(self, town: Town) -> None:
        town.slack.tokens.end([town.slack.team("T2").bot_token], "account_inactive")
        found = await look(make_settings(town.slack), town.store)
        assert_fails(
            only(found, "workspace T2"), "Workspace 2's token: account_inactive", "install the app again"
        )
        assert only(found, "workspaces").found == "1 of 2 are well."

    async def test_one_that_lets_readbot_do_too_little(self, town: Town) -> None:
        stored = town.store.installations.find("slack", "T1")
        assert stored is not None
        town.store.installations.save(replace(stored, scopes=("commands",)))
        found = await look(make_settings(town.slack), town.store)
        assert_fails(only(found, "workspace T1"), "chat:write", "install page")

    async def test_one_whose_token_no_key_opens(self, town: Town) -> None:
        settings = make_settings(town.slack, secret_keys=Secret(new_key()))
        found = await look(settings, town.store)
        assert_fails(only(found, "workspace T1"), "cannot be read", "READBOT_SECRET_KEYS")
        (secrets,) = [finding async for finding in examine_secrets(settings, town.store)]
        assert_fails(secrets, "No key opens the tokens of slack T1, slack T2", "Put the key back")

    async def test_keys_of_which_an_older_one_is_needed(self, town: Town) -> None:
        settings = make_settings(town.slack, secret_keys=Secret(f"{new_key()},{KEY}"))
        (secrets,) = [finding async for finding in examine_secrets(settings, town.store)]
        assert (secrets.verdict, "rotate-keys" in secrets.advice) == (Verdict.WARN, True)

    async def test_keys_that_are_gone_or_none(self, town: Town) -> None:
        (gone,) = [
            each async for each in examine_secrets(make_settings(town.slack, secret_keys=None), town.store)
        ]
        assert_fails(gone, "READBOT_SECRET_KEYS is not set", "Set it")
        malformed = make_settings(town.slack, secret_keys=Secret("zanzibar"))
        (none,) = [each async for each in examine_secrets(malformed, town.store)]
        assert_fails(none, "READBOT_SECRET_KEYS: key 1 is no key", "readbot db new-key")

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"slack_client_secret": Secret("another")}, "bad_client_secret"),
            ({"slack_client_id": "9.9"}, "invalid_client_id"),
        ],
    )
    async def test_credentials_that_are_anothers(self, town: Town, change: dict[str, Any], code: str) -> None:
        found = await look(make_settings(town.slack, **change), town.store)
        assert_fails(only(found, "client"), code, "Basic Information > App Credentials")

    async def test_no_secret_is_in_what_is_found(self, town: Town) -> None:
        settings = make_settings(town.slack, slack_config_token=Secret(CONFIG_TOKEN))
        said = str(await look(settings, town.store))
        for secret in (town.slack.team("T1").bot_token, CLIENT_SECRET, KEY, CONFIG_TOKEN):
            assert secret not in said
