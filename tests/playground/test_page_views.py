"""Modals and App Home in the page; apps that answer as told stand in for the bot."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from readbot.playground.loopback_slack import ChangeKind, View
from readbot.playground.loopback_slack.views import views_open
from readbot.playground.session import Session

from .steps import ScriptedApp, make_modal, messages, type_in_slack, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]


async def test_a_modal_shows_errors_at_its_fields_and_closes_when_they_are_right(
    page: Page, session: Session
) -> None:
    app = ScriptedApp(
        {"response_action": "errors", "errors": {"time": "That hour does not exist there."}}, {}
    )
    session.slack.delivery = app
    team = session.slack.team()
    views_open(team, {"trigger_id": team.make_trigger("UADA"), "view": make_modal()}, 0)
    dialog = page.get_by_role("dialog", name="Weekly digest")
    await expect(dialog).to_be_visible()

    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("Please complete this required field.")
    assert app.delivered == []

    await dialog.get_by_label("Time").fill("02:30")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("That hour does not exist there.")
    await expect(dialog.get_by_label("Time")).to_have_attribute("aria-invalid", "true")

    await dialog.get_by_label("Time").fill("09:00")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    assert app.delivered[-1]["view"]["state"]["values"]["time"]["at"]["value"] == "09:00"


async def test_escape_closes_a_modal(page: Page, session: Session) -> None:
    team = session.slack.team()
    views_open(team, {"trigger_id": team.make_trigger("UADA"), "view": make_modal()}, 0)
    await expect(page.get_by_role("dialog")).to_be_visible()

    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog")).to_have_count(0)
    # The browser may close it before Slack knows.
    await until(session, lambda: team.views == {})


async def test_somebody_elses_modal_is_not_shown(page: Page, session: Session) -> None:
    team = session.slack.team()
    views_open(team, {"trigger_id": team.make_trigger("UBEN"), "view": make_modal()}, 0)
    await type_in_slack(page, "hello")
    await expect(messages(page, "slack")).to_have_count(1)

    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_published_home_is_shown(page: Page, session: Session) -> None:
    team = session.slack.team()
    home = View(id="VHOME", user="UADA", body=make_home(), hash="1", root_view_id="VHOME")
    team.homes["UADA"] = home
    session.slack.delivery = ScriptedApp({})
    world = {**session.sides["slack"].describe_world(), "has_home": True}
    session.push({"event": "world", "world": world})
    team.tell(ChangeKind.HOME_PUBLISHED, home)

    await page.get_by_role("button", name="Home").click()

    await expect(page.get_by_role("region", name="App Home")).to_contain_text("This week")


def make_home() -> Json:
    return {
        "type": "home",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*This week*"}}],
    }
