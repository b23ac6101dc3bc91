"""The manifest is one that Slack takes, and asks for no more than readbot uses."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from readbot.exceptions import SettingsError
from readbot.playground.loopback_slack.state import ALL_SCOPES
from readbot_slack import make_manifest
from readbot_slack.mrkdwn import COMMAND
from readbot_slack.scopes import list_scopes

URL = "https://readbot.example.com"
SCHEMA = Path(__file__).parents[3] / "shared/specs/slack_manifest.schema.2.0.0.json"


def load(url: str | None) -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.safe_load(make_manifest(url))
    return manifest


@pytest.mark.parametrize("url", [None, URL])
@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not at hand")
def test_it_is_valid_by_slacks_own_schema(url: str | None) -> None:
    schema = json.loads(SCHEMA.read_text())
    assert list(Draft7Validator(schema).iter_errors(load(url))) == []


@pytest.mark.parametrize("url", [None, URL])
def test_its_texts_have_the_lengths_that_slack_asks_for(url: str | None) -> None:
    manifest = load(url)
    about = manifest["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    for command in manifest["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["usage_hint"]) <= 1000


def test_it_names_the_command_that_the_app_listens_to() -> None:
    assert [command["command"] for command in load(None)["features"]["slash_commands"]] == [COMMAND]


@pytest.mark.parametrize("url", [None, URL])
def test_it_asks_for_the_least_scopes(url: str | None) -> None:
    heard = ["app_mentions:read", "im:history"]
    seen = ["channels:history", "groups:history", "channels:read", "groups:read"]
    assert load(url)["oauth_config"]["scopes"] == {
        "bot": ["commands", "chat:write", *heard, "users:read", *seen],
        "bot_optional": [*heard, *seen],
    }


def test_the_loopback_slack_grants_what_it_asks_for() -> None:
    assert set(load(None)["oauth_config"]["scopes"]["bot"]) == set(ALL_SCOPES)


def test_without_an_address_it_is_for_socket_mode() -> None:
    settings = load(None)["settings"]
    assert settings["socket_mode_enabled"] is True
    assert "request_url" not in settings["interactivity"]


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}/slack/events", f" {URL} "])
def test_with_an_address_commands_and_clicks_go_to_it(url: str) -> None:
    manifest = load(url)
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["settings"]["interactivity"]["request_url"] == f"{URL}/slack/events"
    assert manifest["features"]["slash_commands"][0]["url"] == f"{URL}/slack/events"
    assert manifest["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert manifest["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]


@pytest.mark.parametrize("url", [None, URL])
def test_it_hears_of_it_when_a_workspace_removes_the_app(url: str | None) -> None:
    events = load(url)["settings"]["event_subscriptions"]["bot_events"]
    assert {"app_uninstalled", "tokens_revoked"} <= set(events)


def test_every_scope_has_its_reason_for_whoever_is_asked_to_allow_it() -> None:
    for scope in list_scopes():
        assert scope.reason.endswith("."), scope.name
        assert bool(scope.without) is scope.is_optional, scope.name


@pytest.mark.parametrize(
    "url", ["", "http://readbot.example.com", "readbot.example.com", "https://", "https://["]
)
def test_an_address_that_slack_cannot_call_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(SettingsError, match=r"as in https://readbot\.example\.com"):
        make_manifest(url)
