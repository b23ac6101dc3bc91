"""Which of Slack's settings go together, and what is said where they do not."""

import logging
import os
from typing import Any

import pytest

from readbot.exceptions import SettingsError
from readbot.ports import Conversation
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot.vault import new_key
from readbot_slack import SlackPlatform
from readbot_slack.app import make_app
from readbot_slack.authorize import CachedAuthorize, SingleInstallation
from readbot_slack.once import ActOnce
from readbot_slack.removal import Removal
from readbot_slack.service import Service
from readbot_slack.setup import read_setup
from readbot_slack.web_api import make_client

BOT = {"slack_bot_token": Secret("xoxb-1")}
SIGNED = {"slack_signing_secret": Secret("s")}
SOCKET = {"slack_app_token": Secret("xapp-1")}
OAUTH: dict[str, Any] = {
    "slack_client_id": "1.1",
    "slack_client_secret": Secret("s"),
    "secret_keys": Secret(new_key()),
    "public_url": "https://readbot.example.com/",
}


@pytest.mark.parametrize("given", [BOT | SIGNED, BOT | SOCKET, OAUTH | SIGNED, OAUTH | SOCKET])
def test_these_go_together(given: dict[str, Any]) -> None:
    setup = read_setup(Settings(**given), listens=True)
    assert setup is not None
    assert (setup.bot_token is None) is ("slack_client_id" in given)
    assert (setup.oauth is None) is ("slack_client_id" not in given)


def test_nothing_set_is_nothing_meant() -> None:
    assert read_setup(Settings(), listens=True) is None


@pytest.mark.parametrize("given", [BOT, OAUTH])
def test_to_post_takes_no_way_for_requests(given: dict[str, Any]) -> None:
    assert read_setup(Settings(**given), listens=False) is not None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (BOT, "set it for Socket Mode"),
        (OAUTH, "set it for Socket Mode"),
        (SIGNED, "SLACK_BOT_TOKEN: is missing"),
        (SIGNED, "SLACK_CLIENT_ID"),
        (BOT | OAUTH | SIGNED, "SLACK_BOT_TOKEN: is of one workspace"),
        (OAUTH | SIGNED | {"secret_keys": None}, "make a key with: readbot db new-key"),
        (OAUTH | SIGNED | {"public_url": None}, "READBOT_URL: is missing"),
        (OAUTH | SIGNED | {"slack_url": "slack.com"}, "SLACK_URL: is no https address"),
        (OAUTH | SIGNED | {"slack_client_id": None}, "SLACK_CLIENT_ID: is missing"),
        (OAUTH | SIGNED | {"slack_client_secret": None}, "SLACK_CLIENT_SECRET: is missing"),
        (OAUTH | SIGNED | {"secret_keys": Secret("zanzibar")}, "READBOT_SECRET_KEYS: key 1 is no key"),
        (BOT | {"slack_app_token": Secret("xoxb-2")}, "an app token starts with xapp-"),
        ({"slack_bot_token": Secret("xapp-1")} | SIGNED, "that is an app token"),
    ],
)
def test_these_do_not_and_it_says_what_to_do(given: dict[str, Any], said: str) -> None:
    settings = Settings(**given)
    assert SlackPlatform().is_configured(settings)
    with pytest.raises(SettingsError) as caught:
        read_setup(settings, listens=True)
    assert said in str(caught.value)
    assert "zanzibar" not in str(caught.value)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read_setup(Settings(slack_client_id="1.1"), listens=True)
    for name in ("SLACK_CLIENT_SECRET", "READBOT_SECRET_KEYS", "READBOT_URL", "SLACK_APP_TOKEN"):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("url", "is_public"),
    [
        ("https://readbot.example.com", True),
        ("https://example.com/readbot", True),
        ("http://127.0.0.1:3000", True),
        ("http://localhost:3000", True),
        ("http://readbot.example.com", False),
        ("https://me@example.com", False),
        ("https://example.com/?a=b", False),
        ("readbot.example.com", False),
        ("https://[", False),
    ],
)
def test_slack_sends_people_back_to_https_or_to_this_machine_alone(url: str, is_public: bool) -> None:
    if is_public:
        assert Settings.from_environ({"READBOT_URL": url}).public_url == url
    else:
        with pytest.raises(SettingsError, match="READBOT_URL"):
            Settings.from_environ({"READBOT_URL": url})


def test_bolt_makes_no_oauth_flow_of_its_own_from_the_environment(
    bot: Conversation, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.1")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "s")
    client, installations = make_client("http://127.0.0.1:9/api/"), SingleInstallation(Secret("xoxb-1"))
    authorize = CachedAuthorize(installations)
    service = Service(bot)
    app = make_app(
        service,
        authorize=authorize,
        act_once=ActOnce(store, service),
        removal=Removal(store, installations=installations, authorize=authorize, client=client),
        client=client,
        logger=logging.getLogger("test"),
        not_installed="no",
    )
    assert app.oauth_flow is None
    assert app.installation_store is None
    assert (os.environ["SLACK_CLIENT_ID"], os.environ["SLACK_CLIENT_SECRET"]) == ("1.1", "s")
