"""The Procfile: the same readbot as several processes, on PostgreSQL."""

import asyncio
import os
import random
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest
from tests.crash.harness import make_due
from tests.crash.program import ROOT, make_environ
from tests.waiting import LAST_RESORT_S

from readbot.digests.model import Channel
from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack
from readbot.store import Database, Store

#: Honcho kills what has not stopped after five seconds, which a busy machine can need.
HONCHO = f"from honcho import command, manager; manager.KILL_WAIT = {LAST_RESORT_S}; command.main()"


class Formation:
    """``honcho start`` and the processes that it has started."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.log = ""
        self._reading = asyncio.create_task(self._read())

    @property
    def is_up(self) -> bool:
        return self._process.returncode is None

    @property
    def groups(self) -> dict[str, int]:
        """Process groups by name: honcho gives each process one of its own."""
        return {name: int(pid) for name, pid in re.findall(r"(\w+)\.1 started \(pid=(\d+)\)", self.log)}

    async def stop(self) -> None:
        self._process.terminate()
        await self._process.wait()
        await self._reading

    def kill(self) -> None:
        """Leave nothing behind."""
        for group in self.groups.values():
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        with suppress(ProcessLookupError):
            self._process.kill()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.log += line.decode()


@asynccontextmanager
async def honcho(settings: Mapping[str, str], *arguments: str) -> AsyncIterator[Formation]:
    """Run all processes of the Procfile within the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HONCHO,
        "start",
        *arguments,
        cwd=ROOT,
        env=make_environ(settings),
        stdout=asyncio.subprocess.PIPE,
    )
    formation = Formation(process)
    try:
        yield formation
    finally:
        formation.kill()
        await process.wait()


def find_free_ports() -> int:
    """Return a port that is free, and so are those 100 and 200 above, which honcho gives out as well."""
    for base in random.sample(range(20_000, 30_000), 100):
        if not any(map(is_taken, (base, base + 100, base + 200))):
            return base
    raise AssertionError("no free ports")


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do it: what is left of closed connections is in nobody's way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


async def until_ready(port: int, running: Formation) -> None:
    """Wait until the process that listens there says that it is ready."""
    async with aiohttp.ClientSession() as session:
        while running.is_up:
            with suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise AssertionError(running.log)


async def test_web_discord_and_worker_share_the_work_under_honcho(postgres_url: str) -> None:
    """One start of three processes costs seconds, so what they do together is one test."""
    port = find_free_ports()
    async with (
        LoopbackSlack(
            request_url=f"http://127.0.0.1:{port}/slack/events", answer_within_s=LAST_RESORT_S
        ) as slack,
        LoopbackDiscord(answer_within_s=LAST_RESORT_S) as discord,
    ):
        ada = discord.world.add_user("ada")
        guild = discord.world.add_guild("readers", owner=ada)
        papers = discord.world.add_channel(guild, "papers")
        settings = {
            "DATABASE_URL": postgres_url,
            "READBOT_QUEUE": "procrastinate",
            "READBOT_POST_TIMEOUT_S": str(LAST_RESORT_S),
            "READBOT_LEASE_S": str(4 * LAST_RESORT_S),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.team().bot_token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_TOKEN": discord.token,
        }
        channels = [
            Channel(platform="slack", workspace_id=slack.team().id, channel_id="C2"),
            Channel(platform="discord", workspace_id=str(guild.id), channel_id=str(papers.id)),
        ]
        with Database.open(postgres_url) as database:
            make_due(Store(database), channels)

        async with honcho(settings, "-p", str(port), "-c", "web=1,discord=1,worker=1") as running:
            async with asyncio.timeout(2 * LAST_RESORT_S):
                for each in (port, port + 100, port + 200):
                    await until_ready(each, running)
                while not (slack.visible("U1", "C2") and papers.messages):  # noqa: ASYNC110 - two platforms, two kinds of events
                    await asyncio.sleep(0.05)
            # Ready says connected: the commands are sent to Discord behind its back.
            await discord.until_ready(timeout_s=LAST_RESORT_S)

            assert (
                "Fine-tuning" in (await slack.command("fine-tuning", user="U1", channel="C2")).message.words
            )
            assert (await discord.people.command(ada, papers, "llmread", query="fine-tuning")).failure == ""
            # A second connection of the same bot would be told of every command as well.
            assert len(discord.gateway.connected) == 1

            assert set(running.groups) == {"web", "discord", "worker"}
            async with asyncio.timeout(2 * LAST_RESORT_S):
                await running.stop()
            assert running.log.count("stopped action=stop") == 3
            assert not any(map(is_taken, (port, port + 100, port + 200)))
            assert "Traceback" not in running.log
        with Database.open(postgres_url) as database:
            store = Store(database)
            assert store.journal.count_by_state(store.now())["sent"] == 2
        posted = slack.calls_of("chat.postMessage")
        assert len(posted) == 1
        assert len([message for message in papers.messages if message.interaction is None]) == 1


@pytest.mark.parametrize("process", ["web", "discord", "worker"])
def test_the_procfile_names_a_process_of_each_kind(process: str) -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert f"{process}: .venv/bin/readbot run {process}" in lines
