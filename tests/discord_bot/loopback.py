"""Calls the loopback as a bot without a library would, for tests of the loopback itself."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import aiohttp

from readbot.playground.capture import Capture
from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.playground.loopback_discord.model import InteractionType
from readbot.playground.loopback_discord.rest import API

from .openapi import OpenApi
from .scenes import Scene

Json = dict[str, Any]

#: For scenes whose calls are wrong on purpose.
NOT_CAPTURED = Capture("discord", None)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Api:
    """Calls the loopback as a bot without a library would."""

    def __init__(self, discord: LoopbackDiscord, session: aiohttp.ClientSession) -> None:
        self.discord = discord
        self._session = session
        self.headers: dict[str, str] = {}

    async def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {token or self.discord.token}"}
        async with self._session.request(
            method, self.discord.api_url + path, json=body, headers=headers
        ) as response:
            self.headers = dict(response.headers)
            return response.status, await response.json() if response.status != 204 else None


@contextlib.contextmanager
def nowhere() -> Iterator[str]:
    """Give the address of a Discord that nobody can reach: its port is taken, and not listened on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}{API}"


def messages(scene: Scene) -> str:
    return f"/channels/{scene.channel.id}/messages"


def ask(scene: Scene, kind: InteractionType = InteractionType.COMMAND) -> tuple[str, str]:
    """Let Ada do something; return the paths of its callback and of its webhook."""
    world = scene.discord.world
    interaction = world.add_interaction(
        kind, {"id": "1", "name": "x", "type": 1}, user=scene.ada, channel=scene.channel
    )
    return (
        f"/interactions/{interaction.id}/{interaction.token}/callback",
        f"/webhooks/{world.application_id}/{interaction.token}",
    )


ANSWER = {"type": 4, "data": {"content": "hello", "flags": 64}}


def complaints(scene: Scene) -> list[str]:
    judge = OpenApi()
    return [words for call in scene.discord.rest.calls for words in judge.complaints(call)]
