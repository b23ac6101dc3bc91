"""``readbot playground --once``: what is typed, and what is printed of the answers."""

import io
from datetime import UTC, datetime

import pytest

from readbot.playground.deeds import DeedError
from readbot.playground.once import ask_once
from readbot.playground.plain import Viewer, read_form, to_plain
from readbot.playground.session import Session
from readbot.playground.typed import read_options
from readbot_slack.listeners import answering

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADA = Viewer(
    now=datetime(2026, 11, 24, 12, tzinfo=UTC),
    timezone="Europe/Berlin",
    names={"UADA": "Ada", "42": "Ben", "7": "reading"},
)

WEEKDAYS = {"name": "weekday", "type": "text", "choices": [{"name": "Friday", "value": "fri"}]}
DAYS = {"name": "day_of_month", "type": "number", "choices": []}
TOPIC = {"name": "topic", "type": "text", "choices": []}


async def ask(session: Session, typed: str) -> tuple[bool, str]:
    out = io.StringIO()
    return await ask_once(session, typed, out), out.getvalue()


async def test_what_the_person_sees_is_printed_with_the_payloads(session: Session) -> None:
    is_answered, printed = await ask(session, "/llmread fine-tunning")

    assert is_answered
    assert printed.count("Fine-tuning with LoRA and QLoRA") > 2
    assert "readbot (only visible to her):" in printed
    assert '"response_type": "ephemeral"' in printed
    assert "[Share]" in printed


async def test_answers_that_take_longer_are_waited_for_and_announcements_printed(session: Session) -> None:
    _, printed = await ask(session, "/llmread digest on monday 9:00 Europe/Berlin")

    on_slack = printed.partition("Discord ·")[0]
    assert "readbot (the whole channel sees it):" in on_slack
    assert "Ada turned the digest on." in on_slack
    assert "readbot (only visible to her):" in on_slack
    assert "every Monday at 09:00 Europe/Berlin" in on_slack


@pytest.mark.parametrize(
    "typed",
    [
        "/llmread digest on friday 16:00",
        "/readbot digest on weekday:Friday time:16:00 zone:Europe/Berlin",
    ],
)
async def test_times_are_printed_as_she_reads_them(session: Session, typed: str) -> None:
    _, printed = await ask(session, typed)

    seen = [line for line in printed.splitlines() if line.startswith("  Next:")]
    assert len(seen) == 1
    assert "16:00 CE" in seen[0]
    assert "<" not in seen[0]


async def test_a_command_of_one_platform_alone_is_answered_when_that_one_answers(session: Session) -> None:
    is_answered, printed = await ask(session, "/readbot random section: evaluation")

    assert is_answered
    assert "Slack has no /readbot; it has /llmread." in printed
    assert "Evaluation" in printed


@pytest.mark.parametrize("typed", ["/nothing at all", "no command"])
async def test_what_no_platform_knows_is_not_answered(session: Session, typed: str) -> None:
    is_answered, printed = await ask(session, typed)

    assert not is_answered
    assert "Discord has no" in printed


async def test_what_a_platforms_own_client_would_not_send_is_not_answered(session: Session) -> None:
    is_answered, printed = await ask(session, "/readbot digest on cadence:monthly day_of_month:40")

    assert not is_answered
    assert "day_of_month takes a number from 1 to 31" in printed


async def test_choices_are_typed_by_name_and_numbers_as_numbers(session: Session) -> None:
    is_answered, printed = await ask(
        session, "/readbot digest on cadence:Monthly day_of_month:13 zone:Europe/Berlin"
    )

    assert is_answered
    assert "day 13 of the month" in printed


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("", {}),
        ("weekday:Friday", {"weekday": "fri"}),
        ("weekday: friday day_of_month: 2", {"weekday": "fri", "day_of_month": 2}),
        ("weekday:fri", {"weekday": "fri"}),
        ("weekday:someday", {"weekday": "someday"}),
    ],
)
async def test_options_become_what_a_client_sends(typed: str, options: dict[str, object]) -> None:
    assert read_options(typed, [WEEKDAYS, DAYS]) == options


async def test_words_without_a_name_are_the_first_options() -> None:
    assert read_options("two words day_of_month: 2", [TOPIC, DAYS]) == {
        "topic": "two words",
        "day_of_month": 2,
    }


async def test_a_number_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(DeedError, match="day_of_month takes a number, not 'tenth'"):
        read_options("day_of_month:tenth", [DAYS])


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("*<https://example.com/a_b|A &amp; B>*", "A & B (https://example.com/a_b)"),
        ("Evaluation  ·  _also called “x”_", "Evaluation  ·  also called “x”"),
        ("**[C](<https://example.com>)**\n-# small", "C (https://example.com)\nsmall"),
        ("### 2 links for “a\\_b”", "2 links for “a_b”"),
        ("5 * 3 * 2 and snake_case_name", "5 * 3 * 2 and snake_case_name"),
        ("<!date^1795791600^{date_short_pretty}, {time}|2026-11-27>", "Fri 27 Nov 2026, 16:00 CET"),
        ("<t:1795791600:F> (<t:1795791600:R>)", "Fri 27 Nov 2026, 16:00 CET (in 3 days)"),
        ("<t:1795521600>, <t:1795521540:R>", "Tue 24 Nov 2026, 13:00 CET, 1 minute ago"),
        ("<@UADA> asked <@!42> in <#7|reading> and <#8>", "@Ada asked @Ben in #reading and #8"),
    ],
)
async def test_what_is_printed_has_no_markup(markup: str, plain: str) -> None:
    assert to_plain(markup, ADA) == plain


async def test_a_form_is_printed_with_its_fields_and_buttons_as_the_person_sees_them(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine that is slow to make it would show that it is on its way first.
    monkeypatch.setattr(answering, "MODAL_PATIENCE_S", 3600.0)
    is_answered, printed = await ask(session, "/llmread digest setup")

    assert "readbot (in a window of hers):" in printed
    _, _, form = printed.partition("Digest of this channel\n")
    assert form.splitlines()[:4] == [
        "  How often? [Every week ▾]",
        "  On which day? [Monday ▾]",
        '  At what time? "09:00"',
        "    9, 9am and 16:30 are fine",
    ]
    assert "  [Turn on]  [Cancel]" in form
    assert is_answered


SLACK_FORM = {
    "title": {"type": "plain_text", "text": "Suggest"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "For *everybody*"}},
        {
            "type": "input",
            "label": {"type": "plain_text", "text": "Note"},
            "optional": True,
            "hint": {"type": "plain_text", "text": "Did you use it?"},
            "element": {"type": "plain_text_input", "action_id": "note"},
        },
        {
            "type": "input",
            "label": {"type": "plain_text", "text": "Kind"},
            "element": {
                "type": "static_select",
                "action_id": "kind",
                "options": [
                    {"text": {"type": "plain_text", "text": each}, "value": each} for each in ("a", "b")
                ],
            },
        },
    ],
}
DISCORD_FORM = {
    "title": "Suggest",
    "custom_id": "x",
    "components": [
        {"type": 10, "content": "For **everybody**"},
        {
            "type": 18,
            "label": "Note",
            "description": "Did you use it?",
            "component": {"type": 4, "custom_id": "note", "style": 2, "required": False},
        },
        {
            "type": 18,
            "label": "Kind",
            "component": {
                "type": 3,
                "custom_id": "kind",
                "options": [{"label": "a", "value": "a"}, {"label": "b", "value": "b"}],
            },
        },
    ],
}
FIELDS = [
    "Suggest",
    "For everybody",
    "Note (optional): [____________________]",
    "  Did you use it?",
    "Kind: [one of: a, b ▾]",
]


@pytest.mark.parametrize(("form", "buttons"), [(SLACK_FORM, "[Send]"), (DISCORD_FORM, "[Submit]  [Cancel]")])
async def test_forms_of_both_platforms_read_alike(form: dict[str, object], buttons: str) -> None:
    assert read_form(form, ADA).splitlines() == [*FIELDS, buttons]


async def test_a_form_of_discords_is_printed_too(session: Session) -> None:
    is_answered, printed = await ask(session, "/readbot suggest")

    assert is_answered
    _, _, form = printed.partition("readbot (in a window of hers):\n")
    assert form.startswith("  Suggest a link\n")
    assert "  Title (optional): [____________________]\n" in form
    assert "  [Submit]  [Cancel]\n" in form
