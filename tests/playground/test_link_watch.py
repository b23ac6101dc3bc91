"""Links that die in the playground, and come back: what the bot then says, on both platforms."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from readbot.playground.deeds import DeedError
from readbot.playground.session import Session, open_session

from .conftest import ENVIRON

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]

LIST = """\
title: On bread
sections:
  - title: Dough
    links:
      - {title: Sourdough basics, url: "https://example.org/sourdough"}
      - {title: Kneading, url: "https://example.org/kneading"}
"""
COPY = "https://web.archive.org/web/2/https://example.org/sourdough"


@pytest_asyncio.fixture(loop_scope="session")
async def bakery(data_directory: Path) -> AsyncIterator[Session]:
    """A playground with a list of two links."""
    (data_directory / "list.yaml").write_text(LIST)
    environ = {**ENVIRON, "READBOT_LIST": str(data_directory / "list.yaml"), "READBOT_LINK_CHECKS": "weekly"}
    async with open_session(environ, data_directory=data_directory) as session:
        await session.discord.until_ready()
        yield session


async def ask(session: Session) -> dict[str, str]:
    """Ask for sourdough on both platforms, and return what came, by platform."""
    channel = session.sides["discord"].describe_world()["channels"][0]["id"]
    on_slack = {"name": "/llmread", "text": "sourdough", "channel": "CREADING"}
    on_discord = {"name": "llmread", "options": {"query": "sourdough"}, "channel": channel}
    for platform, fields in (("slack", on_slack), ("discord", on_discord)):
        await session.do({"do": "command", "platform": platform, "person": "ada", **fields})
    return {name: str(side.list_messages()[-1]) for name, side in session.sides.items()}


async def test_a_link_that_dies_is_labelled_with_its_archived_copy_on_both_platforms(bakery: Session) -> None:
    assert "gone since" not in str(await ask(bakery))

    await bakery.do({"do": "let_link_die"})

    for said in (await ask(bakery)).values():
        assert "gone since" in said
        assert COPY in said


async def test_a_link_that_is_mended_is_labelled_no_more(bakery: Session) -> None:
    await bakery.do({"do": "let_link_die"})
    await bakery.do({"do": "mend_link", "url": "https://example.org/sourdough"})

    assert "gone since" not in str(await ask(bakery))


async def test_digests_pass_over_a_dead_link(bakery: Session) -> None:
    await bakery.do({"do": "let_link_die"})
    channel = bakery.sides["discord"].describe_world()["channels"][0]["id"]
    options = {"cadence": "daily", "zone": "Europe/Berlin"}
    here = {"platform": "discord", "person": "ada", "channel": channel}
    await bakery.do({"do": "command", "name": "readbot digest on", "options": options, **here})

    await bakery.do({"do": "travel", "to": "week"})

    deliveries = bakery.greet()["digests"]["deliveries"]
    drawn = [title for delivery in deliveries for title in delivery["links"]]
    assert len(drawn) > 1
    assert set(drawn) == {"Kneading"}


async def test_every_page_is_told_which_links_are_dead(bakery: Session) -> None:
    told: list[list[Json]] = []

    def note(event: Json) -> None:
        if event["event"] == "status":
            told.append(event["status"]["dead_links"])

    bakery.listen(note)

    await bakery.do({"do": "let_link_die"})
    await bakery.do({"do": "mend_link", "url": "https://example.org/sourdough"})

    assert told == [[{"url": "https://example.org/sourdough", "title": "Sourdough basics"}], []]


async def test_a_dead_link_is_dead_after_a_restart(bakery: Session) -> None:
    await bakery.do({"do": "let_link_die"})

    await bakery.do({"do": "restart"})

    assert [link["title"] for link in bakery.describe_status()["dead_links"]] == ["Sourdough basics"]


async def test_one_link_after_the_other_dies_and_then_none_is_left(bakery: Session) -> None:
    await bakery.do({"do": "let_link_die"})
    await bakery.do({"do": "let_link_die"})

    with pytest.raises(DeedError, match="All links are dead"):
        await bakery.do({"do": "let_link_die"})


async def test_no_link_dies_while_the_bot_is_stopped(bakery: Session) -> None:
    await bakery.program.stop()

    with pytest.raises(DeedError, match="not running"):
        await bakery.do({"do": "let_link_die"})


async def test_the_playground_asks_no_site_how_it_is(bakery: Session) -> None:
    """Whatever is set for the real thing."""
    opened = bakery.program.process
    assert opened is not None
    assert opened.settings.link_checks == "off"
