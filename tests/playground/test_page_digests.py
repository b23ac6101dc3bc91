"""Digests in the page: by time travel, once each, with bag and ledger to watch."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from readbot.digests.model import Channel
from readbot.digests.wish import parse_wish
from readbot.playground.session import Session

from .steps import messages, restart

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]


async def test_time_travel_is_offered_once_a_channel_has_a_digest(page: Page, session: Session) -> None:
    travel = page.get_by_role("group", name="Time travel")
    await expect(travel).to_have_count(0)
    await session.push_digests()
    session.push({"event": "digests", "digests": make_digests()})

    in_a_week = datetime.now(UTC) + timedelta(days=7)
    await travel.get_by_role("button", name="A week ahead").click()

    # It may be midnight in between.
    days = "|".join(f"{in_a_week + timedelta(days=more):%Y-%m-%d}" for more in (0, 1))
    await expect(page.locator(".clock")).to_have_attribute("datetime", re.compile(f"^({days})"))


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_travelling_twice_brings_two_digests_with_different_links(
    page: Page, session: Session, platform: str
) -> None:
    await turn_on_digest(session, platform)
    travel = page.get_by_role("button", name="To the next digest")

    await travel.click()
    await expect(messages(page, platform)).to_have_count(1)
    await travel.click()
    await expect(messages(page, platform)).to_have_count(2)

    await session.push_digests()
    (second,), (first,) = (each["links"] for each in session.greet()["digests"]["deliveries"])
    assert first != second
    await expect(messages(page, platform).first).to_contain_text(first)
    await expect(messages(page, platform).last).to_contain_text(second)


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_digest_whose_answer_is_lost_comes_once(page: Page, session: Session, platform: str) -> None:
    await turn_on_digest(session, platform)
    await page.get_by_role("button", name="Inspector", exact=True).click()
    faults = page.get_by_role("group", name=f"Faults of {platform.title()}")
    drop = faults.get_by_role("button", name="Drop after accept")
    await drop.click()
    await expect(drop).to_have_attribute("aria-pressed", "true")

    await page.get_by_role("button", name="To the next digest").click()
    await expect(messages(page, platform)).to_have_count(1)
    await drop.click()
    await restart(page)

    ledger = page.get_by_role("list", name="Ledger")
    await expect(ledger.get_by_role("listitem").first).to_contain_text("sent")
    await expect(messages(page, platform)).to_have_count(1)


async def test_the_inspector_shows_bag_and_ledger(page: Page, session: Session) -> None:
    await page.get_by_role("button", name="Inspector", exact=True).click()
    await session.push_digests()
    session.push({"event": "digests", "digests": make_digests()})

    digests = page.get_by_role("region", name="Digests")
    await expect(digests).to_contain_text("12 of 73 from the whole list")
    await expect(digests.get_by_role("list", name="Ledger")).to_contain_text("sent")
    await expect(digests.get_by_role("list", name="Ledger")).to_contain_text("Attention is all you Need")


async def turn_on_digest(session: Session, platform: str) -> None:
    """Give the first channel a weekly digest, as its people would by command."""
    opened = session.program.process
    assert opened is not None
    if platform not in opened.messengers:
        pytest.skip(f"{platform} does not post digests yet")
    world = session.sides[platform].describe_world()
    guild = next(iter(session.discord.world.guilds))
    channel = Channel(
        platform=platform,
        workspace_id=session.slack.team().id if platform == "slack" else str(guild),
        channel_id=world["channels"][0]["id"],
    )
    opened.service.turn_on(channel, parse_wish("monday 9 berlin"), person_id=world["people"]["ada"])
    await session.push_digests()


def make_digests() -> Json:
    return {
        "next_due": None,
        "subscriptions": [
            {
                "id": "1",
                "platform": "slack",
                "channel": "CREADING",
                "state": "active",
                "next": "Mon 30 Nov, 09:00 Europe/Berlin, in 6 days",
                "wanted": "the whole list",
                "done": 12,
                "total": 73,
            }
        ],
        "deliveries": [
            {
                "id": "a",
                "platform": "slack",
                "channel": "CREADING",
                "slot": 1795510800000,
                "state": "sent",
                "attempts": 1,
                "reason": "",
                "links": ["Attention is all you Need"],
            }
        ],
    }
