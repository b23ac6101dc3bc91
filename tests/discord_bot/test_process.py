"""The real program as its own process: ``readbot run discord`` against a loopback Discord."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from readbot.playground.loopback_discord import read
from readbot.playground.loopback_discord.gateway import Op
from readbot.playground.loopback_discord.server import LOOPBACK_TOKEN

from .loopback import nowhere
from .scenes import Scene
from .towns import ALIASES_PATH

READBOT = Path(sys.executable).with_name("readbot")
#: A start takes two seconds of a processor, of which a busy machine may have one in half a minute.
STARTS_WITHIN_S = 300.0
#: For a program that nobody asks anything: it is there sooner.
SMALL = {"READBOT_ALIASES": str(ALIASES_PATH)}


@contextlib.asynccontextmanager
async def program(
    api_url: str, folder: Path, *, token: str = LOOPBACK_TOKEN, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the program within the block, its database in *folder*; what is left of it at the end is killed."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SLACK_", "DISCORD_", "READBOT_"))
    }
    environ |= {
        "DISCORD_TOKEN": token,
        "DISCORD_API_URL": api_url,
        "READBOT_DATA_DIR": str(folder),
        "READBOT_TICK_S": "0.1",
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        READBOT, "run", "discord", env=environ, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def stop(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Send SIGTERM; return the exit code and what stands in the log."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(STARTS_WITHIN_S):
        _, log = await process.communicate()
    assert process.returncode is not None
    return process.returncode, log.decode()


async def test_a_day_in_the_life(quiet_scene: Scene, tmp_path: Path) -> None:
    """One process start costs a second, so the whole round is one test."""
    discord = quiet_scene.discord
    async with program(discord.api_url, tmp_path) as process:
        await discord.until_ready(timeout_s=STARTS_WITHIN_S)
        answer = await quiet_scene.command("llmread", query="fine-tuning")
        assert answer.is_private
        assert "LoRA" in answer.text
        shared = await quiet_scene.click(answer.message, "Share")
        assert not shared.is_private
        assert await quiet_scene.complete("llmread", "query", "attention")
        for name in ("readbot help", "readbot sections", "readbot random", "readbot new"):
            assert (await quiet_scene.command(name)).failure == ""
        on = await quiet_scene.command("readbot digest on", zone="Europe/Berlin")
        assert "The digest is on" in on.text
        await quiet_scene.command("readbot digest now")
        await discord.until(lambda: any("Link of the week" in read(m) for m in quiet_scene.channel.messages))

        await discord.gateway.disconnect()
        await discord.until(lambda: any(frame["op"] == Op.RESUME for frame in discord.gateway.received))
        assert (
            await quiet_scene.command("llmread", query="@everyone [x](https://evil.example)")
        ).failure == ""

        code, log = await stop(process)

    assert code == 0
    assert "Traceback" not in log
    assert discord.token not in log
    assert "fine-tuning" not in log

    async with program(discord.api_url, tmp_path) as process:
        await discord.until(lambda: len(discord.gateway.connected) == 1, timeout_s=STARTS_WITHIN_S)
        old = await quiet_scene.click(answer.message, "More")
        assert old.is_update
        assert "1 of " in (await quiet_scene.command("readbot digest status")).text
        assert (await stop(process))[0] == 0
    assert [call.method for call in discord.rest.calls].count("PUT") == 1


async def test_a_wrong_token_ends_the_program_with_a_sentence(quiet_scene: Scene, tmp_path: Path) -> None:
    api_url = quiet_scene.discord.api_url
    async with program(api_url, tmp_path, token="not-a-token", **SMALL) as process:
        async with asyncio.timeout(STARTS_WITHIN_S):
            _, log = await process.communicate()

    assert process.returncode not in {0, None}
    assert re.search(r"^readbot: DISCORD_TOKEN: Discord does not know this token", log.decode(), re.MULTILINE)
    assert "Traceback" not in log.decode()
    assert "not-a-token" not in log.decode()


async def test_it_stops_while_discord_cannot_be_reached(tmp_path: Path) -> None:
    with nowhere() as api_url:
        async with program(api_url, tmp_path, **SMALL) as process:
            assert process.stderr is not None
            async with asyncio.timeout(STARTS_WITHIN_S):
                while b"cannot be reached" not in await process.stderr.readline():
                    pass
            code, _ = await stop(process)

    assert code == 0
