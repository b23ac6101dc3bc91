import re
from pathlib import Path

import pytest

from readbot.exceptions import SettingsError
from readbot.settings import SETTINGS, OnUnknown, Secret, Settings

ROOT = Path(__file__).parents[1]


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_environ({}) == Settings()


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_environ({"PORT": " ", "SLACK_BOT_TOKEN": ""}) == Settings()


def test_a_value_has_the_type_of_its_setting() -> None:
    settings = Settings.from_environ({"PORT": "8080", "READBOT_LIST": "lists/team.yaml"})

    assert settings.port == 8080
    assert settings.list_paths == (Path("lists/team.yaml"),)


def test_names_of_lists_that_are_none_are_refused_rather_than_replaced() -> None:
    with pytest.raises(SettingsError, match=r"READBOT_LIST: .* names no file"):
        Settings.from_environ({"READBOT_LIST": " , "})


def test_without_lists_of_its_own_readbot_serves_the_one_that_ships() -> None:
    own = Settings(list_paths=(Path("team.yaml"), Path("tea.md")))

    assert own.served_paths == own.list_paths
    assert [path.name for path in Settings().served_paths] == ["list.yaml"]


def test_seconds_may_have_fractions_and_choices_any_case() -> None:
    settings = Settings.from_environ({"READBOT_TICK_S": "0.05", "READBOT_ON_UNKNOWN": "Repost"})

    assert settings.tick_s == 0.05
    assert settings.on_unknown is OnUnknown.REPOST


def test_a_secret_shows_in_no_representation() -> None:
    settings = Settings.from_environ({"SLACK_BOT_TOKEN": "xoxb-1"})

    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.reveal() == "xoxb-1"
    assert "xoxb-1" not in f"{settings!r} {settings.slack_bot_token} {settings.slack_bot_token!r}"
    assert isinstance(settings.slack_bot_token, Secret)


@pytest.mark.parametrize(
    ("env", "value", "advice"),
    [
        ("PORT", "http", "not a whole number"),
        ("PORT", "70000", "0 to 65535"),
        ("READBOT_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING or ERROR"),
        ("SLACK_API_URL", "https://slack.com", "end in /api/"),
        ("DISCORD_API_URL", "https://discord.com/api", "end in /api/v10"),
        ("READBOT_ON_UNKNOWN", "maybe", "is not among: skip, repost"),
        ("READBOT_DIGEST_MANAGERS", "me", "is not among: everyone, admins"),
        ("READBOT_TICK_S", "fast", "is not a number"),
        ("READBOT_TICK_S", "0", "more than 0"),
        ("READBOT_SETTLE_S", "-1", "cannot be less than 0"),
        ("READBOT_SETTLE_S", "nan", "not a number to count with"),
        ("READBOT_LEASE_S", "10", "longer than READBOT_POST_TIMEOUT_S (10)"),
        ("READBOT_QUEUE", "procrastinate", "set DATABASE_URL=postgresql://"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_advice(env: str, value: str, advice: str) -> None:
    with pytest.raises(SettingsError, match=f"{env}: .*{re.escape(advice)}"):
        Settings.from_environ({env: value})


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({"PORT": "x", "READBOT_LOG_LEVEL": "loud"})

    assert "PORT" in str(caught.value)
    assert "READBOT_LOG_LEVEL" in str(caught.value)


def test_the_readme_lists_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [setting.env for setting in SETTINGS if f"`{setting.env}`" not in readme] == []


@pytest.mark.parametrize("contact", ["me@example.org (Ann)", "a b", "a\nb", "ü@example.org", "x" * 201])
def test_a_contact_that_no_header_can_hold_is_refused(contact: str) -> None:
    with pytest.raises(SettingsError, match="READBOT_CONTACT: use one address"):
        Settings.from_environ({"READBOT_CONTACT": contact})
