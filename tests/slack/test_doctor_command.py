"""``readbot doctor slack`` as a command, with nothing at the address that stands for Slack."""

import json

import pytest
from click.testing import CliRunner

from readbot.cli import main
from tests.slack.installing import KEY

SIGNING = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)


def run(*arguments: str, **environ: str) -> tuple[int, str]:
    everything = {"SLACK_API_URL": "http://127.0.0.1:9/api/", **environ}
    result = CliRunner().invoke(main, ["doctor", *arguments], env=everything)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_what_fails_ends_in_1_with_what_to_do() -> None:
    code, said = run("slack", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SIGNING)
    assert code == 1
    assert "✗ fail" in said
    assert "→ " in said
    assert "1 to mend" in said


def test_as_json_it_is_one_object() -> None:
    code, said = run("slack", "--json", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SIGNING)
    assert code == 1
    told = json.loads(said)
    assert told["platform"] == "slack"
    about = {"verdict": "ok", "subject": "database", "found": "It can be opened."}
    assert {**about, "advice": "", "link": ""} in told["findings"]


def test_where_nothing_is_set_it_says_what_to_set() -> None:
    code, said = run("slack")
    assert code == 1
    assert "SLACK_BOT_TOKEN" in said


def test_a_setting_that_cannot_be_read_is_a_finding() -> None:
    code, said = run("slack", SLACK_BOT_TOKEN="xoxb-1", PORT="many")
    assert code == 1
    assert "PORT" in said


def test_a_platform_without_a_doctor_is_named() -> None:
    code, said = run("nowhere")
    assert code == 2
    assert "slack" in said


def test_a_link_stands_whole_on_its_own_line_however_narrow_the_terminal() -> None:
    url = f"https://{'readbot.' * 9}example.com"
    settings = {"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "x", "READBOT_SECRET_KEYS": KEY}
    _, said = run("slack", COLUMNS="60", READBOT_URL=url, SLACK_SIGNING_SECRET=SIGNING, **settings)
    assert f"{url}/slack/install" in map(str.strip, said.splitlines())
