"""Two workspaces with the same ids of people and channels, and what each sees of the other: nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from readbot.conversation.request import Workspace
from readbot.curation.model import Suggestion, SuggestionState
from readbot.playground.loopback_slack import LoopbackSlack, View, make_workspace
from readbot.process import Process, open_process
from readbot.settings import Secret
from readbot.store.rows import new_id
from readbot_slack import SlackPlatform
from tests.digest_data import START
from tests.slack.installing import Town, make_registration, make_settings, serve_connection
from tests.slack.paths import ALIASES_PATH, LIST_PATH
from tests.slack.patient import make_slack
from tests.waiting import until


@contextlib.asynccontextmanager
async def open_town(data_dir: Path, **changes: Any) -> AsyncIterator[tuple[Town, Process]]:
    """Serve two workspaces that installed readbot, whole process and database behind it."""
    teams = [make_workspace(number, is_installed=False) for number in (1, 2)]
    async with make_slack(workspaces=teams, app=make_registration()) as slack:
        settings = make_settings(
            slack, data_dir=data_dir, list_paths=(LIST_PATH,), aliases_path=ALIASES_PATH, **changes
        )
        platforms = {"slack": SlackPlatform()}
        async with open_process(settings, platforms=platforms, listens=["slack"], posts=False) as process:
            connection = process.connections["slack"]
            async with serve_connection(connection) as port:
                slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
                if settings.slack_app_token is not None:
                    await slack.sockets.wait_for_connections(1)
                    slack.delivery = slack.sockets
                town = Town(slack=slack, store=process.store, connection=connection, port=port)
                for team in ("T1", "T2"):
                    await town.install(team)
                    slack.team(team).find_channel("C2").members.add("UBOT")
                yield town, process


@pytest.fixture(params=["http", "socket"])
async def town(request: pytest.FixtureRequest, home: Path) -> AsyncIterator[tuple[Town, Process]]:
    over_socket = {"slack_app_token": Secret("xapp-loopback")} if request.param == "socket" else {}
    async with open_town(home, **over_socket) as opened:
        yield opened


def stack(slack: LoopbackSlack, team: str, user: str) -> list[View]:
    return slack.team(team).stack(user)


async def test_each_hears_only_its_own_answers(town: tuple[Town, Process]) -> None:
    slack = town[0].slack
    await slack.tell("@readbot fine-tuning", user="U1", channel="C2", workspace="T2")
    await slack.tell("transformers", user="U1", channel="D1", workspace="T2")
    assert slack.visible("U1", "D1", workspace="T1") == []
    assert len(slack.visible("U1", "D1", workspace="T2")) == 2
    assert slack.visible("U1", "C2", workspace="T1") == []
    assert len(slack.visible("U1", "C2", workspace="T2")) == 2


async def test_a_modal_and_what_is_posted_from_it_stay_within(town: tuple[Town, Process]) -> None:
    slack = town[0].slack
    message = await slack.say("who knows about fine-tuning?", user="U2", channel="C1", workspace="T2")
    view = (await slack.shortcut("find_reading", user="U1", message=message, workspace="T2")).view
    await slack.click(view, "Post as reply", user="U1", workspace="T2")
    assert len(slack.visible("U1", "C1", workspace="T2")) == 2
    assert slack.visible("U1", "C1", workspace="T1") == []
    assert stack(slack, "T1", "U1") == []


async def test_suggestions_and_recent_answers_of_one_stand_on_no_home_of_the_other(
    town: tuple[Town, Process],
) -> None:
    slack, process = town[0].slack, town[1]
    await slack.command(
        "suggest https://example.com/new A new thing", user="U1", channel="C2", workspace="T2"
    )
    await slack.command("zanzibar fine-tuning", user="U1", channel="C2", workspace="T2")
    await until(lambda: len(process.store.suggestions.list_everywhere()) == 1)
    other = (await slack.open_home("U1", workspace="T1")).view
    assert "Suggestions that wait: 0" in other.words
    assert "zanzibar" not in str(other.body)
    own = (await slack.open_home("U1", workspace="T2")).view
    assert "Suggestions that wait: 1" in own.words


async def test_a_digest_of_one_stands_on_no_home_of_the_other(town: tuple[Town, Process]) -> None:
    slack, process = town[0].slack, town[1]
    await slack.command("digest on", user="U1", channel="C2", workspace="T2")
    await until(lambda: len(process.store.subscriptions.list_()) == 1)
    # The channel hears of it, and who turned it on is answered.
    await until(lambda: len(slack.visible("U1", "C2", workspace="T2")) == 2)
    assert "<#C2>" in (await slack.open_home("U1", workspace="T2")).view.words
    assert "<#C2>" not in (await slack.open_home("U1", workspace="T1")).view.words


async def make_own(process: Process, team: str, *, title: str, word: str) -> None:
    """Let the curators of a workspace approve a link and add a word that means fine-tuning."""
    here, store = Workspace(platform="slack", id=team), process.store
    suggestion = Suggestion(
        id=new_id(),
        platform="slack",
        workspace_id=team,
        channel_id="C2",
        url=f"https://example.org/{team}",
        title=title,
        suggested_by="U1",
        suggested_at=START,
    )
    store.suggestions.add(suggestion, url_key=suggestion.url, max_open=5)
    section = process.shelves.default.reading_list.places[0].path
    store.suggestions.decide(here, suggestion.id, SuggestionState.APPROVED, by="U1", section=section)
    store.extra_aliases.add(here, words=word, means="fine-tuning", by="U1")
    await asyncio.to_thread(process.shelves.refresh, here)


async def test_links_and_words_of_one_s_curators_are_in_no_answer_of_the_other(
    town: tuple[Town, Process],
) -> None:
    slack, process = town[0].slack, town[1]
    await make_own(process, "T1", title="Quagga atlas", word="blorple")
    await make_own(process, "T2", title="Zanzibar spices", word="frotz")

    async def ask(team: str, words: str) -> str:
        seen = await slack.command(words, user="U1", channel="C2", workspace=team)
        return seen.message.words

    # Each question is asked in both, one after the other, as an answer that was kept would be found.
    for own, other, asked, answer in (
        ("T1", "T2", "quagga", "Quagga atlas"),
        ("T2", "T1", "zanzibar", "Zanzibar spices"),
        ("T1", "T2", "blorple", "Fine-tuning in practice"),
        ("T2", "T1", "frotz", "Fine-tuning in practice"),
    ):
        assert answer in await ask(own, asked)
        assert answer not in await ask(other, asked)


async def test_a_search_menu_of_one_completes_nothing_of_the_other_s(town: tuple[Town, Process]) -> None:
    slack, process = town[0].slack, town[1]
    await make_own(process, "T1", title="Quagga atlas", word="blorple")
    await make_own(process, "T2", title="Zanzibar spices", word="frotz")
    for team, own in (("T1", "Quagga atlas"), ("T2", "Zanzibar spices")):
        menu = (await slack.command("", user="U1", channel="C2", workspace=team)).message
        offered = [
            option["text"]["text"]
            for typed in ("quagga", "zanzibar")
            for option in await slack.options(menu, typed, user="U1", menu="Search the list", workspace=team)
        ]
        assert [title for title in offered if not title.startswith("Search ")] == [own]


async def test_who_asks_too_often_is_asked_to_wait_in_that_workspace_alone(home: Path) -> None:
    async with open_town(home, commands_per_minute=1) as (town, _):

        async def ask(user: str, team: str) -> str:
            seen = await town.slack.command("fine-tuning", user=user, channel="C1", workspace=team)
            return seen.message.words

        assert "Fine-tuning in practice" in await ask("U1", "T1")
        assert "I am all yours again in" in await ask("U1", "T1")
        assert "Fine-tuning in practice" in await ask("U2", "T1")
        assert "Fine-tuning in practice" in await ask("U1", "T2")
