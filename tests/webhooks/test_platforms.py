"""How each platform's webhooks are known, spoken to and understood."""

from typing import Any

import pytest

from readbot.bootstrap import load_platforms
from readbot.conversation.reply import Action, Choice, Choices, Heading, Reply
from readbot.digests.outcomes import NoAnswer, Refusal, Refused, Sent
from readbot.ports import HasWebhooks, Webhooks
from readbot.webhooks.message import WebhookAnswer


@pytest.fixture(scope="module")
def speakers() -> dict[str, Webhooks]:
    return {
        name: found.webhooks for name, found in load_platforms().items() if isinstance(found, HasWebhooks)
    }


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://hooks.slack.com/services/T0/B0/abc", "slack"),
        ("https://hooks.slack-gov.com/services/T0/B0/abc", "slack"),
        ("https://discord.com/api/webhooks/1/ab-c_d", "discord"),
        ("https://ptb.discord.com/api/v10/webhooks/1/abc", "discord"),
        ("https://discordapp.com/api/webhooks/1/abc?thread_id=5", "discord"),
        ("https://hooks.slack.com/triggers/T0/1/abc", None),
        ("https://hooks.slack.com.evil.example/services/T0/B0/abc", None),
        ("https://evil.example/https://discord.com/api/webhooks/1/abc", None),
        ("https://discord.com/api/webhooks/1/abc/slack", None),
        ("https://notdiscord.com/api/webhooks/1/abc", None),
        ("https://slack.com/services/T0/B0/abc", None),
    ],
)
def test_a_webhook_is_known_by_its_host_and_path(
    speakers: dict[str, Webhooks], url: str, owner: str | None
) -> None:
    assert [name for name, speaker in speakers.items() if speaker.owns(url)] == ([owner] if owner else [])


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_buttons_and_choices_are_left_out(speakers: dict[str, Webhooks], platform: str) -> None:
    choices = Choices(label="Pick", choices=(Choice(label="A", command="section a"),))
    reply = Reply(parts=(Heading(words="Title"), choices), actions=(Action(label="B", command="help"),))
    shown = str(speakers[platform].to_message(reply))
    assert "Title" in shown
    assert "custom_id" not in shown
    assert "action_id" not in shown


def read(speaker: Webhooks, status: int, text: str = "", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return speaker.read_answer(WebhookAnswer(status=status, headers=named, text=text))


@pytest.mark.parametrize(
    ("status", "text", "refusal", "advice"),
    [
        (404, "no_service", Refusal.UNREACHABLE, "Make a new webhook"),
        (403, "invalid_token", Refusal.UNREACHABLE, "Make a new webhook"),
        (410, "channel_is_archived", Refusal.UNREACHABLE, "unarchive it"),
        (403, "action_prohibited", Refusal.UNREACHABLE, "ask"),
        (400, "invalid_payload", Refusal.REJECTED, ""),
        (404, "<html>", Refusal.LATER, ""),
        (302, "", Refusal.LATER, ""),
    ],
)
def test_what_slack_refuses(
    speakers: dict[str, Webhooks], status: int, text: str, refusal: Refusal, advice: str
) -> None:
    refused = read(speakers["slack"], status, text)
    assert isinstance(refused, Refused)
    assert refused.refusal is refusal
    assert advice in refused.obstacle


@pytest.mark.parametrize(
    ("status", "text", "refusal", "advice"),
    [
        (404, '{"message": "Unknown Webhook", "code": 10015}', Refusal.UNREACHABLE, "Make a new webhook"),
        (
            401,
            '{"message": "Invalid Webhook Token", "code": 50027}',
            Refusal.UNREACHABLE,
            "Make a new webhook",
        ),
        (
            400,
            '{"message": "Webhooks posted to forum channels", "code": 220001}',
            Refusal.UNREACHABLE,
            "thread_id",
        ),
        (400, '{"message": "Invalid Form Body", "code": 50035}', Refusal.REJECTED, ""),
        (403, "<html>", Refusal.LATER, ""),
        (302, "", Refusal.LATER, ""),
    ],
)
def test_what_discord_refuses(
    speakers: dict[str, Webhooks], status: int, text: str, refusal: Refusal, advice: str
) -> None:
    refused = read(speakers["discord"], status, text)
    assert isinstance(refused, Refused)
    assert refused.refusal is refusal
    assert advice in refused.obstacle


def test_what_counts_as_posted(speakers: dict[str, Webhooks]) -> None:
    assert isinstance(read(speakers["slack"], 200, "ok\n"), Sent)
    assert read(speakers["discord"], 200, '{"id": "7"}') == Sent(message_id="7")


@pytest.mark.parametrize(
    ("platform", "status", "text"),
    [
        ("slack", 200, "<html>login</html>"),
        ("slack", 500, "rollup_error"),
        ("slack", 408, ""),
        ("discord", 204, ""),
        ("discord", 200, "<html>login</html>"),
        ("discord", 502, "<html>"),
        ("discord", 200, "[" * 90_000),
    ],
)
def test_what_leaves_it_open(speakers: dict[str, Webhooks], platform: str, status: int, text: str) -> None:
    assert isinstance(read(speakers[platform], status, text), NoAnswer)


@pytest.mark.parametrize(("said", "wait"), [("5", 5.0), ("soon", 1.0), ("-3", 0.0), ("nan", 1.0)])
def test_slack_says_how_long_to_wait_or_a_second_is_taken(
    speakers: dict[str, Webhooks], said: str, wait: float
) -> None:
    assert read(speakers["slack"], 429, "rate_limited", Retry_After=said).retry_after_s == wait


@pytest.mark.parametrize(
    ("body", "header", "wait"),
    [
        ('{"retry_after": 2.5}', "9", 2.5),
        ('{"retry_after": 1e999}', "9", 9.0),
        ('{"retry_after": "x"}', "-3", 0.0),
        ("<html>", "9" * 400, 60.0),
        ("[" * 90_000, "inf", 60.0),
    ],
)
def test_discord_says_how_long_to_wait_or_a_minute_is_taken(
    speakers: dict[str, Webhooks], body: str, header: str, wait: float
) -> None:
    assert read(speakers["discord"], 429, body, Retry_After=header).retry_after_s == wait
