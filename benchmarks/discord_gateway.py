"""``/llmread query:fine-tuning`` beside a bare discord.py client that says hello: interactions a second.

Both are processes of their own with the same options, connected to a loopback Discord in this one,
which deals the interactions and takes the answers. Rounds alternate, so that a busy machine slows
both. Named as it is because a ``discord.py`` in this folder would hide the library.

    python benchmarks/discord_gateway.py [--seconds 0.5] [--rounds 15]
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from readbot.playground.capture import Capture
from readbot.playground.loopback_discord import Channel, LoopbackDiscord, User
from readbot_discord.client import use_api

TARGET = 0.8
#: How many people wait for an answer at a time.
CROWDS = (1, 16)


def run_bare(token: str, api_url: str) -> None:
    """Run the least that a discord.py client with a command can be."""
    use_api(api_url)
    client = discord.AutoShardedClient(
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        max_messages=None,
    )
    tree = app_commands.CommandTree(client)

    @tree.command(name="llmread", description="Say hello")
    async def hello(interaction: discord.Interaction[Any], query: str) -> None:
        await interaction.response.send_message("hello", ephemeral=True, suppress_embeds=True)

    async def setup_hook() -> None:
        _, url, _ = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        await tree.sync()

    client.setup_hook = setup_hook  # type: ignore[method-assign]
    client.run(token, log_handler=None)


@contextlib.contextmanager
def started(arguments: list[str], server: LoopbackDiscord) -> Iterator[None]:
    """Keep a client running in its own process, with a database of its own, within the block."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "READBOT_"))
    }
    environ |= {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url}
    # One person asks all the time here; that it is counted stays part of the work.
    environ["READBOT_COMMANDS_PER_MINUTE"] = "1000000000"
    with tempfile.TemporaryDirectory() as folder:
        environ["READBOT_DATA_DIR"] = folder
        process = subprocess.Popen(arguments, env=environ, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.kill()
            process.wait()


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A client and the Discord in which it lives."""

    name: str
    server: LoopbackDiscord
    user: User
    channel: Channel
    #: Part of every right answer.
    answer: str


@dataclass(frozen=True)
class Round:
    """One measurement."""

    per_second: float
    p50_ms: float
    p99_ms: float


async def measure(subject: Subject, crowd: int, seconds: float, query: str) -> Round:
    """Return how fast *crowd* people are answered who ask one question after another."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def ask() -> None:
        sight = None
        while (begun := time.perf_counter()) < end:
            sight = await subject.server.people.command(subject.user, subject.channel, "llmread", query=query)
            if sight.failure:
                raise RuntimeError(f"{subject.name}: {sight.failure}")
            times.append(time.perf_counter() - begun)
        if sight is None or subject.answer not in sight.text:
            raise RuntimeError(f"{subject.name} says something else: {sight and sight.text!r}")

    begun = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(crowd)))
    passed = time.perf_counter() - begun
    subject.channel.messages.clear()
    cuts = statistics.quantiles(times, n=100)
    return Round(len(times) / passed, cuts[49] * 1000, cuts[98] * 1000)


async def open_subject(
    stack: contextlib.AsyncExitStack, name: str, answer: str, arguments: list[str]
) -> Subject:
    server = await stack.enter_async_context(LoopbackDiscord(capture=Capture("discord", None)))
    user = server.world.add_user("ada")
    channel = server.world.add_channel(server.world.add_guild("readers", owner=user), "papers")
    arguments = [part.format(api_url=server.api_url, token=server.token) for part in arguments]
    stack.enter_context(started(arguments, server))
    await server.until_ready(timeout_s=30)
    return Subject(name=name, server=server, user=user, channel=channel, answer=answer)


async def compare(seconds: float, rounds: int, query: str) -> bool:
    """Measure both, print the table, and tell whether the target is met."""
    bare = [sys.executable, str(Path(__file__)), "--bare", "{token}", "{api_url}"]
    readbot = [str(Path(sys.executable).with_name("readbot")), "run", "discord"]
    async with contextlib.AsyncExitStack() as stack:
        subjects = [
            await open_subject(stack, "bare discord.py, hello", "hello", bare),
            await open_subject(stack, f"readbot, {query}", "](http", readbot),
        ]
        found: dict[tuple[str, int], list[Round]] = {}
        for crowd in CROWDS:
            for subject in subjects:
                await measure(subject, crowd, 0.5, query)
            for _ in range(rounds):
                for subject in subjects:
                    measured = await measure(subject, crowd, seconds, query)
                    found.setdefault((subject.name, crowd), []).append(measured)
    return print_table([subject.name for subject in subjects], found)


def print_table(names: list[str], found: dict[tuple[str, int], list[Round]]) -> bool:
    bare, readbot = names
    print("| people | client | interactions/s | p50 ms | p99 ms | ratio |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    is_met = True
    for crowd in CROWDS:
        pairs = zip(found[bare, crowd], found[readbot, crowd], strict=True)
        # Neighbouring rounds saw the same machine; the median passes over one that did not.
        ratio = statistics.median(ours.per_second / theirs.per_second for theirs, ours in pairs)
        is_met &= ratio >= TARGET
        for name in names:
            runs = found[name, crowd]
            figures = [
                statistics.median(getattr(run, field) for run in runs)
                for field in ("per_second", "p50_ms", "p99_ms")
            ]
            shown = f"{ratio:.2f}" if name == readbot else "1"
            print(f"| {crowd} | {name} | {figures[0]:,.0f} | {figures[1]:.2f} | {figures[2]:.2f} | {shown} |")
    print(f"\nTarget: a ratio of {TARGET} or more. {'Met.' if is_met else 'Not met.'}")
    return is_met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=0.5, help="length of a round")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each client")
    parser.add_argument("--query", default="fine-tuning")
    parser.add_argument("--bare", nargs=2, metavar=("TOKEN", "API_URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        run_bare(*arguments.bare)
        return
    asyncio.run(compare(arguments.seconds, arguments.rounds, arguments.query))


if __name__ == "__main__":
    main()
