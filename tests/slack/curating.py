"""Two Slack workspaces with one readbot behind them, whose list is a file of its own that curators look after."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from readbot import web
from readbot.curation.curators import Curators
from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import LoopbackSlack, Message, User, View, make_workspace
from readbot.process import Process, open_process
from readbot_slack import SlackPlatform
from tests.curation.town import LIST
from tests.slack.installing import Town, make_registration, make_settings
from tests.slack.paths import ALIASES_PATH
from tests.slack.patient import make_slack
from tests.waiting import until

Json = dict[str, Any]

#: A workspace admin, two members of whom nobody knows more, and a curator in the settings.
ADMIN, GRACE, HEDY, CURATOR = "U1", "U2", "U4", "U3"
CHANNEL = "C2"


class _Record(Capture):
    """Remembers every call beside capturing it."""

    def __init__(self) -> None:
        directory = os.environ.get("READBOT_CAPTURE_DIR", "")
        super().__init__("slack", Path(directory) if directory else None)
        self.calls: list[Mapping[str, Any]] = []

    def add(self, call: Mapping[str, Any]) -> None:
        self.calls.append(call)
        super().add(call)


@dataclass(frozen=True, kw_only=True)
class Circle:
    """People who read, suggest and decide; in the first workspace where nothing else is said."""

    slack: LoopbackSlack
    process: Process
    list_path: Path
    #: Every call and acknowledgement of readbot's.
    calls: list[Mapping[str, Any]]

    async def say(self, words: str, *, user: str = GRACE, team: str = "T1") -> Message:
        """Type ``/llmread <words>`` and return the private answer."""
        before = self._private(user, team)
        seen = await self.slack.command(words, user=user, channel=CHANNEL, workspace=team)
        assert not seen.problem
        await until(lambda: len(self._private(user, team)) > len(before))
        return self._private(user, team)[-1]

    async def press(self, place: Message | View, button: str, *, user: str = CURATOR) -> None:
        """Press a button of a message or form, and wait until something else stands there."""
        was = place.words
        seen = await self.slack.click(place, button, user=user)
        assert not seen.problem
        await until(lambda: place.words != was)

    async def open(self, words: str, *, user: str = GRACE) -> View:
        """Type a command that opens a form."""
        return await self._see_form(user, self.slack.command(words, user=user, channel=CHANNEL))

    async def open_by(self, place: Message | View, button: str, *, user: str = CURATOR) -> View:
        """Press a button that opens a form."""
        return await self._see_form(user, self.slack.click(place, button, user=user))

    async def fill(self, view: View, *, user: str, **values: str) -> Json:
        """Fill in a form and send it; a section is found by what is typed. Return what is wrong, by field."""
        state: Json = {}
        for name, value in values.items():
            block, element = next(each for each in view.located if each[0]["block_id"] == name)
            held: Json = {"type": element["type"], "value": value}
            if element["type"] == "external_select":
                offered = await self.slack.options(view, value, user=user, menu=element["action_id"])
                held = {"type": element["type"], "selected_option": offered[0]}
            state[block["block_id"]] = {element["action_id"]: held}
        seen = await self.slack.submit(view, state, user=user)
        assert not seen.problem
        errors: Json = (seen.ack.body if seen.ack else {}).get("errors") or {}
        if not errors:
            await until(lambda: "One moment" not in view.words)
        return errors

    async def suggest(self, url: str, *, user: str = GRACE, **values: str) -> str:
        """Suggest a link by the form and return what then stands there."""
        view = await self.open("suggest", user=user)
        assert await self.fill(view, user=user, url=url, **values) == {}
        return view.words

    async def told(self, user: str) -> str:
        """Return the last direct message to somebody, once there is one."""
        await until(lambda: bool(self.direct(user)))
        return self.direct(user)[-1].words

    def direct(self, user: str, *, team: str = "T1") -> list[Message]:
        """Return what readbot has told somebody in direct messages."""
        workspace = self.slack.team(team)
        return [
            message
            for message in workspace.messages
            if message.user == "UBOT" and message.channel.startswith("D")
            if user in workspace.find_channel(message.channel).members
        ]

    def marked_up(self) -> list[str]:
        """Return every text of readbot's that Slack reads as mrkdwn."""
        return [text for call in self.calls for text in _find_markup(call["body"])]

    def fallbacks(self) -> list[str]:
        """Return what notifications say."""
        return [call["body"]["text"] for call in self.calls if "text" in call["body"]]

    async def _see_form(self, user: str, doing: Any) -> View:
        stack = self.slack.team().stack
        before = len(stack(user))
        assert not (await doing).problem
        await until(lambda: len(stack(user)) > before)
        return stack(user)[-1]

    def _private(self, user: str, team: str) -> list[Message]:
        seen = self.slack.visible(user, CHANNEL, workspace=team)
        return [message for message in seen if message.only_for == user]


def _find_markup(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _find_markup(inner)


@contextlib.asynccontextmanager
async def run_circle(folder: Path, **settings: Any) -> AsyncIterator[Circle]:
    """Run readbot over HTTP, installed in both workspaces, with its state and its list in *folder*."""
    list_path = folder / "list.yaml"
    list_path.write_text(dedent(LIST), encoding="utf-8")
    teams = [make_workspace(number, is_installed=False) for number in (1, 2)]
    for team in teams:
        for person_id, name in ((CURATOR, "Cleo"), (HEDY, "Hedy")):
            team.users[person_id] = User(id=person_id, name=name.lower(), real_name=name)
            team.find_channel(CHANNEL).members.add(person_id)
    record = _Record()
    async with make_slack(workspaces=teams, app=make_registration(), capture=record) as slack:
        chosen = make_settings(
            slack,
            **{
                "data_dir": folder,
                "list_paths": (list_path,),
                "aliases_path": ALIASES_PATH,
                "curators": Curators(f"slack:{CURATOR}"),
                "tick_s": 0.05,
                "settle_s": 0.2,
                "jitter_s": 0.0,
            }
            | settings,
        )
        platforms = {"slack": SlackPlatform()}
        async with open_process(chosen, platforms=platforms, listens=["slack"], posts=True) as process:
            connection = process.connections["slack"]
            running = asyncio.create_task(connection.run())
            async with web.serve(web.make_app(process.connections), host="127.0.0.1", port=0) as port:
                slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
                town = Town(slack=slack, store=process.store, connection=connection, port=port)
                for team in teams:
                    assert (await town.install(team.id)).status == 200
                    team.find_channel(CHANNEL).members.add("UBOT")
                yield Circle(slack=slack, process=process, list_path=list_path, calls=record.calls)
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
