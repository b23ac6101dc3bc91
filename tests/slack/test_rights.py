"""Where admins decide, nobody else does: not by typing, not by a button, not by a click made to look like one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from readbot.digests.model import Channel, Subscription, SubscriptionState
from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack, Message
from readbot.playground.loopback_slack.delivery import HttpDelivery
from readbot.settings import Managers
from tests.slack.digesting import Room, run_room
from tests.waiting import until

HERE = Channel(platform="slack", workspace_id="T1", channel_id="C2")


@pytest.fixture
async def room(slack: LoopbackSlack, home: Path) -> AsyncIterator[Room]:
    async with run_room(slack, home, digest_managers=Managers.ADMINS) as room:
        yield room


@pytest.fixture
async def status(room: Room) -> Message:
    """What an admin sees who has turned the digest on: its state, with buttons."""
    await room.type("on monday 9 berlin", user="U1")
    return await room.type("status", user="U1")


def digest(room: Room) -> Subscription:
    found = room.process.store.subscriptions.find(HERE)
    assert found is not None
    return found


@pytest.mark.parametrize("words", ["off", "pause", "now", "skip", "on friday"])
async def test_what_a_member_types_changes_nothing(room: Room, status: Message, words: str) -> None:
    before = digest(room)
    said = (await room.type(words, user="U2")).words
    assert "Only people who manage this workspace" in said
    assert digest(room) == before


async def test_a_click_of_an_admins_that_names_a_member_changes_nothing(
    room: Room, status: Message, slack: LoopbackSlack
) -> None:
    await room.click(status, "Turn off", user="U1")
    pressed = slack.delivered[-1]
    await room.type("on monday 9 berlin", user="U1")
    before = digest(room)
    member: dict[str, Any] = {"id": "U2", "username": "grace", "name": "grace", "team_id": "T1"}
    forged = pressed.payload | {"user": member, "trigger_id": "forged.1"}
    await slack.repeat(replace(pressed, payload=forged))
    await until(lambda: "Only people who manage this workspace" in status.words)
    assert digest(room) == before
    assert before.state is SubscriptionState.ACTIVE


async def test_an_admins_click_that_somebody_else_signs_is_refused(
    room: Room, status: Message, slack: LoopbackSlack
) -> None:
    before = digest(room)
    await slack.click(status, "Preview", user="U1")
    pressed = slack.delivered[-1]
    assert isinstance(slack.delivery, HttpDelivery)
    stranger = HttpDelivery(slack.delivery.request_url, SIGNING_SECRET + "?")
    forged = pressed.payload | {"trigger_id": "forged.2"}
    forged["actions"] = [{**forged["actions"][0], "value": "digest off"}]
    assert (await stranger.deliver(pressed.kind, forged)).status == 401
    assert digest(room) == before
