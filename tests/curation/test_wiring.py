"""Curation in a whole process: the desks are there, with the settings' curators and the lists they add to."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from readbot.conversation.form import Answer, Form
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.curation.curators import Curators
from readbot.exceptions import SettingsError
from readbot.ports import Connection, Conversation
from readbot.process import open_process
from readbot.settings import Settings
from readbot.store import Database, Store

from .town import ADA, CURATOR, HERE, LIST

if TYPE_CHECKING:
    from aiohttp import web

    from readbot.conversation.request import Reader


class Platform:
    """A platform that hands its conversation to the test; implements ``readbot.ports.Platform``."""

    name = "slack"
    needs = "nothing"
    conversation: Conversation

    def is_configured(self, _settings: Settings) -> bool:
        return True

    def check(self, settings: Settings, *, listens: bool) -> None:
        return

    def connect(self, conversation: Conversation, _settings: Settings, _store: Store) -> Connection:
        self.conversation = conversation
        return self

    def routes(self) -> Sequence["web.RouteDef"]:
        return ()

    async def run(self) -> None:
        return

    def is_ready(self) -> bool:
        return True

    async def ask(self, text: str, reader: "Reader" = ADA, **values: str) -> Answer:
        return await self.conversation.answer(
            Request(
                text=text,
                platform="slack",
                workspace_id="T1",
                channel_id="C1",
                reader=reader,
                values=values or None,
            )
        )


@asynccontextmanager
async def running(folder: Path, curators: str = "slack:U8") -> AsyncIterator[Platform]:
    list_path = folder / "list.yaml"
    list_path.write_text(dedent(LIST), encoding="utf-8")
    aliases_path = folder / "aliases.yaml"
    aliases_path.write_text("groups: []\n", encoding="utf-8")
    settings = Settings(
        list_paths=(list_path,), aliases_path=aliases_path, data_dir=folder, curators=Curators(curators)
    )
    platform = Platform()
    async with open_process(settings, platforms={"slack": platform}, listens=["slack"], posts=False):
        yield platform


async def test_a_link_comes_from_a_person_through_a_curator_onto_the_list(tmp_path: Path) -> None:
    async with running(tmp_path) as slack:
        assert isinstance(await slack.ask("suggest"), Form)
        await slack.ask("suggest https://example.com/yeast On yeast")
        queue = await slack.ask("suggestions", CURATOR)
        assert isinstance(queue, Reply)
        await slack.ask(queue.actions[0].command, CURATOR, title="On yeast", section="Flour")
        found = await slack.ask("yeast")
        assert isinstance(found, Reply)
        assert "On yeast (https://example.com/yeast)" in found.fallback
    async with running(tmp_path) as slack:
        assert isinstance(again := await slack.ask("on-list https://example.com/yeast"), Reply)
        assert "under Dough › Flour" in again.fallback


async def test_what_was_asked_just_before_a_stop_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path) as slack:
        await slack.ask("levain")
        await slack.ask("sourdough")
    with Database.open(f"sqlite:///{tmp_path / 'readbot.db'}") as opened:
        store = Store(opened)
        assert [gap.words for gap in store.gaps.list_top(HERE, limit=9)] == ["levain"]
        assert [each.command for each in store.recent.list_for(HERE, ADA.id, limit=9)] == ["search sourdough"]


async def test_a_curator_on_a_platform_that_there_is_not_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"READBOT_CURATORS: there is no platform 'slak'; there are: slack"
    ):
        async with running(tmp_path, curators="slak:U8"):
            pass
